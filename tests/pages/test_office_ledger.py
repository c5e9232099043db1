"""The disclosure log on the office's pages: corrected, released to many, planned, checked."""

from datetime import timedelta

import pytest

from requests_app.disclosures.check.models import CheckMade, Subject
from requests_app.disclosures.models import Disclosure
from requests_app.disclosures.planned import PlannedRelease
from requests_app.permissions import Role
from requests_app.standing.amendment_links import AmendmentLink
from tests.pages.test_office_charts import choose, press
from tests.support import office
from tests.support.office import NOON, Office
from tests.support.office_pages import staff, thrifty
from tests.support.pages import Visitor, expect_problem


@pytest.fixture
def officer(clinic: Office) -> Visitor:
    return staff()


def part(clinic: Office, name: str) -> str:
    return f"/office/patients/{clinic.patient.pk}/stands/{name}"


def test_a_correction_is_a_new_line_that_points_at_the_old(
    officer: Visitor, clinic: Office
) -> None:
    old = office.disclosed(clinic.patient, "2026-02-01")
    page = thrifty(officer, part(clinic, "disclosures"))

    page = officer.open(page.links(f"Correct line {old.seq}")[0])
    assert "Example County Health" in page.text
    page = officer.send(recipient_name="Example County Health Department")

    new = Disclosure.objects.get(corrects=old)
    assert new.facts.recipient_name == "Example County Health Department"
    assert new.facts.description == old.facts.description
    assert "Replaced by a later line." in page.main
    assert not page.links(f"Correct line {old.seq}")


def test_a_line_is_corrected_once(officer: Visitor, clinic: Office) -> None:
    old = office.disclosed(clinic.patient, "2026-02-01")
    where = f"/office/record/correct-disclosure/{old.pk}"
    officer.open(where)
    officer.send(recipient_name="Example County")
    officer.open(where)

    page = officer.send(status=409)

    assert "Correct the newer line." in page.main


def test_a_series_is_shown_again_as_it_was_entered(officer: Visitor, clinic: Office) -> None:
    line = office.disclosed(
        clinic.patient, "2026-02-02", disclosed_until="2026-02-23",
        series={"count": 4, "frequency": "weekly"},
    )  # fmt: skip

    page = officer.open(f"/office/record/correct-disclosure/{line.pk}")

    assert page.filled()["series.count"] == ["4"]
    assert page.filled()["series.frequency"] == ["weekly"]


def test_one_release_about_several_is_a_line_for_each(officer: Visitor, clinic: Office) -> None:
    for number in ("MR-0002", "MR-0003"):
        office.add_patient(clinic.site, number=number)
    page = officer.open(part(clinic, "disclosures"))
    officer.open(page.links("Record one release about several patients")[0])

    choose(officer, "MR-0002")
    page = choose(officer, "MR-0003")
    gone = next(one for one in page.all("button") if one.get("name") == "remove")
    press(officer, remove=gone["value"])
    page = choose(officer, "MR-0002")
    page = thrifty(officer, page.links("Go on with these")[0])
    officer.send(basis="PH", disclosed_on__month="2", disclosed_on__day="1", disclosed_on__year="2026",
                 recipient_name="Example County", description="Results", purpose="Reporting")  # fmt: skip

    lines = list(Disclosure.objects.all())
    assert len(lines) == 3
    assert len({line.release for line in lines}) == 1


CHECK = {
    "basis": "PH",
    "recipient": "Example County Health Department",
    "recipient_kind": "other",
    "purpose": "Reporting of a notifiable disease",
    "contents": ["results"],
    "held__0__name": "legal_basis",
    "held__0__value": "The state's reporting law",
}


def test_a_release_is_planned_with_the_question_that_was_checked(
    officer: Visitor, clinic: Office
) -> None:
    page = officer.open(part(clinic, "disclosures"))
    page = officer.open(page.links("Plan a release for later")[0])
    assert page.words["h1"] == "May this be disclosed?"
    page = officer.send(**CHECK)
    page = thrifty(officer, page.links("Plan it for later")[0])
    later = NOON + timedelta(days=1)
    officer.send(description="One positive test result", at__month=str(later.month),
                 at__day=str(later.day), at__year=str(later.year), at__time="12:00")  # fmt: skip

    row = PlannedRelease.objects.get()
    assert row.basis == "PH"
    assert row.plan.description == "One positive test result"
    assert "Planned" in thrifty(officer, "/office/releases").main
    page = officer.open(f"/office/releases/{row.pk}")
    officer.open(page.links("Call it off")[0])
    page = officer.send()
    assert "Called off" in page.main


