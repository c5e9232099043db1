"""R6. Nobody answers: asked by e-mail on 1 September 2026, name and birth date fit, address unknown."""

import pytest

from tests.scenarios.stage import Somebody, Stage, done, open_practice, refused
from tests.support import office

pytestmark = pytest.mark.django_db

RECEIVED, LAST = "2026-09-01", "2026-10-01"
ASKER = {"name": "Patricia Demo", "birth_date": "1980-02-29", "contact": "somebody@example.org"}
TRIED = {"tried": "Written to three times; nobody answered."}
#: What the chart knows of the patient, and the asker did not say.
OF_THE_CHART = ("MR-0001", "919-555-0142", "Main Street")


@pytest.fixture
def stage(db: None) -> Stage:
    return open_practice()


def taken_down(desk: Somebody, on: str, **more: object) -> str:
    body = {
        "kind": "access",
        "details": office.DETAILS["access"] | {"send": "email", "send_to": "somebody@example.org"},
        "channel": "email",
        "received_at": office.day(on).isoformat(),
        "asker": ASKER,
        **more,
    }
    return str(done(desk.posts(on, "/requests", body))["reference"])


@pytest.fixture
def reference(stage: Stage) -> str:
    """Taken down, matched to the chart it fits, and asked about three times."""
    found = taken_down(stage.desk, RECEIVED)
    fits = {"patient": str(stage.clinic.patient.pk)}
    done(stage.officer.posts(RECEIVED, f"/requests/{found}/patient", fits))
    for on in ("2026-09-04", "2026-09-11", "2026-09-21"):
        asked = {"body": "How can we confirm who you are?"}
        done(stage.officer.posts(on, f"/requests/{found}/messages", asked))
    return found


def test_r6_the_clock_is_never_paused_and_nothing_closes_by_itself(
    stage: Stage, reference: str
) -> None:
    for on in ("2026-09-22", LAST, "2026-11-30"):
        told = stage.officer.get(on, f"/requests/{reference}/clock")
        assert (told["due_on"], told["answered_on"]) == (LAST, None)
    assert stage.officer.get("2026-11-30", f"/requests/{reference}/clock")["late"]
    assert stage.officer.get("2026-11-30", f"/requests/{reference}")["state"] == "received"


def test_r6_on_the_last_day_only_more_time_or_could_not_verify_ends_it(
    stage: Stage, reference: str
) -> None:
    allowed = stage.officer.allowed(LAST, reference)
    assert allowed & {"grant", "grant_in_part", "deny", "redirect", "deliver", "close"} == set()
    assert {"extend", "could_not_verify"} <= allowed

    more = {"reasons": "Nobody has answered.", "completion_date": "2026-10-31", "provided": "email"}
    assert stage.officer.moves(LAST, reference, "extend", more)["due_on"] == "2026-10-31"
    again = stage.officer.tries(LAST, reference, "extend", more)
    refused(again, 409, "one extension only")


def test_r6_the_notice_goes_to_where_they_asked_from_and_holds_no_fact_of_the_chart(
    stage: Stage, reference: str
) -> None:
    answered = stage.officer.moves(LAST, reference, "could_not_verify", TRIED)

    assert (answered["state"], answered["answered_on"]) == ("unverified", LAST)
    (letter,) = stage.officer.letters(LAST, reference)
    assert letter["provided"] == "email"
    body = letter["body"]
    assert "Sent to where the request came from: somebody@example.org" in body
    assert "does not say whether we hold any records" in body
    assert "you can go on at any time" in body.lower()
    assert "Complaint contact, 919-555-0101" in body
    assert "Secretary of Health and Human Services" in body
    assert not [fact for fact in OF_THE_CHART if fact in body]


def test_r6_it_goes_to_the_address_on_file_only_where_the_officer_says_so(
    stage: Stage, reference: str
) -> None:
    on_file = TRIED | {"to": "on_file"}
    stage.officer.moves(LAST, reference, "could_not_verify", on_file)

    (letter,) = stage.officer.letters(LAST, reference)

    assert letter["provided"] == "post"
    assert "somebody@example.org" not in letter["body"]


def test_r6_nobody_matched_has_no_address_on_file_and_silence_is_no_answer(stage: Stage) -> None:
    found = taken_down(stage.desk, RECEIVED, asker={"name": "Patricia Demo"})
    on_file = TRIED | {"to": "on_file"}
    answer = stage.officer.tries(LAST, found, "could_not_verify", on_file)
    refused(answer, 422, "no address on file")
    answer = stage.officer.tries(LAST, found, "could_not_verify", TRIED)
    refused(answer, 422, "No address came with this request")


def test_r6_unverified_is_counted_apart_from_denials(stage: Stage, reference: str) -> None:
    stage.officer.moves(LAST, reference, "could_not_verify", TRIED)
    counted = {
        state: len(stage.officer.get(LAST, "/requests", state=state)["results"])
        for state in ("unverified", "denied")
    }
    assert counted == {"unverified": 1, "denied": 0}


def test_r6_proof_on_6_october_is_a_new_request_linked_to_the_old(
    stage: Stage, reference: str
) -> None:
    stage.officer.moves(LAST, reference, "could_not_verify", TRIED)

    later = taken_down(stage.desk, "2026-10-06", follows=reference)

    shown = stage.officer.get("2026-10-06", f"/requests/{later}")
    assert (shown["received_on"], shown["due_on"]) == ("2026-10-06", "2026-11-05")
    assert shown["follows"] == reference
    assert stage.officer.get("2026-10-06", f"/requests/{reference}")["state"] == "unverified"


def test_r6_a_link_to_what_the_desk_cannot_see_is_refused(stage: Stage) -> None:
    own = stage.patient.files(RECEIVED, "access")
    body = {
        "kind": "access",
        "details": office.DETAILS["access"],
        "channel": "email",
        "received_at": office.day("2026-10-06").isoformat(),
        "asker": ASKER,
        "follows": own,
    }
    refused(stage.desk.posts("2026-10-06", "/requests", body), 422, "There is no such request here")
