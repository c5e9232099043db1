"""Away for some days, or gone for good: what is dated, what goes over, what is switched off."""

import pytest

from audit.actors import Actor
from privacy_portal.accounts.model_users import User
from requests_app.actions import cover, practice
from requests_app.actions.work import assign
from requests_app.complaints.models import NamedInComplaint
from requests_app.errors import NotPermitted
from requests_app.kinds.models import Request
from requests_app.permissions import Role
from requests_app.practice.models import Designation, Duty
from requests_app.practice.selectors import holder
from tests.support import accounts, office
from tests.support.office import NOON, Office
from tests.support.office_pages import thrifty
from tests.support.pages import Visitor, expect_problem


@pytest.fixture
def olive(clinic: Office) -> accounts.Somebody:
    """The privacy officer, who holds the duty of the official under her account."""
    olive = accounts.staff(Role.PRIVACY_OFFICER, name="Olive Officer")
    held_by(olive, "2026-01-01")
    return olive


def held_by(somebody: accounts.Somebody, since: str) -> None:
    raw = {
        "duty": "privacy_official", "title": "Privacy official", "telephone": "919-555-0101",
        "name": somebody.user.name, "account": str(somebody.user.pk), "in_force_from": since,
    }  # fmt: skip
    practice.designate(raw, actor=office.OFFICER, now=NOON)


def official(day: str) -> str:
    found = holder(Duty.PRIVACY_OFFICIAL, on=office.day(day).date())
    return found.name if found else ""


def days(first: str, last: str) -> dict[str, str]:
    return {
        f"{name}__{part}": value
        for name, day in {"first": first, "last": last}.items()
        for part, value in zip(("year", "month", "day"), day.split("-"), strict=True)
    }


def test_cover_is_dated_and_ends_by_itself(olive: accounts.Somebody) -> None:
    sam = accounts.staff(Role.PRIVACY_STAFF, name="Sam Staff")
    visitor = Visitor(accounts.signed_in(olive))
    thrifty(visitor, "/office/cover")

    visitor.send(person=str(sam.user.pk), **days("2026-3-9", "2026-3-13"))

    told = [official(day) for day in ("2026-03-08", "2026-03-09", "2026-03-13", "2026-03-14")]
    assert told == ["Olive Officer", "Sam Staff", "Sam Staff", "Olive Officer"]
    assert visitor.page is not None
    assert "Hand-over sheet of Olive Officer" in visitor.page.words["h1"]


def test_nobody_covers_for_themself(olive: accounts.Somebody) -> None:
    visitor = Visitor(accounts.signed_in(olive))
    visitor.open("/office/cover")

    page = visitor.send(status=422, person=str(olive.user.pk), **days("2026-3-9", "2026-3-13"))

    expect_problem(page, "person", "Choose somebody else than yourself.")


def test_a_hand_over_sheet_names_each_open_request_and_its_next_step(
    olive: accounts.Somebody,
) -> None:
    found = office.filed("access")
    assign(found.reference, {"person": str(olive.user.pk)}, actor=office.OFFICER, now=NOON)

    page = thrifty(Visitor(accounts.signed_in(olive)), "/office/hand-over")

    assert found.reference in page.main
    assert "Grant the request" in page.main
    assert "Privacy official, from January 1, 2026" in page.main


def test_leaving_reassigns_dates_and_disables_in_one_act(olive: accounts.Somebody) -> None:
    found = office.filed("access")
    assign(found.reference, {"person": str(olive.user.pk)}, actor=office.OFFICER, now=NOON)
    sam = accounts.staff(Role.PRIVACY_OFFICER, name="Sam Staff")
    visitor = Visitor(accounts.signed_in(accounts.staff(Role.ADMINISTRATOR, name="Adam Admin")))
    hers = accounts.signed_in(olive)
    thrifty(visitor, "/office/leaving")

    page = visitor.send(person=str(olive.user.pk), to=str(sam.user.pk))
    assert "signs in no more" in page.main
    assert User.objects.get(pk=olive.user.pk).is_active
    visitor.send()

    assert Request.objects.get(pk=found.pk).assigned_to == str(sam.user.pk)
    assert official("2026-03-02") == "Sam Staff"
    assert official("2026-03-01") == "Olive Officer"
    assert not User.objects.get(pk=olive.user.pk).is_active
    assert hers.get("/office/requests").status_code == 302


def test_nobody_switches_their_own_account_off(clinic: Office) -> None:
    adam = accounts.staff(Role.ADMINISTRATOR, name="Adam Admin")
    sam = accounts.staff(Role.PRIVACY_OFFICER, name="Sam Staff")
    visitor = Visitor(accounts.signed_in(adam))
    visitor.open("/office/leaving")
    visitor.send(person=str(adam.user.pk), to=str(sam.user.pk))

    visitor.send("/office/leaving", status=422)

    assert User.objects.get(pk=adam.user.pk).is_active
    assert not Designation.objects.filter(account=sam.user.pk).exists()


def test_a_complaint_about_the_successor_goes_to_nobody(clinic: Office) -> None:
    about = office.taken_down("complaint", asker=None)
    assign(about.reference, {"person": office.OFFICER.id}, actor=office.OFFICER, now=NOON)
    to = cover.Successor(office.STAFF.id, "Stan Staff", "")
    NamedInComplaint.objects.create(request_id=about.pk, account=to.account, named_at=NOON)

    done = cover.hand_over(office.OFFICER.id, to=to, actor=office.ADMINISTRATOR, now=NOON)

    assert (done.given, done.left) == (0, (about.reference,))
    assert Request.objects.get(pk=about.pk).assigned_to == ""


@pytest.mark.parametrize("actor", [office.OFFICER, office.STAFF, office.DESK])
def test_only_whoever_manages_users_hands_all_of_an_account_over(
    actor: Actor, clinic: Office
) -> None:
    to = cover.Successor(office.STAFF.id, "Stan Staff", "")

    with pytest.raises(NotPermitted):
        cover.hand_over(office.OFFICER.id, to=to, actor=actor, now=NOON)
