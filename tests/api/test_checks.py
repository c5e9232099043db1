"""The checks through the API: kept, logged, beside what has happened; and who is asked what."""

import json
from typing import Any

import msgspec
import pytest

from audit import clock, log
from audit.log import Facet
from requests_app import events
from requests_app.actions import charts
from requests_app.actions import check as actions
from requests_app.disclosures.check.decide import decide
from requests_app.disclosures.check.facts import read
from requests_app.disclosures.check.models import CheckMade
from requests_app.disclosures.models import Disclosure
from requests_app.permissions import Permission, Role
from tests.support import api, office
from tests.support.api import Caller
from tests.support.office import BILLING, NOON, Office
from tests.support.statements import statements

pytestmark = pytest.mark.django_db


def question(clinic: Office, **more: Any) -> dict[str, Any]:
    asked = {
        "patient": str(clinic.patient.pk), "basis": "PAY", "recipient": "Example Plan",
        "recipient_kind": "health_plan", "contents": ["billing"], "purpose": "A claim",
    }  # fmt: skip
    return asked | more


@pytest.fixture
def billing(clinic: Office) -> Caller:
    return api.staff(Role.BILLING, name="Bill Billing")


def test_each_answer_is_kept_with_its_facts_and_comes_out_the_same_again(
    clinic: Office, billing: Caller
) -> None:
    office.filed("restriction")  # holds the claim
    answer = billing.post("/disclosures/check", question(clinic), key=None).json()

    row = CheckMade.objects.get(pk=answer["check"])
    again = decide(read(row.kept.facts))
    assert again.verdict == row.verdict == answer["verdict"]
    assert json.loads(row.kept.answer) == json.loads(msgspec.json.encode(again))
    assert [one["field"] for one in answer["questions"]] == [one.field for one in again.questions]


def test_each_answer_is_an_entry_with_its_verdict_its_reasons_and_the_recipient(
    clinic: Office, billing: Caller
) -> None:
    answer = billing.post("/disclosures/check", question(clinic), key=None).json()
    (found,) = log.find(Facet.NAME, events.DISCLOSURE_CHECKED).entries
    entry = found.entry
    assert entry.patient == str(clinic.patient.pk)
    assert entry.recipient == "Example Plan"
    assert entry.object is not None
    assert entry.object.id == answer["check"]
    assert entry.extra is not None
    assert entry.extra["verdict"] == answer["verdict"] == "permit_with_conditions"
    assert CheckMade.objects.get(pk=answer["check"]).audit_eid == found.eid


def test_a_machine_client_may_ask_with_the_scope_and_only_with_it(clinic: Office) -> None:
    may, may_not = api.machine(Permission.ASK_CHECK), api.machine(Permission.READ_REQUESTS)
    assert may.post("/disclosures/check", question(clinic), key=None).status_code == 200
    assert may_not.post("/disclosures/check", question(clinic), key=None).status_code == 403


def test_who_is_limited_to_a_site_asks_about_its_patients_alone(clinic: Office) -> None:
    other = api.other_site()
    limited = api.staff(Role.BILLING, name="Bea Elsewhere", site=other.pk)
    refused = limited.post("/disclosures/check", question(clinic), key=None)
    assert [one["pointer"] for one in refused.json()["errors"]] == ["/patient"]
    assert not CheckMade.objects.exists()


def test_what_somebody_has_not_told_comes_back_as_the_field_to_fill(
    clinic: Office, billing: Caller
) -> None:
    bare = {"patient": str(clinic.patient.pk)}
    answer = billing.post("/disclosures/check", bare, key=None).json()
    assert answer["verdict"] == "questions"
    assert {one["field"] for one in answer["questions"]} == {"/basis", "/recipient"}
    assert answer["accountable"]["answer"] == "unclassified"


def test_the_number_of_queries_does_not_grow_with_what_stands(
    clinic: Office, billing: Caller
) -> None:
    def queries() -> int:
        with statements() as seen:
            actions.ask(question(clinic), actor=BILLING, now=NOON)
        return len(seen)

    office.filed("restriction")
    agreed = office.do(office.filed("restriction"), "agree_out_of_pocket")
    first = queries()
    for _ in range(4):
        office.filed("restriction")
        office.do(office.filed("restriction"), "agree_out_of_pocket")
    assert agreed.state == "agreed_must"
    assert queries() == first <= 8


def test_what_stands_on_another_chart_of_the_same_person_stops_it_too(
    clinic: Office, billing: Caller
) -> None:
    other = office.add_patient(clinic.site, number="MR-0002")
    office.do(office.filed("restriction"), "agree_out_of_pocket")
    lines = [{"code": "20560", "on": "2026-03-02"}]
    asked = question(clinic, services=lines) | {"patient": str(other.pk)}
    with clock.frozen(NOON):
        before = actions.ask(asked, actor=BILLING, now=NOON)
        pair = {"patient": str(clinic.patient.pk), "other": str(other.pk), "why": "Two spellings"}
        charts.link(pair, actor=office.OFFICER, now=NOON)
        after = actions.ask(asked, actor=BILLING, now=NOON)
    assert before.decision.verdict.lets_go
    assert after.decision.verdict == "deny"


@pytest.mark.parametrize(
    ("basis", "verdict"),
    [
        pytest.param("PAY", "questions", id="perhaps what was to be kept: it never says it may go"),
        pytest.param("IMP", "deny", id="should not have happened"),
        pytest.param(None, "questions", id="not classified"),
    ],
)
def test_what_has_happened_is_recorded_with_the_checks_answer_beside_it(
    clinic: Office, officer: Caller, basis: str | None, verdict: str
) -> None:
    with clock.frozen(NOON):
        office.do(office.filed("restriction"), "agree_out_of_pocket")
        line = office.disclosed(clinic.patient, "2026-03-02", basis=basis)
        row = CheckMade.objects.get(disclosure=line)
        shown = officer.get(f"/disclosures/{line.pk}/check").json()
    assert shown["check"] == str(row.pk)
    assert shown["verdict"] == row.verdict
    assert row.verdict == verdict


def test_a_correction_has_an_answer_of_its_own_beside_it(clinic: Office, officer: Caller) -> None:
    with clock.frozen(NOON):
        line = office.disclosed(clinic.patient, "2026-03-02")
        told = {
            "patient": str(clinic.patient.pk), "basis": "IMP", "disclosed_on": "2026-03-02",
            "recipient_name": "Example Stranger", "description": "Test result", "purpose": "By mistake",
        }  # fmt: skip
        corrected = officer.post(f"/disclosures/{line.pk}/corrections", told).json()
        shown = officer.get(f"/disclosures/{corrected['id']}/check").json()
    assert (shown["verdict"], shown["accountable"]["answer"]) == ("deny", "yes")


def test_a_denied_plan_leaves_nothing_and_names_no_reason_in_its_problem(
    clinic: Office, officer: Caller
) -> None:
    with clock.frozen(NOON):
        notes = question(clinic, contents=["psychotherapy_notes"])
        planned = {"check": notes, "description": "Notes", "at": NOON.isoformat()}
        answer = officer.post("/planned-releases", planned)
    assert answer.status_code == 409
    assert answer.json()["citation"] == "45 CFR 164.508(a)(2)"
    assert answer.json()["verdict"] == "deny"
    assert not answer.json()["overridable"]
    assert not Disclosure.objects.exists()
