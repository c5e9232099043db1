"""Personal representatives: recognised on evidence, or refused with the reason (164.502(g))."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import uuid4

from django.db import transaction

from audit import log
from audit.actors import Actor
from requests_app import events, questions, selectors
from requests_app.actions.representative_endings import Decline
from requests_app.complaints import watch
from requests_app.errors import BadInput
from requests_app.falling_due.matters import plan_end_of_authority
from requests_app.people.models import (
    AuthorityKind,
    Patient,
    Refusal,
    Representative,
    RepresentativeFacts,
)
from requests_app.permissions import Permission, require
from requests_app.questions import EXAMPLE_ID, choice, day, in_order, text


@dataclass(frozen=True)
class Recognise:
    """Who stands in for the individual, on what ground, shown by what, how far and until when."""

    patient: str = text(name="the patient", question="For whom?", max_length=64, example=EXAMPLE_ID)
    kind: AuthorityKind = choice(
        AuthorityKind, name="the kind of authority", question="On what ground?"
    )
    name: str = text(name="the name", question="Full name", max_length=200, example="Ada Example")
    evidence: str = text(
        name="what shows the authority",
        question="What shows the authority?",
        max_length=1000,
        multiline=True,
        example="Health care power of attorney, seen",
    )
    scope: str | None = text(
        name="the scope", question="To which matters does it reach, if not all?",
        max_length=200, optional=True, example="All matters")  # fmt: skip
    authority_from: date = day(name="the first day", question="From which day?")
    authority_until: date | None = day(
        name="the last day",
        question="Until which day, if it ends?",
        optional=True,
        example=date(2030, 3, 14),
    )
    contact: str | None = text(
        name="how to reach them",
        question="Telephone, e-mail or address",
        max_length=400,
        optional=True,
        example="919-555-0143",
    )


@dataclass(frozen=True)
class Refuse(Decline, Recognise):
    """Who asked to be treated so, and what is asked of an ending too: ground, facts, judgment."""

    kind: AuthorityKind = choice(
        AuthorityKind, name="the kind of authority", question="Which authority do they claim?"
    )
    evidence: str = text(
        name="what was shown",
        question="What was shown of the authority?",
        hint="“Nothing” is an answer, too.",
        max_length=1000,
        multiline=True,
        example="Health care power of attorney, seen",
    )


def recognise(raw: object, *, actor: Actor, now: datetime) -> Representative:
    """Record a recognised representative."""
    require(actor, Permission.DECIDE)
    asked = questions.parse(Recognise, raw, at="", today=now.date())
    return _record(asked, None, actor=actor, now=now)


def refuse(raw: object, *, actor: Actor, now: datetime) -> Representative:
    """Record that a person is not treated as the representative, on what ground and facts."""
    require(actor, Permission.DECIDE)
    asked = questions.parse(Refuse, raw, at="", today=now.date())
    refusal = Refusal(asked.why.value, asked.facts, asked.judged_by or "")
    return _record(asked, refusal, actor=actor, now=now)


def _record(
    asked: Recognise, refusal: Refusal | None, *, actor: Actor, now: datetime
) -> Representative:
    if wrong := in_order(asked.authority_from, asked.authority_until, at="/authority_until"):
        raise BadInput(wrong)
    with transaction.atomic():
        patient = selectors.patient_named(
            asked.patient, at="/patient", actor=actor, permission=Permission.DECIDE
        )
        row = _row(asked, patient, refusal)
        row.decided_by, row.decided_at = actor.id, now
        row.save(force_insert=True)
        plan_end_of_authority(row)
        log.append(
            events.REPRESENTATIVE_REFUSED if refusal else events.REPRESENTATIVE_RECOGNISED,
            actor=actor,
            patient=str(patient.pk),
            obj=log.Obj("representative", str(row.pk), None),
            after=_after(row),
        )
        if refusal:
            thing = log.Obj("representative", str(row.pk))
            hit = watch.Hit(patient=patient.pk)
            watch.note_act("refuse_representative", thing, hit, actor=actor, now=now)
    return row


def _row(asked: Recognise, patient: Patient, refusal: Refusal | None) -> Representative:
    return Representative(
        id=uuid4(),
        patient=patient,
        kind=asked.kind.value,
        recognised=refusal is None,
        authority_from=asked.authority_from,
        authority_until=asked.authority_until,
        facts=RepresentativeFacts(
            name=asked.name,
            evidence=asked.evidence,
            scope=asked.scope or "",
            address=asked.contact or "",
            refusal=refusal,
        ),
    )


def _after(row: Representative) -> dict[str, str]:
    """What the log says of it: no word that anybody wrote."""
    said = {"kind": row.kind, "until": str(row.authority_until or "")}
    return said | ({"why": row.facts.refusal.why} if row.facts.refusal else {})
