"""S3. Access to a mixed chart, answered on day 29; received 31 January 2026, a PDF by e-mail asked."""

import pytest

from requests_app.permissions import Role
from tests.scenarios.stage import Somebody, Stage, open_practice, refused

pytestmark = pytest.mark.django_db

NOTES = {
    "code": "ACC-U1",
    "withheld": "The psychologist's session notes",
    "explanation": "They are kept apart from the record.",
}
SISTER = {
    "code": "ACC-U6",
    "withheld": "A letter of 2024",
    "explanation": "It was given to us in confidence.",
}
PARTNER = {
    "code": "ACC-R2",
    "withheld": "One page of March 2025",
    "explanation": "It speaks of somebody else, who would likely be harmed.",
}
ALL = {"given": "Everything else in the chart, as one PDF", "grounds": [NOTES, SISTER, PARTNER]}
SENT = {
    "given": "The chart but for what is listed, one PDF",
    "channel": "email_clear",
    "address": "pat@example.org",
}
DETERMINED = {
    "ground": "ACC-R2",
    "withheld": "One page of March 2025",
    "explanation": "A threat was made.",
}
DAY_29 = "2026-03-01"


@pytest.fixture
def stage(db: None) -> Stage:
    return open_practice()


@pytest.fixture
def therapist(stage: Stage) -> Somebody:
    return stage.staff(Role.LICENSED_PROFESSIONAL, name="Theo Therapist")


@pytest.fixture
def reference(stage: Stage) -> str:
    return stage.patient.files("2026-01-31", "access", send="email", send_to="pat@example.org")


@pytest.fixture
def granted(stage: Stage, therapist: Somebody, reference: str) -> str:
    therapist.moves(DAY_29, reference, "determine", DETERMINED)
    stage.officer.moves(DAY_29, reference, "grant_in_part", ALL)
    return reference


def test_s3_it_is_due_on_2_march_and_withholding_the_whole_chart_fails(
    stage: Stage, reference: str
) -> None:
    told = stage.patient.get(DAY_29, f"/requests/{reference}/clock")
    assert (told["received_on"], told["due_on"]) == ("2026-01-31", "2026-03-02")

    whole = {"grounds": [NOTES, SISTER], "nothing_left": False}

    answer = stage.officer.tries(DAY_29, reference, "deny", whole)
    refused(answer, 422, "Some of the record can be given")


def test_s3_the_page_needs_a_licensed_professionals_determination(
    stage: Stage, reference: str
) -> None:
    answer = stage.officer.tries(DAY_29, reference, "grant_in_part", ALL)
    refused(answer, 422, "licensed health care professional's determination first")


def test_s3_one_written_denial_names_three_grounds_and_a_review_of_one(
    stage: Stage, granted: str
) -> None:
    (letter,) = stage.patient.letters(DAY_29, granted)
    body = letter["body"]
    for ground in (NOTES, SISTER, PARTNER):
        assert f"Not given: {ground['withheld']}" in body
    assert all(cited in body for cited in ("(a)(1)(i)", "(a)(2)(v)", "(a)(3)(ii)"))
    assert "right to have this denial reviewed, for: One page of March 2025." in body
    assert "Complaint contact, 919-555-0101" in body
    assert "Secretary of Health and Human Services" in body


def test_s3_the_rest_goes_by_email_only_after_the_risk_was_told(stage: Stage, granted: str) -> None:
    refused(
        stage.officer.tries(DAY_29, granted, "deliver", SENT), 422, "the risk of unencrypted e-mail"
    )

    given = stage.officer.moves(DAY_29, granted, "deliver", SENT | {"warned": True})

    assert (given["state"], given["answered_on"]) == ("delivered_in_part", DAY_29)
    assert not stage.officer.get("2026-03-03", f"/requests/{granted}/clock")["late"]


def test_s3_whoever_decided_does_not_review(
    stage: Stage, therapist: Somebody, granted: str
) -> None:
    reviewer = stage.staff(Role.LICENSED_PROFESSIONAL, name="Rita Reviewer")
    stage.patient.moves("2026-03-04", granted, "ask_for_review")
    refused(
        stage.officer.tries("2026-03-04", granted, "refer", {"reviewer": therapist.id}),
        422,
        "took no part in the denial",
    )
    stage.officer.moves("2026-03-04", granted, "refer", {"reviewer": reviewer.id})
    reasons = {"reasons": "The page names nobody."}
    refused(therapist.tries("2026-03-05", granted, "reverse", reasons), 409, "Only the reviewer")

    reviewer.moves("2026-03-05", granted, "reverse", reasons)

    last = stage.patient.letters("2026-03-05", granted)[-1]["body"]
    assert "you get what it withheld. We will give it to you: One page of March 2025" in last
    page = {"given": "One page of March 2025", "channel": "portal"}
    answer = stage.officer.tries("2026-03-05", granted, "deliver", page)
    refused(answer, 409, "Part of the denial stands")


@pytest.mark.parametrize(
    ("on", "until", "status"),
    [
        pytest.param("2026-03-02", "2026-04-01", 200, id="on the due day, to day 60"),
        pytest.param("2026-03-02", "2026-04-02", 422, id="a day past day 60"),
        pytest.param("2026-03-03", "2026-04-01", 409, id="the day after the due day: void"),
    ],
)
def test_s3_an_extension_is_valid_in_time_and_once(
    on: str, until: str, status: int, stage: Stage, reference: str
) -> None:
    letter = {"reasons": "The archive moves.", "completion_date": until, "provided": "portal"}
    assert stage.officer.tries(on, reference, "extend", letter).status_code == status
    due = stage.patient.get(on, f"/requests/{reference}/clock")["due_on"]
    assert due == (until if status == 200 else "2026-03-02")

    again = letter | {"completion_date": "2026-04-01"}
    if status == 200:
        refused(stage.officer.tries(on, reference, "extend", again), 409, "one extension only")
