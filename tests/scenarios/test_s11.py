"""S11, revocation in flight (45 CFR 164.508(b)(5)): as far as the register carries it."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from audit import clock
from privacy_portal.accounts import tokens
from requests_app.disclosures.models import Disclosure
from requests_app.disclosures.planned import PlannedRelease
from requests_app.permissions import Role
from requests_app.standing.authorizations import Authorization
from requests_app.standing.reliance import relied_on_allowed
from tests.support import api, office
from tests.support.api import Caller
from tests.support.fallen import sent

pytestmark = pytest.mark.django_db


def at(text: str) -> datetime:
    """A time of February 2026 in North Carolina."""
    return datetime.fromisoformat(f"2026-02-{text}:00-05:00")


SIGNED, FIRST_BATCH = at("01T10:00"), at("10T23:00")
CALLED, REVOKED, JOB = at("14T09:00"), at("15T22:10"), at("15T23:00")


@pytest.fixture
def clinic(db: None) -> Iterator[office.Office]:
    with clock.frozen(SIGNED):
        yield office.set_up(now=SIGNED)


@pytest.fixture
def patient(clinic: office.Office) -> Caller:
    caller = api.patient()
    office.link(caller.actor, clinic.patient, now=SIGNED)
    return caller


@pytest.fixture
def paper(clinic: office.Office) -> Authorization:
    return office.authorized(clinic.patient, now=SIGNED)


def ask(caller: Caller, path: str, body: dict[str, Any], *, now: datetime) -> Any:
    """A person signs in anew each day, as an idle session ends."""
    with clock.frozen(now):
        token = tokens.make_for_person(caller.user, now=now).text
        return Caller(caller.user, token).post(path, body)


def revoke(patient: Caller, paper: Authorization) -> dict[str, Any]:
    details = {"subject": "authorization", "authorization": str(paper.pk)}
    body = {"kind": "revocation", "details": details}
    answer = ask(patient, "/requests", body, now=REVOKED)
    assert answer.status_code == 201, answer.content
    return dict(answer.json())


def test_s11_the_register_knows_at_22_10_and_the_first_batch_stands(
    patient: Caller, paper: Authorization
) -> None:
    revoke(patient, paper)
    assert relied_on_allowed(paper, FIRST_BATCH).allowed
    assert not relied_on_allowed(paper, REVOKED).allowed
    assert not relied_on_allowed(paper, JOB).allowed


def test_s11_a_call_alone_does_not_revoke(clinic: office.Office, paper: Authorization) -> None:
    office.taken_down("revocation", received=CALLED, patient=str(clinic.patient.pk))
    assert relied_on_allowed(paper, JOB).allowed


def test_s11_what_only_the_insurer_has_does_not_count_until_the_practice_has_it(
    clinic: office.Office, paper: Authorization
) -> None:
    assert relied_on_allowed(paper, CALLED).allowed
    forwarded = {"channel": "paper", "asker": {"name": "Example Life, for Patricia Demo"}}
    office.taken_down("revocation", received=REVOKED, patient=str(clinic.patient.pk), **forwarded)
    assert relied_on_allowed(paper, CALLED).allowed
    assert not relied_on_allowed(paper, JOB).allowed


def test_s11_a_policy_that_was_refused_leaves_no_exception(
    patient: Caller, paper: Authorization
) -> None:
    reference = revoke(patient, paper)["reference"]
    with clock.frozen(JOB):
        officer = api.staff(Role.PRIVACY_OFFICER)
        done = {"already_done": "One batch on February 10"}
        assert officer.act(reference, "take_effect", done).status_code == 200
        contest = office.INPUT["record_contest"] | {"policy_issued": False}
        answer = officer.act(reference, "record_contest", contest)
    assert answer.status_code == 422
    assert [one["pointer"] for one in answer.json()["errors"]] == ["/policy_issued"]
    assert "no policy to contest" in answer.json()["errors"][0]["detail"]


def release(paper: Authorization) -> dict[str, Any]:
    return {
        "patient": str(paper.patient_id), "recipient": "Example Life Insurance",
        "basis": "AUTH", "authorization": str(paper.pk), "purpose": "Underwriting",
        "recipient_kind": "other", "contents": ["visit_notes"],
    }  # fmt: skip


def checked(paper: Authorization, now: datetime) -> dict[str, Any]:
    with clock.frozen(now):
        officer = api.staff(Role.PRIVACY_OFFICER)
        answer = officer.post("/disclosures/check", release(paper), key=None)
    assert answer.status_code == 200, answer.content
    return dict(answer.json())


def test_s11_the_check_denies_from_the_receipt_on_and_names_the_revocation(
    patient: Caller, paper: Authorization
) -> None:
    assert checked(paper, FIRST_BATCH)["verdict"] == "permit_with_conditions"
    reference = revoke(patient, paper)["reference"]
    denied = checked(paper, JOB)
    assert denied["verdict"] == "deny"
    assert {one["citation"] for one in denied["reasons"]} == {"45 CFR 164.508(b)(5)"}
    assert reference in {one["record"] for one in denied["reasons"]}


def test_s11_the_job_of_23_00_does_not_send(patient: Caller, paper: Authorization) -> None:
    planned = {"check": release(paper), "description": "Visit notes of 2025",
               "at": FIRST_BATCH.isoformat(), "every_days": 5}  # fmt: skip
    with clock.frozen(SIGNED):
        officer = api.staff(Role.PRIVACY_OFFICER)
        answer = officer.post("/planned-releases", planned)
    assert answer.status_code == 201, answer.content
    path = f"/planned-releases/{answer.json()['id']}"

    assert sent(FIRST_BATCH) == Counter(released=1)
    revoke(patient, paper)
    assert sent(JOB) == Counter(stopped=1)
    assert sent(JOB) == Counter(), "nothing twice"

    with clock.frozen(JOB):
        shown = api.staff(Role.PRIVACY_OFFICER).get(path).json()
    assert [one["outcome"] for one in shown["sendings"]] == ["released", "stopped"]
    assert datetime.fromisoformat(shown["sendings"][1]["at"]) == JOB
    assert shown["ended_at"] is not None
    (line,) = Disclosure.objects.filter(patient_id=paper.patient_id)
    assert str(line.disclosed_on) == "2026-02-10", "the first batch stands, nothing else went"


def test_s11_after_the_revocation_nothing_is_planned(patient: Caller, paper: Authorization) -> None:
    revoke(patient, paper)
    planned = {"check": release(paper), "description": "Notes", "at": at("20T23:00").isoformat()}
    with clock.frozen(JOB):
        answer = api.staff(Role.PRIVACY_OFFICER).post("/planned-releases", planned)
    assert answer.status_code == 409
    assert answer.json()["verdict"] == "deny"
    assert not PlannedRelease.objects.exists()