def test_a_plan_without_its_moment_says_so_at_the_field(officer: Visitor, clinic: Office) -> None:
    page = officer.open(f"/office/patients/{clinic.patient.pk}/disclose")
    page = officer.send(**CHECK)
    officer.open(page.links("Plan it for later")[0])

    page = officer.send(status=422, description="One result")

    expect_problem(page, "at-month", "Enter when")


def test_whether_something_may_be_sent_is_answered_and_kept(
    officer: Visitor, clinic: Office
) -> None:
    thrifty(officer, f"/office/patients/{clinic.patient.pk}/send")

    page = officer.send(sending="bill", means="post", address="1 Example Street")

    assert CheckMade.objects.get().subject == Subject.COMMUNICATION
    assert CheckMade.objects.get().verdict == "send"
    assert "It may be sent" in page.main


def test_what_others_have_amended_waits_until_our_records_carry_it(
    officer: Visitor, clinic: Office
) -> None:
    page = officer.open(part(clinic, "amendments"))
    officer.open(page.links("Record what another office has amended")[0])
    officer.send(sender="Example Hospital", amended="The injury was on 13 December.",
                 received_on__month="3", received_on__day="1", received_on__year="2026")  # fmt: skip

    page = thrifty(officer, "/office/amended-by-others")
    assert "Example Hospital" in page.main
    officer.open(page.links("Record which of our records carry it")[0])
    page = officer.send(records__0__record="Visit of January 12", records__0__where="Margin note 1")

    assert AmendmentLink.objects.get().facts.record == "Visit of January 12"
    assert "Margin note 1" in page.main
    assert "Example Hospital" not in officer.open("/office/amended-by-others").main


def test_what_goes_along_with_a_record_is_asked_by_its_name(
    officer: Visitor, clinic: Office
) -> None:
    found = office.filed("amendment", patient=str(clinic.patient.pk))
    office.act(found, "deny", office.usual("amendment", "deny"))
    thrifty(officer, f"/office/patients/{clinic.patient.pk}/goes-along")

    page = officer.send(record="Visit of 9 May 2020")
    assert "Nothing goes along" in page.main
    page = officer.send(record="Visit of 12 January 2026, history")

    assert "These go along" in page.main or "Nothing goes along" in page.main


def test_statements_of_agencies_stand_together_with_what_is_asked_of_the_officer(
    officer: Visitor, clinic: Office
) -> None:
    line = office.disclosed(clinic.patient, "2026-02-01", **office.TO_THE_POLICE)
    office.held_back(clinic.patient, line)
    office.held_back(clinic.patient, would_impede=False)

    page = thrifty(officer, "/office/held-back")

    assert "Example Police Department" in page.main
    assert len(page.links("Answer the question")) == 1


def test_the_accounting_is_shown_before_it_is_given_and_as_it_was(
    officer: Visitor, clinic: Office
) -> None:
    found = office.filed("accounting", patient=str(clinic.patient.pk))
    office.disclosed(clinic.patient, "2026-02-01")
    where = f"/office/requests/{found.reference}/accounting"

    page = thrifty(officer, where)
    assert "Example County Health" in page.main
    page = officer.open(f"{where}?on.month=2&on.day=1&on.year=2026")
    assert "Example County Health" not in page.main
    page = officer.open(f"{where}?on.month=2&on.year=2026", status=422)

    expect_problem(page, "on-day", "must include")


def test_whoever_may_not_read_the_disclosure_log_is_told_who_can(clinic: Office) -> None:
    desk = staff(Role.FRONT_DESK, name="Fern Desk")

    for path in ("held-back", "releases", "bases"):
        desk.open(f"/office/{path}", status=403)
    desk.open(part(clinic, "disclosures"), status=403)
    desk.open(part(clinic, "charts"), status=403)
