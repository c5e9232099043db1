"""A move from its questions to the act: the check with the letter, the refusal, the stale version."""

import pytest

from requests_app.kinds.base import Kind
from requests_app.kinds.models import Request
from tests.support import office
from tests.support.office import Office
from tests.support.office_pages import staff
from tests.support.pages import Visitor, expect_problem

FACTS = {
    "item": "Dry needling, one session",
    "service_from__month": "3",
    "service_from__day": "2",
    "service_from__year": "2026",
    "plans": "Every health plan",
    "separable": "true",
    "price": "35.00",
    "paid": "35.00",
    "payer": "individual",
    "payment": "cleared",
    "for_payment_or_operations": "true",
}


@pytest.fixture
def officer(clinic: Office) -> Visitor:
    return staff()


def where(request: Kind, move: str) -> str:
    return f"/office/requests/{request.reference}/do/{move}"


def state(request: Kind) -> str:
    return str(Request.objects.get(pk=request.pk).state)


def test_an_officer_agrees_to_a_restriction_in_under_six_page_loads(
    officer: Visitor, clinic: Office
) -> None:
    wanted = office.filed("restriction", patient=str(clinic.patient.pk))

    loads = [officer.open("/office/requests")]
    loads += [officer.open(loads[-1].links(wanted.reference)[0])]
    loads += [officer.open(loads[-1].links("Agree, because it was paid for in full")[0])]
    loads += [officer.send(**FACTS)]
    assert "This letter goes out" in loads[-1].main
    assert state(wanted) == "in_review"
    loads += [officer.send()]

    assert state(wanted) == "agreed_must"
    assert "Agreed, kept from your health plan" in loads[-1].main
    assert len(loads) < 6


def test_what_is_to_be_put_right_stands_at_the_field(officer: Visitor, clinic: Office) -> None:
    wanted = office.filed("restriction", patient=str(clinic.patient.pk))
    officer.open(where(wanted, "agree_out_of_pocket"))

    page = officer.send(status=422, **FACTS | {"item": ""})

    expect_problem(page, "item", "Enter the item or service")
    assert "Every health plan" in page.text


def test_a_denial_shows_its_citation_and_its_letter_before_it_goes(officer: Visitor) -> None:
    found = office.filed("access")
    officer.open(where(found, "deny"))

    page = officer.send(
        grounds__0__code="ACC-U1",
        grounds__0__withheld="Session notes",
        grounds__0__explanation="Kept apart.",
        nothing_left="true",
    )

    assert "45 CFR 164.524" in page.main
    assert "Session notes" in page.main
    assert "www.hhs.gov/ocr/complaints" in page.main
    assert state(found) == "in_review"


def test_nothing_of_a_check_is_kept(officer: Visitor) -> None:
    found = office.filed("access")
    officer.open(where(found, "grant"))

    officer.send(given="All visit notes as PDF")

    assert state(found) == "in_review"
    assert not found.letters.exists()
    assert found.status_rows.count() == 1


def test_a_version_that_has_passed_shows_what_has_changed_and_keeps_what_was_written(
    officer: Visitor,
) -> None:
    found = office.filed("access")
    officer.open(where(found, "grant"))
    officer.send(given="All visit notes as PDF")
    office.act(found, "extend", office.INPUT["extend"])

    page = officer.send(status=409)

    assert "This request has changed since you looked at it" in page.words["h1"]
    assert "More time taken" in page.main
    assert state(found) == "in_review"
    again = officer.open(page.links("Decide anew with what I wrote")[0])
    assert "All visit notes as PDF" in again.text
    officer.send()
    officer.send()
    assert state(found) == "granted"


def test_a_move_that_is_not_possible_says_why(officer: Visitor) -> None:
    found = office.filed("access")

    page = officer.open(where(found, "close"), status=409)

    assert "not possible" in page.main


def test_a_move_without_questions_is_checked_all_the_same(officer: Visitor, clinic: Office) -> None:
    asked = office.DETAILS["restriction"] | {"recipients": ["family"], "paid": None}
    found = office.filed("restriction", details=asked, patient=str(clinic.patient.pk))

    page = officer.open(where(found, "consider"))
    assert "Check: " in page.words["h1"]
    officer.send()

    assert state(found) == "considered"
