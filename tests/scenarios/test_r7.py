"""R7, half right: one thing put right, one denied, whom to tell, and a statement months later."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from audit import clock
from privacy_portal.accounts import tokens
from requests_app.actions import practice
from requests_app.kinds.models import Request
from requests_app.permissions import Role
from requests_app.standing.amendment_links import linked_set
from requests_app.standing.amendment_notices import Stand, conflicts, matters
from tests.support import api, office
from tests.support.api import Caller
from tests.support.office import ASSESSMENT, OFFICER, day

pytestmark = pytest.mark.django_db

LINK = office.usual("amendment", "link")
STATEMENT = {"statement": "I came every time I could."}


@pytest.fixture
def clinic(db: None) -> Iterator[office.Office]:
    with clock.frozen(day("2026-01-05")):
        yield office.set_up(now=day("2026-01-05"))


@pytest.fixture
def patient(clinic: office.Office) -> Caller:
    caller = api.patient()
    office.link(caller.actor, clinic.patient, now=day("2026-01-05"))
    return caller


@pytest.fixture
def officer(clinic: office.Office) -> Caller:
    return api.staff(Role.PRIVACY_OFFICER)


@pytest.fixture
def relied(clinic: office.Office) -> list[dict[str, str]]:
    """Plan P, Dr Y and the employer, from the ledger; the billing associate, from its contract."""
    given = (("PAY", "Plan P"), ("TRT", "Dr. Y Example"), ("PH-EMP", "Example Employer"))
    lines = [
        office.disclosed(clinic.patient, "2026-02-02", basis=basis, recipient_name=name)
        for basis, name in given
    ]
    firm = practice.add_associate(
        {"name": "Example Billing", "service": "Billing", "contact_name": "Bea Biller",
         "telephone": "919-555-0111", "in_force_from": "2025-01-01"},
        actor=OFFICER, now=day("2026-01-05"),
    )  # fmt: skip
    return [*({"disclosure": str(line.pk)} for line in lines), {"associate": str(firm.pk)}]


@pytest.fixture
def decided(patient: Caller, officer: Caller, relied: list[dict[str, str]]) -> str:
    """Asked on 2 March, decided on 30 April 2026; the reference."""
    with on_day("2026-03-02", patient) as caller:
        body = {"kind": "amendment", "details": office.DETAILS["amendment"]}
        filed = caller.post("/requests", body).json()
        assert filed["due_on"] == "2026-05-01"
    moved(officer, filed["reference"], "accept_in_part", "2026-04-30",
          office.usual("amendment", "accept_in_part") | {"relied": relied})  # fmt: skip
    return filed["reference"]


@contextmanager
def on_day(on: str, caller: Caller) -> Iterator[Caller]:
    """That day at noon; the caller signed in on it."""
    with clock.frozen(day(on)):
        token = tokens.make_for_person(caller.user, now=clock.now()).text
        yield replace(caller, token=token)


def moved(caller: Caller, reference: str, move: str, on: str, body: Any = None) -> Any:
    with on_day(on, caller) as signed_in:
        answer = signed_in.act(reference, move, body)
    assert answer.status_code == 200, answer.content
    return answer.json()


def read(caller: Caller, path: str, on: str) -> Any:
    with on_day(on, caller) as signed_in:
        return signed_in.get(path).json()


def test_r7_the_decision_alone_stops_no_clock_and_a_link_a_day_late_is_shown_so(
    decided: str, patient: Caller, officer: Caller
) -> None:
    told = read(officer, f"/requests/{decided}/clock", "2026-05-01")
    assert (told["due_on"], told["answered_on"], told["late"]) == ("2026-05-01", None, False)
    letter = read(patient, f"/requests/{decided}/letters", "2026-05-01")["letters"][0]["body"]
    assert "The injury was on 13 December." in letter
    assert "1. Plan P\n2. Dr. Y Example\n3. Example Employer" in letter
    assert "written statement of disagreement" in letter

    moved(officer, decided, "link", "2026-05-02", LINK)

    told = read(officer, f"/requests/{decided}/clock", "2026-05-02")
    assert (told["answered_on"], told["late"]) == ("2026-05-02", True)


def test_r7_those_she_agrees_to_are_told_and_the_employer_goes_to_the_officer(
    decided: str, patient: Caller, officer: Caller
) -> None:
    moved(officer, decided, "link", "2026-05-01", LINK)
    answers = [{"person": n, "agreed": n != 3} for n in (1, 2, 3)]
    trainer = [{"name": "Tina Trainer", "contact": "919-555-0190"}]
    moved(patient, decided, "name_persons", "2026-05-03", {"persons": trainer, "answers": answers})
    for number in (1, 2, 4, 5):
        proof = {"person": number, "how": "post", "reached": True, "proof": "Receipt in the file"}
        moved(officer, decided, "tell", "2026-05-04", proof)

    request = Request.objects.get(reference=decided)
    stands = {m.person.facts.name: m.stand for m in matters(request)}
    assert stands.pop("Example Employer") == Stand.CONFLICT
    assert set(stands) == {"Plan P", "Dr. Y Example", "Example Billing", "Tina Trainer"}
    assert set(stands.values()) == {Stand.TOLD}
    assert [m.person.facts.relied for m in conflicts(request)] == ["2026-02-02: Test result"]
    actions = read(officer, f"/requests/{decided}", "2026-05-04")["actions"]
    close = next(action for action in actions if action["name"] == "close")
    assert "the officer is to decide on it" in close["reason"]


def test_r7_nothing_goes_along_until_the_statement_of_1_december(
    decided: str, patient: Caller, officer: Caller, clinic: office.Office
) -> None:
    moved(officer, decided, "link", "2026-05-01", LINK)
    before = linked_set(clinic.patient.pk, ASSESSMENT, at=day("2026-11-30"))
    assert before is None

    moved(patient, decided, "disagree", "2026-12-01", STATEMENT)

    after = linked_set(clinic.patient.pk, ASSESSMENT, at=day("2026-12-02"))
    assert after is not None
    assert [paper.words for paper in after.papers][-1] == STATEMENT["statement"]


def test_r7_the_check_says_what_must_go_along_and_that_a_claim_sends_it_apart(
    decided: str, patient: Caller, officer: Caller, clinic: office.Office
) -> None:
    moved(officer, decided, "link", "2026-05-01", LINK)
    assert not duties(officer, clinic, "2026-11-30") & {"attach_set_or_summary", "send_apart"}

    moved(patient, decided, "disagree", "2026-12-01", STATEMENT)

    assert {"attach_set_or_summary", "send_apart"} <= duties(officer, clinic, "2026-12-02")
    other = duties(officer, clinic, "2026-12-02", items=[{"record": "Visit of 1 March"}])
    assert "attach_set_or_summary" not in other
    whole = duties(officer, clinic, "2026-12-02", contents=["whole_record"], items=None)
    assert "attach_set_or_summary" in whole


def duties(officer: Caller, clinic: office.Office, on: str, **more: Any) -> set[str]:
    """The codes of what the check asks to be done, for a claim that holds the disputed record."""
    asked = {
        "patient": str(clinic.patient.pk), "basis": "PAY", "recipient": "Plan P",
        "recipient_kind": "health_plan", "items": [{"record": ASSESSMENT}],
        "contents": ["visit_notes"], "whole_record_because": "The plan asks for all of it",
        "standard_transaction": True, **more,
    }  # fmt: skip
    with on_day(on, officer) as caller:
        answer = caller.post("/disclosures/check", asked, key=None)
    assert answer.status_code == 200, answer.content
    assert answer.json()["verdict"] == "permit_with_conditions"
    return {duty["code"] for duty in answer.json()["obligations"]}
