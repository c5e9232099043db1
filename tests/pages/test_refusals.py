"""Whoever is not treated as representative, on the pages: why, for the office; that it is so, for the desk."""

from typing import Any

import pytest

from requests_app.actions import representatives
from requests_app.people.models import Representative
from requests_app.permissions import Role
from tests.support import office
from tests.support.office import NOON, OFFICER, Office
from tests.support.office_pages import staff, thrifty
from tests.support.pages import Visitor, expect_problem

WHO = {"kind": "health_care_agent", "name": "Rex Example", "evidence": "Nothing"}
DAY = {"authority_from__year": "2025", "authority_from__month": "1", "authority_from__day": "1"}
BELIEF = {"why": "abuse", "facts": "Told by the patient.", "judged_by": "Dr. Lee Example"}


@pytest.fixture
def officer(clinic: Office) -> Visitor:
    return staff()


def refused(clinic: Office) -> Representative:
    raw = {"patient": str(clinic.patient.pk), "authority_from": "2025-01-01"} | WHO | BELIEF
    return representatives.refuse(raw, actor=OFFICER, now=NOON)


@pytest.mark.parametrize("first", [True, False], ids=["at once", "once recognised"])
def test_a_belief_of_abuse_asks_whose_judgment_it_is(
    officer: Visitor, clinic: Office, first: bool
) -> None:
    """One set of questions, of a refusal and of an ending."""
    about = clinic.patient.pk if first else office.recognise(clinic.patient).pk
    thrifty(officer, f"/office/record/{'refuse' if first else 'end'}-representative/{about}")
    who: dict[str, Any] = WHO | DAY if first else {}
    said = {name: value for name, value in BELIEF.items() if name != "judged_by"}

    page = officer.send(**who, **said, status=422)
    expect_problem(page, "judged-by", "Enter whose professional judgment it is")
    officer.send(judged_by="Dr. Lee Example")

    page = thrifty(officer, f"/office/patients/{clinic.patient.pk}/stands/others")
    assert ("Refused" if first else "Ended") in page.main
    for words in ("is believed", "Told by the patient.", "Judged by Dr. Lee Example."):
        assert words in page.main


def test_the_desk_reads_that_it_is_so_and_not_what_is_believed(clinic: Office) -> None:
    refused(clinic)
    desk = staff(Role.FRONT_DESK, "Fern Desk")
    page = thrifty(desk, f"/office/patients/{clinic.patient.pk}/stands/others")
    assert "Rex Example" in page.main
    assert "Refused" in page.main
    for words in ("is believed", "Told by the patient.", "Dr. Lee"):
        assert words not in page.main


def test_a_complaint_shows_what_was_done_to_the_person_since(
    officer: Visitor, clinic: Office
) -> None:
    complaint = office.filed("complaint")
    refused(clinic)
    page = officer.open(f"/office/requests/{complaint.reference}/work")
    assert "A representative was refused" in page.main
    assert "Refused, wholly or in part" in page.main
    (person,) = page.links("Open the person's page")
    assert "Patricia" in officer.open(person).main
