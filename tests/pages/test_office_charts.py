"""Charts linked and split, accounts tied: chosen by two facts, never by an id."""

from uuid import UUID

import pytest

from audit.log import Facet, find
from requests_app import events
from requests_app.actions import charts, work
from requests_app.people.charts import ChartLink, same_person
from requests_app.people.models import AccountLink, LinkCode
from requests_app.people.segments import Segment, SegmentItem
from requests_app.permissions import Role
from tests.support import accounts, api, office
from tests.support.office import NOON, OFFICER, Office
from tests.support.office_pages import staff, thrifty
from tests.support.pages import Page, Visitor, expect_problem


@pytest.fixture
def officer(clinic: Office) -> Visitor:
    return staff()


def choose(visitor: Visitor, number: str) -> Page:
    """Find by two facts, and choose the one who fits."""
    page = visitor.send(record_number=number, family_name="Demo")
    (button,) = [one for one in page.all("button") if one.get("name") == "choose"]
    return press(visitor, choose=button["value"])


def press(visitor: Visitor, **button: str) -> Page:
    """Press one button of a page that has a form for each."""
    assert visitor.page is not None
    token = next(one for one in visitor.page.all("input") if one["name"] == "csrfmiddlewaretoken")
    sent = {"csrfmiddlewaretoken": token["value"]} | button
    answer = visitor.browser.post(visitor.path, sent, follow=True)
    return visitor._arrived(answer, visitor.path, 200)


def test_two_charts_of_one_person_are_linked_after_the_other_was_found(
    officer: Visitor, clinic: Office
) -> None:
    other = office.add_patient(clinic.site, number="MR-0002")
    officer.open(f"/office/patients/{clinic.patient.pk}/stands/charts")
    assert officer.page is not None

    officer.open(officer.page.links("Link another chart of the same person")[0])
    page = choose(officer, "MR-0002")
    assert "MR-0002" in page.main
    page = officer.send(why="Same date of birth and telephone.")

    assert other.pk in same_person(clinic.patient.pk, at=NOON)
    assert "Same date of birth and telephone." in page.main
    officer.open(page.links("End this link")[0])
    officer.send()
    assert ChartLink.objects.get().in_force_until == NOON


def test_nobody_is_found_by_one_fact(officer: Visitor, clinic: Office) -> None:
    officer.open(f"/office/with/link-charts/{clinic.patient.pk}")

    page = officer.send(status=422, family_name="Demo")

    expect_problem(page, "family-name", "Enter two facts")


def test_a_form_about_two_leads_first_to_choosing_the_other(
    officer: Visitor, clinic: Office
) -> None:
    page = officer.open(f"/office/record/link-charts/{clinic.patient.pk}")

    assert "Find the other chart of the same person." in page.main


def test_a_part_that_a_minor_controls_is_marked_and_opened_again(
    officer: Visitor, clinic: Office
) -> None:
    line = office.disclosed(clinic.patient, "2026-02-01")
    where = f"/office/patients/{clinic.patient.pk}/stands/charts"
    page = officer.open(where)
    officer.open(page.links("Record a part of the chart that the minor controls")[0])
    page = officer.send(because="consented", care="Counselling")

    page = thrifty(officer, page.links("Mark what belongs to it")[0])
    assert "Example County Health" in page.text
    page = officer.send(disclosure=str(line.pk))

    assert SegmentItem.objects.get().disclosure_id == line.pk
    officer.open(page.links("Open this part again")[0])
    officer.send()
    assert Segment.objects.get().in_force_until == NOON


def test_whoever_is_limited_to_another_site_sees_no_part_of_the_chart(clinic: Office) -> None:
    asked = {"patient": str(clinic.patient.pk), "because": "consented", "care": "Counselling"}
    row = charts.split(asked, actor=OFFICER, now=NOON)
    elsewhere = api.other_site()
    limited = staff_at(elsewhere.pk)

    limited.open(f"/office/record/mark-part/{row.pk}", status=404)
    limited.open(f"/office/patients/{clinic.patient.pk}/stands/charts", status=404)


def test_a_chart_of_another_site_is_not_named_to_whoever_is_limited(clinic: Office) -> None:
    other = office.add_patient(api.other_site(), number="MR-0009")
    both = {"patient": str(clinic.patient.pk), "other": str(other.pk), "why": "The same telephone"}
    charts.link(both, actor=OFFICER, now=NOON)

    page = staff_at(clinic.site.pk).open(f"/office/patients/{clinic.patient.pk}/stands/charts")

    assert "a chart of another site" in page.main
    assert "MR-0009" not in page.main
    assert not page.links("End this link")


def staff_at(site: UUID) -> Visitor:
    somebody = accounts.staff(Role.PRIVACY_OFFICER, name="Lim Ited", site=site)
    return Visitor(accounts.signed_in(somebody))


def test_a_code_is_shown_once(officer: Visitor, clinic: Office) -> None:
    where = f"/office/record/link-code/{clinic.patient.pk}"
    page = officer.open(where)
    sent = {name: values[0] for name, values in page.filled().items()}

    page = officer.send()
    (code,) = [node.text for node in page.nodes("code")]
    assert code
    again = officer.browser.post(where, sent)

    assert code not in again.content.decode()
    assert "It was made before and shown then." in again.content.decode()
    assert LinkCode.objects.filter(used_at=None).count() == 1


def test_the_account_that_filed_is_tied_after_a_check(officer: Visitor, clinic: Office) -> None:
    stranger = api.patient("stranger@example.org")
    found = office.filed(actor=stranger.actor, asker={"name": "Patricia Demo"})
    where = f"/office/requests/{found.reference}/work"
    assert not officer.open(where).links("Tie the account that filed it to this patient")
    work.match(found.reference, {"patient": str(clinic.patient.pk)}, actor=OFFICER, now=NOON)

    officer.open(officer.open(where).links("Tie the account that filed it to this patient")[0])
    officer.send(method="photo_id", evidence="Licence seen")

    tie = AccountLink.objects.get(account=stranger.user.pk)
    assert tie.patient_id == clinic.patient.pk
    assert not officer.open(where).links("Tie the account that filed it to this patient")
    assert find(Facet.NAME, events.LINK_MADE).entries
