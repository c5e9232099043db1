"""Tying an account to a chart: by a code, by staff after a check, or by facts confirmed.

An account sees only what it filed itself until it is linked.  Link, refusal and unlinking are
entries of the log; a representative's link ends with the authority.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import transaction

from audit import log
from audit.actors import Actor
from requests_app import events, questions, selectors
from requests_app.complaints import watch
from requests_app.errors import BadInput, NotFound, NotNow
from requests_app.people import lookups, references
from requests_app.people.endings import RepresentativeEnding
from requests_app.people.models import (
    AccountLink,
    Capacity,
    CheckEvidence,
    CheckMethod,
    IdentityCheck,
    LinkCode,
    Patient,
    Representative,
)
from requests_app.permissions import Permission, may, require
from requests_app.questions import EXAMPLE_ID, choice, text

CODE_DAYS = 14


@dataclass(frozen=True)
class MakeCode:
    """For whom a code is made."""

    patient: str = text(name="the patient", question="For whom?", max_length=64, example=EXAMPLE_ID)
    representative: str | None = text(
        name="the representative",
        question="For which representative?",
        max_length=64,
        example=EXAMPLE_ID,
        optional=True,
    )


@dataclass(frozen=True)
class UseCode:
    """The code as typed."""

    code: str = text(name="the code", question="Code", max_length=40, example=references.EXAMPLE)


@dataclass(frozen=True)
class LinkByStaff(MakeCode):
    """A link made by staff, with the identity check behind it."""

    account: str = text(
        name="the account", question="Which account?", max_length=64, example=EXAMPLE_ID
    )
    method: CheckMethod = choice(
        CheckMethod,
        name="how identity was checked",
        question="How was identity checked?",
        example=CheckMethod.PHOTO_ID,
    )
    evidence: str = text(
        name="what was seen or heard", question="What was seen or heard?",
        max_length=1000, multiline=True, example="Licence seen; the photograph fits")  # fmt: skip


def make_code(raw: object, *, actor: Actor, now: datetime) -> str:
    """A code to hand over or post, good once and for fourteen days. Shown here and never again."""
    require(actor, Permission.LINK_ACCOUNTS)
    asked = questions.parse(MakeCode, raw, at="", today=now.date())
    patient, representative = _whom(asked, actor)
    code = references.new_reference()
    with transaction.atomic():
        LinkCode.objects.create(
            patient=patient,
            representative=representative,
            token=lookups.link_code_token(code),
            made_by=actor.id,
            expires_at=now + timedelta(days=CODE_DAYS),
        )
        _log(events.LINK_CODE_MADE, patient, actor)
    return code


def use_code(raw: object, *, actor: Actor, now: datetime) -> AccountLink:
    """Link the actor's own account by a code. One sentence for every code that is not good."""
    require(actor, Permission.FILE_OWN)
    asked = questions.parse(UseCode, raw, at="", today=now.date())
    with transaction.atomic():
        row = _claimed(asked.code, now)
        if row is not None:
            return _link(
                UUID(actor.id),
                row.patient,
                row.representative,
                CheckMethod.CODE,
                actor=actor,
                now=now,
            )
    log.append(events.LINK_REFUSED, actor=actor, outcome="failure", using="refusals")
    raise BadInput.one(
        "/code",
        "This code cannot be used. Compare it with the one you were given, or ask the privacy "
        "office for a new one.",
    )


def _claimed(typed: str, now: datetime) -> LinkCode | None:
    """The code, marked as used; None for one that is mistyped, unknown, used or too old."""
    try:
        token = lookups.link_code_token(references.parse_reference(typed, at="/code"))
    except BadInput:
        return None
    good = LinkCode.objects.filter(token=token, used_at__isnull=True, expires_at__gt=now)
    row = good.first()
    return row if row is not None and good.filter(pk=row.pk).update(used_at=now) else None


def link(raw: object, *, actor: Actor, now: datetime) -> AccountLink:
    """Link an account after a recorded identity check."""
    require(actor, Permission.LINK_ACCOUNTS)
    asked = questions.parse(LinkByStaff, raw, at="", today=now.date())
    patient, representative = _whom(asked, actor)
    if asked.method in {CheckMethod.SIGNED_IN, CheckMethod.CODE}:
        raise BadInput.one("/method", "Choose how you checked it yourself.")
    account = selectors.uuid_at(asked.account, at="/account")
    with transaction.atomic():
        IdentityCheck.objects.create(
            patient=patient,
            method=asked.method.value,
            passed=True,
            evidence=CheckEvidence(asked.evidence),
            checked_by=actor.id,
            checked_by_name=actor.name,
            checked_at=now,
        )
        return _link(account, patient, representative, asked.method, actor=actor, now=now)


def end(link_id: str, *, actor: Actor, now: datetime) -> AccountLink:
    """Untie an account. What it saw stays on record; it sees nothing more."""
    require(actor, Permission.LINK_ACCOUNTS)
    with transaction.atomic():
        rows = AccountLink.objects.select_for_update(of=("self",)).select_related("patient")
        row = selectors.one(rows.filter(pk=selectors.uuid_or_not_found(link_id)))
        if not may(actor, Permission.LINK_ACCOUNTS, site=str(row.patient.site_id)):
            raise NotFound
        if row.ended_at is not None:
            raise NotNow("This link has already ended.")
        row.ended_at, row.ended_by = now, actor.id
        row.save(update_fields=["ended_at", "ended_by"])
        _log(events.LINK_ENDED, row.patient, actor)
        thing = log.Obj("account_link", str(row.pk))
        hit = watch.Hit(patient=row.patient_id, accounts=[row.account])
        watch.note_act("untie_account", thing, hit, actor=actor, now=now)
    return row


def _whom(asked: MakeCode, actor: Actor) -> tuple[Patient, Representative | None]:
    patient = selectors.patient_named(
        asked.patient, at="/patient", actor=actor, permission=Permission.LINK_ACCOUNTS
    )
    if asked.representative is None:
        return patient, None
    representative = selectors.representative_at(
        asked.representative, patient, at="/representative"
    )
    over = RepresentativeEnding.objects.filter(representative=representative).exists()
    if over or not representative.recognised:
        raise BadInput.one("/representative", "This person is not recognised as representative.")
    return patient, representative


def _link(
    account: UUID,
    patient: Patient,
    representative: Representative | None,
    method: CheckMethod,
    *,
    actor: Actor,
    now: datetime,
) -> AccountLink:
    if AccountLink.objects.filter(account=account, patient=patient, ended_at__isnull=True).exists():
        raise NotNow("This account is already linked to this patient.")
    row = AccountLink.objects.create(
        id=uuid4(),
        account=account,
        patient=patient,
        capacity=Capacity.REPRESENTATIVE if representative else Capacity.INDIVIDUAL,
        representative=representative,
        method=method.value,
        linked_at=now,
        linked_by=actor.id,
        ends_on=representative.authority_until if representative else None,
    )
    _log(events.LINK_MADE, patient, actor, extra={"account": str(account), "method": method.value})
    return row


def _log(name: str, patient: Patient, actor: Actor, extra: dict[str, str] | None = None) -> None:
    log.append(name, actor=actor, patient=str(patient.pk), extra=extra)
