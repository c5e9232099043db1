"""S14. "Not us": MRI films held by the hospital are asked of a clinic that has the report only."""

import pytest

from tests.scenarios.stage import Stage, open_practice

pytestmark = pytest.mark.django_db

REPORT = {
    "given": "The report of the MRI, received from Example Hospital",
    "elsewhere": "The films: Example Hospital, Film Library, 919-555-0177",
}


@pytest.fixture
def stage(db: None) -> Stage:
    return open_practice()


@pytest.fixture
def reference(stage: Stage) -> str:
    return stage.patient.files("2026-03-02", "access", records="My MRI, films and report")


def test_s14_the_report_is_given_and_where_to_ask_for_the_films_is_told(
    stage: Stage, reference: str
) -> None:
    granted = stage.officer.moves("2026-03-04", reference, "grant", REPORT)
    assert granted["state"] == "granted"

    (letter,) = stage.patient.letters("2026-03-04", reference)

    assert "You will get: The report of the MRI" in letter["body"]
    assert (
        "not held here: The films: Example Hospital, Film Library, 919-555-0177" in letter["body"]
    )


def test_s14_it_is_no_denial_and_counts_as_none(stage: Stage, reference: str) -> None:
    stage.officer.moves("2026-03-04", reference, "grant", REPORT)
    (letter,) = stage.patient.letters("2026-03-04", reference)
    assert letter["template"] == "access_granted"
    assert "We cannot give you" not in letter["body"]
    assert "reviewed" not in letter["body"]

    given = {"given": "The report of the MRI, PDF", "channel": "portal"}
    assert stage.officer.moves("2026-03-05", reference, "deliver", given)["state"] == "delivered"

    assert stage.officer.get("2026-03-05", "/requests", state="denied")["results"] == []
    assert "ask_for_review" not in stage.patient.allowed("2026-03-05", reference)


def test_s14_where_nothing_at_all_is_held_the_individual_is_told_where_to_ask(
    stage: Stage,
) -> None:
    films = stage.patient.files("2026-03-02", "access", records="My MRI films")
    where = {"asked_for": "MRI films", "where": "Example Hospital, Film Library, 919-555-0177"}

    told = stage.officer.moves("2026-03-03", films, "redirect", where)

    assert (told["state"], told["answered_on"]) == ("redirected", "2026-03-03")
    (letter,) = stage.patient.letters("2026-03-03", films)
    assert "You can ask for it here: Example Hospital, Film Library" in letter["body"]
