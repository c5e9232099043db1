"""Objections, and "may I speak to this person?" (45 CFR 164.510)."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from audit import log
from audit.log import Facet
from requests_app import events
from requests_app.actions import involved as actions
from requests_app.actions import representatives
from requests_app.errors import BadInput, NotNow, NotPermitted
from requests_app.standing.involved import MaySpeak, PersonInvolved, may_speak
from requests_app.standing.objections import ObjectionInForce, Scope, objections
from tests.support import office
from tests.support.office import BILLING, DESK, NOON, OFFICER, act, do

pytestmark = pytest.mark.django_db

KIND = "objection"
SECOND = timedelta(seconds=1)
TO_ALL = {"wish": "object", "scopes": ["family"]}
DORA = [{"name": "Dora Demo", "relation": "Daughter"}]


@pytest.fixture
def clinic(db: None) -> office.Office:
    return office.set_up()


def ask(clinic: office.Office, name: str = "Dora Demo", *, at: datetime = NOON) -> MaySpeak:
    return may_speak(clinic.patient, name, at=at)


def involve(clinic: office.Office, ground: str, **more: Any) -> PersonInvolved:
    raw = {
        "patient": str(clinic.patient.pk), "name": "Dora Demo", "relation": "Daughter",
        "ground": ground, "by_whom": "Dr. Lee Example", **more,
    }  # fmt: skip
    return actions.record(raw, actor=DESK, now=more.pop("now", NOON))


# --- objecting ---------------------------------------------------------------------------------
def test_said_aloud_it_is_in_force_from_the_moment_it_was_said(clinic: office.Office) -> None:
    said = office.day("2026-02-27")
    request = office.taken_down(
        KIND, received=said, now=NOON, patient=str(clinic.patient.pk), channel="in_person"
    )
    assert (request.state, request.due_on) == ("received", None)
    assert ask(clinic, at=said).answer == "no"
    assert ask(clinic, at=said - SECOND).answer == "ask"


def test_the_answer_names_the_rule_and_the_record(clinic: office.Office) -> None:
    office.filed(KIND)
    answer = ask(clinic)
    assert (answer.answer, answer.citation) == ("no", "45 CFR 164.510(b)(2)")
    assert answer.because == ObjectionInForce.objects.get().pk


@pytest.mark.parametrize(
    ("details", "name", "answer"),
    [
        pytest.param({"people": DORA}, "Dora Demo", "no", id="the person named"),
        pytest.param({"people": DORA}, "DEMO, Dora", "no", id="written otherwise"),
        pytest.param({"people": DORA}, "Dora", "no", id="could be her"),
        pytest.param({"people": DORA}, "Noel Neighbour", "ask", id="somebody else"),
        pytest.param({}, "Noel Neighbour", "no", id="nobody named: everybody"),
        pytest.param({"scopes": ["directory"]}, "Dora Demo", "ask", id="about the directory"),
        pytest.param({"until": "2026-03-01"}, "Dora Demo", "no", id="its last day"),
    ],
)
def test_whom_an_objection_reaches(
    details: dict[str, Any], name: str, answer: str, clinic: office.Office
) -> None:
    sunday = office.day("2026-03-01")
    office.filed(KIND, details=TO_ALL | details, now=sunday)
    assert ask(clinic, name, at=sunday).answer == answer


def test_one_said_to_end_lapses_after_its_last_day(clinic: office.Office) -> None:
    office.filed(KIND, details=TO_ALL | {"until": "2026-03-03"})
    midnight = datetime.fromisoformat("2026-03-04T00:00:00-05:00")
    assert ask(clinic, at=midnight - SECOND).answer == "no"
    assert ask(clinic, at=midnight).answer == "ask"


def test_an_objection_to_a_part_names_the_part(clinic: office.Office) -> None:
    office.filed(KIND, details=TO_ALL | {"parts": "The injury at work"})
    answer = ask(clinic)
    assert (answer.answer, answer.part) == ("no", "The injury at work")


@pytest.mark.parametrize("scope", ["directory", "disaster_relief"])
def test_the_directory_and_disaster_relief_have_registers_too(
    scope: str, clinic: office.Office
) -> None:
    office.filed(KIND, details={"wish": "object", "scopes": [scope]})
    [row] = objections(clinic.patient.pk, Scope(scope), at=NOON)
    assert Scope(row.scope).citation.startswith("45 CFR 164.510")


def test_the_letter_offers_a_restriction(clinic: office.Office) -> None:
    body = office.filed(KIND, details=TO_ALL).letters.get().text.body
    assert "you can ask us for a restriction" in body


@pytest.mark.parametrize(
    ("details", "field"),
    [
        ({"wish": "object", "scopes": ["directory"], "people": DORA}, "/details/people"),
        (TO_ALL | {"wish": "lift", "until": "2026-04-01"}, "/details/until"),
        (TO_ALL | {"until": "2026-03-01"}, "/details/until"),
    ],
)
def test_what_cannot_be_carried_out_is_said_at_its_field(
    details: dict[str, Any], field: str, clinic: office.Office
) -> None:
    with pytest.raises(BadInput) as refusal:
        office.filed(KIND, details=details)
    assert refusal.value.problems[0].field == field


# --- lifting -----------------------------------------------------------------------------------
def test_lifting_ends_it_from_then_on(clinic: office.Office) -> None:
    office.filed(KIND, details=TO_ALL)
    later = office.day("2026-03-09")
    office.filed(KIND, details=TO_ALL | {"wish": "lift"}, now=later)
    assert ask(clinic, at=later).answer == "ask"
    assert ask(clinic, at=later - SECOND).answer == "no"


def test_letting_one_person_off_leaves_the_rest(clinic: office.Office) -> None:
    office.filed(KIND, details=TO_ALL)
    later = office.day("2026-03-09")
    lift = TO_ALL | {"wish": "lift", "people": DORA, "parts": "Appointments"}
    office.filed(KIND, details=lift, now=later)
    answer = ask(clinic, at=later)
    assert (answer.answer, answer.part) == ("yes", "Appointments")
    assert ask(clinic, "Noel Neighbour", at=later).answer == "no"
    assert ask(clinic, "Dora", at=later).answer == "no"


def test_lifting_at_the_desk_waits_until_it_is_known_who_asks(clinic: office.Office) -> None:
    office.filed(KIND, details=TO_ALL)
    request = office.taken_down(
        KIND, patient=str(clinic.patient.pk), details=TO_ALL | {"wish": "lift"}
    )
    assert ask(clinic).answer == "no"
    with pytest.raises(NotNow, match="Confirm first"):
        act(request, "carry_out", actor=DESK)
    do(request, "confirm_identity", "carry_out", actor=DESK)
    assert ask(clinic).answer == "ask"


# --- people involved ---------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("ground", "answer", "citation"),
    [
        ("agreed", "yes", "45 CFR 164.510(b)(2)"),
        ("did_not_object", "yes", "45 CFR 164.510(b)(2)"),
        ("inferred", "yes", "45 CFR 164.510(b)(2)"),
        ("best_interest", "yes", "45 CFR 164.510(b)(3)"),
        ("objected", "no", "45 CFR 164.510(b)(2)"),
    ],
)
def test_each_ground_has_its_answer(
    ground: str, answer: str, citation: str, clinic: office.Office
) -> None:
    row = involve(clinic, ground, part="Appointments")
    found = ask(clinic)
    assert (found.answer, found.citation, found.part) == (answer, citation, "Appointments")
    assert found.because == row.pk


def test_a_yes_is_for_the_very_person(clinic: office.Office) -> None:
    involve(clinic, "agreed")
    assert ask(clinic, "Demo, Dora").answer == "yes"
    assert ask(clinic, "Dora").answer == "ask"


@pytest.mark.parametrize(
    ("ground", "answer"),
    [
        pytest.param("agreed", "yes", id="the patient's own later word"),
        pytest.param("did_not_object", "no", id="silence"),
        pytest.param("inferred", "no", id="what staff infer"),
        pytest.param("best_interest", "no", id="what staff judge"),
    ],
)
def test_only_the_patients_own_later_word_sets_an_objection_aside(
    ground: str, answer: str, clinic: office.Office
) -> None:
    office.filed(KIND, details=TO_ALL, now=office.day("2026-03-01"))
    involve(clinic, ground)
    assert ask(clinic).answer == answer


def test_an_objection_after_an_agreement_counts(clinic: office.Office) -> None:
    involve(clinic, "agreed", expressed_at="2026-03-01T12:00:00-05:00")
    office.filed(KIND)
    assert ask(clinic).answer == "no"


def test_it_ends_on_its_day_or_when_ended(clinic: office.Office) -> None:
    involve(clinic, "agreed", until="2026-03-03")
    assert ask(clinic, at=office.day("2026-03-04")).answer == "ask"
    row = involve(clinic, "agreed")
    ended = actions.end(str(row.pk), actor=DESK, now=office.day("2026-03-06"))
    assert ask(clinic, at=office.day("2026-03-05")).answer == "yes"
    assert ask(clinic, at=office.day("2026-03-07")).answer == "ask"
    with pytest.raises(NotNow, match="ended already"):
        actions.end(str(ended.pk), actor=DESK, now=office.day("2026-03-08"))


def test_staff_do_not_end_a_patients_objection(clinic: office.Office) -> None:
    row = involve(clinic, "objected")
    with pytest.raises(NotNow, match="no longer objects"):
        actions.end(str(row.pk), actor=DESK, now=NOON)


@pytest.mark.parametrize(
    ("lift", "answer"),
    [
        pytest.param({"people": DORA}, "yes", id="her by name"),
        pytest.param({}, "ask", id="everything"),
        pytest.param({"people": [{"name": "Noel Neighbour"}]}, "no", id="somebody else"),
        pytest.param({"scopes": ["directory"]}, "no", id="the directory only"),
    ],
)
def test_the_patient_ends_it_by_lifting_it(
    lift: dict[str, Any], answer: str, clinic: office.Office
) -> None:
    involve(clinic, "objected", expressed_at="2026-03-01T12:00:00-05:00")
    office.filed(KIND, details=TO_ALL | {"wish": "lift"} | lift)
    assert ask(clinic).answer == answer


def test_a_judgment_is_somebodys(clinic: office.Office) -> None:
    with pytest.raises(BadInput) as refusal:
        involve(clinic, "best_interest", by_whom="")
    assert refusal.value.problems[0].field == "/by_whom"


def test_a_representative_is_treated_as_the_patient(clinic: office.Office) -> None:
    office.filed(KIND, details=TO_ALL)
    office.recognise(clinic.patient, authority_until="2026-03-31")
    assert ask(clinic).citation == "45 CFR 164.502(g)(1)"
    assert ask(clinic, at=office.day("2026-04-01")).answer == "no"


def test_a_refused_representative_is_not_spoken_to(clinic: office.Office) -> None:
    raw = {
        "patient": str(clinic.patient.pk), "kind": "health_care_agent", "name": "Dora Demo",
        "evidence": "Papers seen", "authority_from": "2025-01-01",
        "why": "abuse", "facts": "Seen by Dr. Lee.", "judged_by": "Dr. Lee Example",
    }  # fmt: skip
    representatives.refuse(raw, actor=OFFICER, now=NOON)
    involve(clinic, "agreed")
    answer = ask(clinic)
    assert (answer.answer, answer.citation) == ("no", "45 CFR 164.502(g)(5)")
    assert "abuse" not in answer.sentence


# --- the question at the desk ------------------------------------------------------------------
def test_billing_may_ask_and_the_question_is_on_record(clinic: office.Office) -> None:
    office.filed(KIND)
    raw = {"patient": str(clinic.patient.pk), "name": "Dora Demo"}
    assert actions.may_i_speak(raw, actor=BILLING, now=NOON).answer == "no"
    entry = log.find(Facet.NAME, events.INVOLVED_ASKED).entries[0].entry
    assert (entry.recipient, entry.outcome) == ("Dora Demo", "refused")


def test_who_may_put_somebody_on_record(clinic: office.Office) -> None:
    raw = {
        "patient": str(clinic.patient.pk), "name": "Dora Demo", "relation": "Daughter",
        "ground": "agreed",
    }  # fmt: skip
    with pytest.raises(NotPermitted):
        actions.record(raw, actor=BILLING, now=NOON)
    assert actions.record(raw, actor=DESK, now=NOON).facts.by_whom == DESK.name
