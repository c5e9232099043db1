"""The queue: what will be late first, filters, saved views, and several assigned at once."""

import pytest

from privacy_portal.pages.officer.models import Kept
from requests_app.kinds import registry
from requests_app.kinds.base import FINISHED, Clock, Kind
from requests_app.kinds.models import Request
from requests_app.permissions import Role
from requests_app.rules import answered
from tests.support import office
from tests.support.office import Office
from tests.support.office_pages import staff, thrifty
from tests.support.pages import Visitor, expect_problem


@pytest.fixture
def officer(clinic: Office) -> Visitor:
    return staff()


def references(visitor: Visitor) -> list[str]:
    assert visitor.page is not None
    return [one.get("href", "").rpartition("/")[2] for one in visitor.page.nodes("a")
            if "/office/requests/" in one.get("href", "") and "?" not in one.get("href", "")]  # fmt: skip


def test_the_queue_shows_first_what_will_be_late_first(officer: Visitor, clinic: Office) -> None:
    late = office.filed("accounting")
    first = office.filed("access")
    without = office.filed("restriction", patient=str(clinic.patient.pk))

    page = thrifty(officer, "/office/requests")

    assert references(officer) == [first.reference, late.reference, without.reference]
    assert "PD" in page.main
    assert "Patricia" not in page.main


def test_a_filter_stands_in_the_address_and_narrows(officer: Visitor) -> None:
    office.filed("accounting")
    wanted = office.filed("access")

    officer.open("/office/requests?kind=access")

    assert references(officer) == [wanted.reference]


def test_the_page_says_which_of_how_many_it_is_and_one_too_far_is_the_first(
    officer: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("privacy_portal.pages.officer.queue.SIZE", 1)
    first, second = office.filed("access"), office.filed("accounting")

    assert officer.open("/office/requests").words["h1"] == "Requests (page 1 of 2)"
    officer.open("/office/requests?page=2")
    assert references(officer) == [second.reference]
    officer.open("/office/requests?page=99")
    assert references(officer) == [first.reference]


def test_more_than_are_counted_is_said_and_not_counted(
    officer: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("privacy_portal.pages.officer.queue.COUNTED", 1)
    office.filed("access")
    office.filed("accounting")

    assert "More than 1,000" in officer.open("/office/requests").main


def test_several_are_assigned_with_a_result_for_each(officer: Visitor) -> None:
    done, gone = office.filed("access"), "7KQW-3HTM-X9DP-2VRU"
    page = officer.open("/office/requests")
    person = next(
        value
        for node in page.nodes("select")
        if node.get("id") == "person"
        for value in [list(node)[1].get("value", "")]
    )

    page = officer.send("/office/assign", reference=[done.reference, gone], person=person)

    assert f"{done.reference}: Assigned to Olive Officer." in page.main
    assert f"{gone}: Not done." in page.main
    assert Request.objects.get(pk=done.pk).assigned_to == person


def test_a_saved_view_is_kept_until_it_is_removed(officer: Visitor) -> None:
    officer.open("/office/requests?kind=access&due=week")
    page = officer.send("/office/views", name="Copies this week")

    saved = page.links("Copies this week")
    assert saved == ["/office/requests?due=week&kind=access"]

    row = Kept.objects.get(purpose="view")
    page = officer.send(f"/office/views/{row.pk}/remove")
    assert not page.links("Copies this week")


def test_nobody_opens_what_another_has_put_aside(officer: Visitor) -> None:
    officer.open("/office/requests?kind=access")
    officer.send("/office/views", name="Copies")
    row = Kept.objects.get(purpose="view")

    other = staff(Role.PRIVACY_STAFF, name="Stan Staff")
    other.open("/office/requests")

    other.send(f"/office/views/{row.pk}/remove", status=404)
    assert Kept.objects.filter(pk=row.pk).exists()


def test_a_filter_for_a_person_leaves_nothing_of_them_in_the_address(
    officer: Visitor, clinic: Office
) -> None:
    theirs = office.filed("access", patient=str(clinic.patient.pk))
    office.taken_down("access")
    officer.open("/office/find?for=queue")

    officer.send(
        family_name="Demo",
        birth_date__month="2",
        birth_date__day="29",
        birth_date__year="1980",
    )

    assert references(officer) == [theirs.reference]
    assert "Demo" not in officer.path
    assert "1980" not in officer.path
    assert str(clinic.patient.pk) not in officer.path


def test_one_fact_alone_finds_nobody(officer: Visitor) -> None:
    officer.open("/office/find")

    page = officer.send(family_name="Demo", status=422)

    expect_problem(page, "family-name", "Enter two facts")


@pytest.mark.parametrize(
    "role", [Role.BILLING, Role.ADMINISTRATOR], ids=["billing", "administrator"]
)
def test_who_works_with_no_requests_is_told_who_does(role: Role, clinic: Office) -> None:
    other = staff(role, name="Somebody Else")

    page = other.open("/office/requests", status=403)

    assert "Only the privacy office and its auditors can read requests." in page.main


def test_the_front_desk_sees_what_it_took_down_and_no_other(clinic: Office) -> None:
    office.filed("access")

    desk = staff(Role.FRONT_DESK, name="Fern Desk")
    desk.open("/office/requests")

    assert references(desk) == []


@pytest.mark.parametrize("kind", registry.all_kinds(), ids=lambda kind: kind.name)
def test_nothing_is_finished_before_it_is_answered(kind: type[Kind]) -> None:
    """So the filter for what is closed looks among what is answered alone."""
    for move, source, target in kind.paths():
        clock, checks = kind.CLOCK.get(move), kind.moves()[move].checks
        if target in FINISHED:
            assert clock is not Clock.RESUME, move
            assert source in FINISHED or clock is Clock.STOP or answered in checks, move
