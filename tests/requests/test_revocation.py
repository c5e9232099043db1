"""Revocation: in writing, on receipt, and never mistaken for anything else (45 CFR 164.508(b)(5))."""

from datetime import timedelta

import pytest

from requests_app.errors import BadInput, NotNow
from requests_app.kinds.base import Kind
from requests_app.outbox import OutboxRow, Topic
from requests_app.standing import reliance
from requests_app.standing.authorizations import Authorization
from requests_app.standing.reliance import relied_on_allowed
from tests.support import office
from tests.support.office import NOON, PATIENT, act, authorized, do

pytestmark = pytest.mark.django_db
BEFORE, AFTER = NOON - timedelta(days=3), NOON + timedelta(minutes=1)


@pytest.fixture
def clinic(db: None) -> office.Office:
    return office.set_up(now=BEFORE)


@pytest.fixture
def paper(clinic: office.Office) -> Authorization:
    return authorized(clinic.patient, now=BEFORE)


def revoked(paper: Authorization | None = None, *, subject: str = "authorization") -> Kind:
    details = {"subject": subject} | ({"authorization": str(paper.pk)} if paper else {})
    return office.filed("revocation", details=details)


def sentences(paper: Authorization, **more: bool) -> list[str]:
    return [reason.sentence for reason in relied_on_allowed(paper, AFTER, **more).reasons]


# --- in writing, on receipt ------------------------------------------------------------------------
def test_in_this_service_it_counts_before_anybody_has_looked(paper: Authorization) -> None:
    assert relied_on_allowed(paper, AFTER).allowed
    request = revoked(paper)
    assert request.due_on is None
    assert relied_on_allowed(paper, NOON - timedelta(seconds=1)).allowed
    assert "It has been revoked." in sentences(paper)


def test_one_that_names_none_stops_all_that_were_there(
    clinic: office.Office, paper: Authorization
) -> None:
    revoked()
    assert sentences(paper) == [
        "The practice has a written revocation that may be about this authorization."
    ]
    newer = authorized(clinic.patient, now=AFTER)
    assert relied_on_allowed(newer, AFTER).allowed


def test_on_paper_it_counts_from_receipt_though_it_lay_three_days(
    clinic: office.Office, paper: Authorization
) -> None:
    received = NOON - timedelta(days=1)
    request = office.taken_down(
        "revocation", channel="paper", received=received, now=NOON, patient=str(clinic.patient.pk)
    )
    assert [row.reference for row in reliance.stops(clinic.patient.pk, at=received)] == [
        request.reference
    ]
    do(request, "confirm_identity")
    named = {"authorizations": [{"authorization": str(paper.pk)}], "already_done": "Notes of 2024"}
    request = act(request, "take_effect", named)

    ending = paper.endings.get()
    assert ending.at == received
    body = request.letters.get().text.body
    assert "since we received it, on March 1, 2026" in body
    assert "cannot be taken back: Notes of 2024" in body


def test_by_word_of_mouth_it_does_not_count_and_the_letter_says_how(
    clinic: office.Office, paper: Authorization
) -> None:
    request = office.taken_down("revocation", patient=str(clinic.patient.pk))
    assert relied_on_allowed(paper, AFTER).allowed
    request = do(request, "confirm_identity", "tell_how")
    assert request.state_label == "Not yet in writing"
    assert "in writing" in request.letters.get().text.body
    assert relied_on_allowed(paper, AFTER).allowed


def test_a_stop_falls_when_nobody_could_verify_who_wrote(
    clinic: office.Office, paper: Authorization
) -> None:
    request = office.taken_down("revocation", channel="fax", patient=str(clinic.patient.pk))
    assert not relied_on_allowed(paper, AFTER).allowed
    do(request, "could_not_verify", now=AFTER)
    assert relied_on_allowed(paper, AFTER + timedelta(seconds=1)).allowed
    assert not relied_on_allowed(paper, NOON).allowed


def test_what_took_effect_is_not_withdrawn(paper: Authorization) -> None:
    with pytest.raises(NotNow, match="took effect"):
        act(revoked(paper), "withdraw", actor=PATIENT)


def test_somebody_elses_authorization_is_not_found(clinic: office.Office) -> None:
    other = office.add_patient(clinic.site, number="MR-0009")
    with pytest.raises(BadInput) as refusal:
        revoked(authorized(other))
    assert refusal.value.problems[0].field == "/details/authorization"


def test_taken_up_again_it_is_not_ended_twice(paper: Authorization) -> None:
    request = do(revoked(paper), "take_effect", "close", "reopen", "take_effect")
    assert request.state == "effective"
    assert paper.endings.count() == 1


# --- the exception for insurers -----------------------------------------------------------------------
@pytest.mark.parametrize("lacking", ["condition_of_coverage", "policy_issued", "may_contest"])
def test_the_exception_needs_each_of_its_conditions(paper: Authorization, lacking: str) -> None:
    request = do(revoked(paper), "take_effect")
    with pytest.raises(BadInput) as refusal:
        act(request, "record_contest", office.INPUT["record_contest"] | {lacking: False})
    assert refusal.value.problems[0].field == f"/{lacking}"


def test_the_exception_releases_nothing_by_itself(paper: Authorization) -> None:
    do(revoked(paper), "take_effect", "record_contest")
    assert "It has been revoked." in sentences(paper)
    assert relied_on_allowed(paper, AFTER, insurer_contests=True).allowed
    facts = paper.contests.get().facts
    assert (facts.policy, facts.state_law) == (
        "Example Life 0001",
        "An invented statute, section 1",
    )


def test_without_the_decision_an_insurer_is_like_anybody(paper: Authorization) -> None:
    do(revoked(paper), "take_effect")
    assert not relied_on_allowed(paper, AFTER, insurer_contests=True).allowed


# --- a consent to a treatment ---------------------------------------------------------------------------
def test_a_treatment_consent_is_taken_back_by_word_of_mouth_and_routed_at_once(
    clinic: office.Office, paper: Authorization
) -> None:
    details = {"subject": "treatment", "words": "No more needles"}
    request = office.taken_down("revocation", details=details, patient=str(clinic.patient.pk))
    assert OutboxRow.objects.filter(request=request, topic=Topic.URGENT).count() == 1
    for move in ("tell_how",):
        with pytest.raises(NotNow, match="care team"):
            do(request, move)

    told = {"told": "Dr. Lee Example", "told_at": NOON.isoformat()}
    request = act(request, "pass_to_care_team", told, actor=office.DESK)

    assert request.state == "routed"
    assert "Dr. Lee Example" in request.letters.get().text.body
    assert relied_on_allowed(paper, AFTER).allowed


def test_a_revocation_is_not_made_into_something_else_without_ground() -> None:
    office.set_up()
    told = {"told": "Dr. Lee Example", "told_at": NOON.isoformat()}
    with pytest.raises(BadInput) as refusal:
        act(revoked(), "pass_to_care_team", told)
    assert refusal.value.problems[0].field == "/how_known"


def test_who_is_not_sure_gets_both_until_it_is_known(paper: Authorization) -> None:
    request = revoked(subject="not_sure")
    assert OutboxRow.objects.filter(request=request, topic=Topic.URGENT).exists()
    assert not relied_on_allowed(paper, AFTER).allowed
