"""The practice's dated facts: who, on 3 May 2024; and what must be set up before patients file."""

from datetime import date
from typing import Any

import pytest

from requests_app.actions import practice, sites
from requests_app.errors import BadInput, NotFound, NotNow, NotPermitted
from requests_app.practice import selectors
from requests_app.practice.models import BusinessAssociate, Designation, Duty, RecordSet
from tests.support import office
from tests.support.office import ADMINISTRATOR, NOON, OFFICER, PATIENT

pytestmark = pytest.mark.django_db

OFFICIAL = Duty.PRIVACY_OFFICIAL


@pytest.fixture
def clinic(db: None) -> office.Office:
    return office.set_up()


def designate(name: str, since: str, **more: Any) -> Designation:
    raw = {
        "duty": "privacy_official", "title": "Privacy official", "name": name,
        "telephone": "919-555-0103", "in_force_from": since, **more,
    }  # fmt: skip
    return practice.designate(raw, actor=OFFICER, now=NOON)


def who(on: str) -> str:
    held = selectors.holder(OFFICIAL, on=date.fromisoformat(on))
    return held.name if held else "nobody"


def test_who_on_3_may_2024(clinic: office.Office) -> None:
    designate("Ada Example", "2024-01-01")
    designate("Ben Example", "2024-05-04")
    designate("Cleo Example", "2025-01-01")
    answers = {on: who(on) for on in ("2019-12-31", "2024-05-03", "2024-05-04", "2026-03-02")}
    assert answers == {
        "2019-12-31": "nobody",
        "2024-05-03": "Ada Example",
        "2024-05-04": "Ben Example",
        "2026-03-02": "Cleo Example",
    }


def test_a_letter_names_who_held_the_duty_that_day(clinic: office.Office) -> None:
    designate("Ada Example", "2026-03-01")
    designate("Ben Example", "2026-03-10")
    request = office.do(office.filed(), "grant", now=office.day("2026-03-09"))
    assert "Ada Example, Privacy official, 919-555-0103" in request.letters.get().text.body


@pytest.mark.parametrize("since", ["2020-01-01", "2024-03-01", "2024-06-30"])
def test_what_was_so_on_a_day_is_not_written_over(since: str, clinic: office.Office) -> None:
    designate("Ada Example", "2024-01-01")
    ended = designate("Ben Example", "2024-07-01")
    practice.end(
        Designation, str(ended.pk), {"in_force_until": "2024-12-31"}, actor=OFFICER, now=NOON
    )
    before = who("2024-03-01")
    with pytest.raises(BadInput) as refusal:
        designate("Mallory Example", since)
    assert refusal.value.problems[0].field == "/in_force_from"
    assert who("2024-03-01") == before == "Ada Example"


def test_a_dated_fact_is_ended_once_and_not_before_it_began(clinic: office.Office) -> None:
    row = designate("Ada Example", "2026-01-01")

    def end(until: str) -> Designation:
        return practice.end(
            Designation, str(row.pk), {"in_force_until": until}, actor=OFFICER, now=NOON
        )

    with pytest.raises(BadInput):
        end("2025-12-31")
    assert end("2026-01-31").in_force_until == date(2026, 1, 31)
    with pytest.raises(NotNow, match="has an end already"):
        end("2026-02-28")


def test_what_is_not_there_cannot_be_ended(clinic: office.Office) -> None:
    until = {"in_force_until": "2026-12-31"}
    for asked in ("words", "00000000-0000-4000-8000-000000000000"):
        with pytest.raises(NotFound):
            practice.end(BusinessAssociate, asked, until, actor=OFFICER, now=NOON)


def test_patients_file_only_when_the_set_up_is_complete(db: None) -> None:
    assert selectors.missing_set_up(on=NOON.date())[:2] == [
        "Enter the name, address and telephone of the practice.",
        "Add at least one site.",
    ]
    assert len(selectors.missing_set_up(on=NOON.date())) == 2 + len(Duty) + 1
    clinic = office.set_up()
    assert selectors.missing_set_up(on=NOON.date()) == []
    _end_record_sets()
    with pytest.raises(NotNow, match="Call the practice to make your request"):
        office.filed(actor=PATIENT, now=office.day("2026-03-05"))
    assert office.taken_down(patient=str(clinic.patient.pk)).state == "received"


def _end_record_sets() -> None:
    for row in RecordSet.objects.all():
        practice.end(
            RecordSet, str(row.pk), {"in_force_until": "2026-03-04"}, actor=OFFICER, now=NOON
        )


def test_a_letter_without_its_contact_is_not_sent(clinic: office.Office) -> None:
    request = office.filed()
    held = Designation.objects.get(duty=OFFICIAL)
    practice.end(
        Designation, str(held.pk), {"in_force_until": "2026-03-01"}, actor=OFFICER, now=NOON
    )
    with pytest.raises(NotNow, match="privacy official") as refusal:
        office.do(request, "grant")
    assert (refusal.value.citation, refusal.value.state) == ("164.530(a)(1)(i)", "in_review")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"time_zone": "Mars/Olympus"}, "/time_zone"), ({"state": "N1"}, "/state")],
)
def test_a_site_decides_the_day_and_the_law_so_both_must_be_real(
    wrong: dict[str, str], field: str, clinic: office.Office
) -> None:
    raw = {
        "name": "Second Street", "address": "2 Second Street", "state": "NC",
        "time_zone": "America/New_York",
    }  # fmt: skip
    with pytest.raises(BadInput) as refusal:
        sites.add_site(raw | wrong, actor=OFFICER, now=NOON)
    assert refusal.value.problems[0].field == field


def test_only_the_officer_and_the_administrator_change_the_practice(
    clinic: office.Office,
) -> None:
    raw = {
        "name": "Example", "address": "1 Example Street", "telephone": "919-555-0100",
        "email": "a@example.org",
    }  # fmt: skip
    assert practice.set_practice(raw, actor=ADMINISTRATOR, now=NOON).name == "Example"
    for actor in (office.STAFF, office.DESK, office.AUDITOR, PATIENT):
        with pytest.raises(NotPermitted):
            practice.set_practice(raw, actor=actor, now=NOON)
