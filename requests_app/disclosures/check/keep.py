"""Answer, keep, log: in one transaction. Used before a disclosure, at its sending, and beside one made."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import msgspec

from audit import log
from audit.actors import Actor
from requests_app import events
from requests_app.compiled import CompiledSave
from requests_app.deadlines.calendars import day_of
from requests_app.disclosures.check import facts as plain
from requests_app.disclosures.check import load
from requests_app.disclosures.check.decide import decide
from requests_app.disclosures.check.facts import Content, Facts, Question
from requests_app.disclosures.check.findings import Decision
from requests_app.disclosures.check.models import CheckMade, Kept, Subject
from requests_app.disclosures.models import Disclosure
from requests_app.people.models import Patient
from requests_app.practice.models import BusinessAssociate
from requests_app.standing.authorizations import Authorization

_ANSWER = msgspec.json.Encoder(order="deterministic")


@dataclass(frozen=True)
class Named:
    """The question and the rows it names, loaded."""

    patient: Patient
    asked: Question
    authorization: Authorization | None = None
    associate: BusinessAssociate | None = None


@dataclass(frozen=True)
class Checked:
    """The answer, the facts it rests on, and the row that keeps both."""

    decision: Decision
    facts: Facts
    row: CheckMade = field(repr=False)


def weigh(named: Named) -> tuple[Facts, Decision]:
    """The facts as they stand, and the decision on them; nothing is kept."""
    found = load.facts(
        named.patient, named.asked, authorization=named.authorization, associate=named.associate
    )
    return found, decide(found)


def answer(
    named: Named, *, actor: Actor, now: datetime, beside: Disclosure | None = None
) -> Checked:
    """Decide, keep and log, in the caller's transaction."""
    found, decision = weigh(named)
    return kept(named, found, decision, actor=actor, now=now, beside=beside)


def kept(
    named: Named,
    found: Facts,
    decision: Decision,
    *,
    actor: Actor,
    now: datetime,
    beside: Disclosure | None = None,
) -> Checked:
    """Keep and log what was decided."""
    row = keep(
        named.patient.pk,
        subject=Subject.DISCLOSURE,
        code=decision.basis,
        verdict=decision.verdict.value,
        kept=Kept(facts=plain.written(found), answer=_ANSWER.encode(decision).decode()),
        beside=beside,
        said=_said(decision, found.asked),
        whole_record=Content.WHOLE_RECORD in found.asked.contents,
        actor=actor,
        now=now,
    )
    return Checked(decision, found, row)


def keep(
    patient: UUID,
    *,
    subject: Subject,
    code: str,
    verdict: str,
    kept: Kept,
    said: dict[str, Any],
    actor: Actor,
    now: datetime,
    beside: Disclosure | None = None,
    whole_record: bool = False,
) -> CheckMade:
    """The row and its entry."""
    pk = uuid4()
    eid = log.append(
        events.DISCLOSURE_CHECKED
        if subject is Subject.DISCLOSURE
        else events.COMMUNICATION_CHECKED,
        actor=actor,
        patient=str(patient),
        obj=log.Obj("check", str(pk), None),
        **said,
    )
    row = CheckMade(id=pk, patient_id=patient, subject=subject, code=code, verdict=verdict)
    row.kept, row.disclosure, row.whole_record = kept, beside, whole_record
    row.asked_by, row.asked_at, row.audit_eid = actor.id, now, eid
    _insert(row)
    return row


_insert = CompiledSave(CheckMade)


def _said(decision: Decision, asked: Question) -> dict[str, Any]:
    """What the entry says: the verdict and why, whom and what for."""
    facts = {
        "basis": decision.basis,
        "verdict": decision.verdict.value,
        "accountable": decision.accountable.answer,
        "reasons": " ".join(one.code for one in decision.reasons),
        "records": " ".join(dict.fromkeys(one.record for one in decision.reasons if one.record)),
        "obligations": " ".join(one.code for one in decision.obligations),
        "questions": len(decision.questions),
    }
    return {
        "recipient": asked.recipient or None,
        "purpose": asked.purpose or None,
        "extra": facts,
        "outcome": "success",
    }


def beside(row: Disclosure, *, actor: Actor, now: datetime) -> Checked:
    """What the check says of a disclosure that has been made, on what is on record now.

    It hinders nothing: what happened is recorded, whatever the answer.
    """
    facts = row.facts
    asked = Question(
        at=now,
        today=day_of(now, row.patient.site.time_zone),
        basis=row.basis,
        recipient=facts.recipient_name,
        purpose=facts.purpose or facts.request_copy,
        first_day=None,
        excluded_answer=facts.excluded_answer,
        held=facts.held,
    )
    return answer(Named(row.patient, asked), actor=actor, now=now, beside=row)
