"""Communication preferences: how and where somebody is to be reached. 45 CFR 164.522(b).

A preference counts for what this service sends from the moment it is asked for by somebody whose
identity is confirmed: what the service sends it can hold at any time, and no decision is needed for
that.  The decision says whether the whole practice carries it out; a denial ends the preference.  It
ends otherwise only when the individual changes or ends it.

One asked by the individual is about what reaches the individual; one asked by a personal
representative, about what reaches that representative.  Neither is shown to the other.
"""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.db import models
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from audit import log
from audit.fields import SealedRecord
from requests_app import events
from requests_app.compiled import Compiled
from requests_app.kinds.base import Kind, Move
from requests_app.kinds.models import Request
from requests_app.people import charts
from requests_app.people.models import Patient, Representative

AnyMove = Move[Any]
KIND = "confidential_communications"
#: Until it is answered, and where it is denied, the request itself still goes the way it asks for.
_OWN_WAY = {"received", "in_review", "waiting", "denied"}


class Means(models.TextChoices):
    """The ways in which somebody may be reached."""

    PORTAL = "portal", _("In this service, when I look")
    EMAIL = "email", _("By e-mail")
    TELEPHONE = "telephone", _("By telephone")
    TEXT = "text", _("By text message")
    POST = "post", _("By post")
    IN_PERSON = "in_person", _("In person, at a visit")


@dataclass(frozen=True, slots=True)
class PreferenceFacts:
    """What may be used, and nothing else. An empty address means the one on file."""

    means: tuple[Means, ...]
    email: str = ""
    telephone: str = ""
    address: str = ""
    never: str = ""
    only_about: str = ""
    payment: str = ""


class CommunicationPreference(models.Model):
    """One preference and its time: from `in_force_from` until just before `in_force_until`."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="preferences")
    representative = models.ForeignKey(
        Representative, null=True, on_delete=models.PROTECT, related_name="+"
    )
    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="preferences")
    facts = SealedRecord(PreferenceFacts, name="standing.preference", version=1)
    in_force_from = models.DateTimeField()
    in_force_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["request"],
                condition=Q(in_force_until__isnull=True),
                name="preference_one_a_request",
            ),
            models.CheckConstraint(
                condition=Q(in_force_until__isnull=True)
                | Q(in_force_until__gte=F("in_force_from")),
                name="preference_in_order",
            ),
        ]


# --- what is in force ----------------------------------------------------------------------------
def in_force(
    patient: uuid.UUID, *, representative: uuid.UUID | None, at: datetime
) -> CommunicationPreference | None:
    """The preference that governs at this instant: the newest. None when there is none."""
    rows = (
        row
        for chart in charts.same_person(patient, at=at)
        for row in _THEN.objects(patient=chart, at=at)
        if row.representative_id == representative
    )
    return max(rows, key=lambda row: row.in_force_from, default=None)


_THEN = Compiled(
    lambda patient, at: CommunicationPreference.objects.filter(
        Q(in_force_until__isnull=True) | Q(in_force_until__gt=at),
        patient_id=patient,
        in_force_from__lte=at,
    ),
    patient=uuid.UUID,
    at=datetime,
)


def governing(request: Request, *, at: datetime) -> PreferenceFacts | None:
    """What governs everything written to whoever made this request.

    None while it is not confirmed who that is: a stranger who asks about a patient must not be sent
    to, nor be shown, the address that patient trusts us with.
    """
    if request.patient_id is None or request.identity_confirmed_at is None:
        return None
    row = in_force(request.patient_id, representative=request.representative_id, at=at)
    if row is not None:
        facts: PreferenceFacts | None = row.facts
        return facts
    own = request.kind == KIND and request.state in _OWN_WAY
    return asked_facts(cast(Kind, request).details) if own else None


def letter_address(request: Request, *, at: datetime) -> str:
    """The address for letters that the individual has asked for; empty for the one on file."""
    facts = governing(request, at=at)
    return facts.address if facts and Means.POST in facts.means else ""


def of_request(request: Request) -> QuerySet[CommunicationPreference]:
    """The preference of this request that is in force, if one is."""
    return CommunicationPreference.objects.filter(request_id=request.pk, in_force_until=None)


# --- what moves do -------------------------------------------------------------------------------
def begin(move: AnyMove) -> None:
    """What was asked for counts from now on, once it is known who asks."""
    if move.request.identity_confirmed_at is not None and not of_request(move.request).exists():
        _begin(move, asked_facts(move.request.details))


def adopt(move: AnyMove, facts: PreferenceFacts) -> None:
    """The practice carries it out: this one counts, and whatever counted before has ended."""
    present = of_request(move.request).first()
    kept = present if present is not None and present.facts == facts else None
    request = move.request
    former = _of({request.subject}, request.representative_id).filter(in_force_until__isnull=True)
    _end(former.exclude(pk=kept.pk) if kept else former, move)
    if kept is None:
        _begin(move, facts)


def end(move: AnyMove) -> None:
    """What this request had put in force counts no more."""
    _end(of_request(move.request), move)


def asked_facts(details: Any) -> PreferenceFacts:
    """The answers to the questions of the kind, as they are kept here."""
    return PreferenceFacts(
        means=details.means,
        email=details.email or "",
        telephone=details.telephone or "",
        address=details.address or "",
        never=details.never or "",
        only_about=details.only_about or "",
        payment=details.payment or "",
    )


def _of(
    person: Collection[uuid.UUID], representative: uuid.UUID | None
) -> QuerySet[CommunicationPreference]:
    """What was asked by the person of these charts, or by this representative of theirs."""
    rows = CommunicationPreference.objects.filter(patient_id__in=person)
    if representative is None:
        return rows.filter(representative__isnull=True)
    return rows.filter(representative_id=representative)


def _begin(move: AnyMove, facts: PreferenceFacts) -> None:
    request = move.request
    row = CommunicationPreference.objects.create(
        patient_id=request.subject,
        representative_id=request.representative_id,
        request_id=request.pk,
        facts=facts,
        in_force_from=move.now,
    )
    _log(events.PREFERENCE_BEGUN, row, move)


def _end(rows: QuerySet[CommunicationPreference], move: AnyMove) -> None:
    for row in rows:
        row.in_force_until = move.now
        row.save(update_fields=["in_force_until"])
        _log(events.PREFERENCE_ENDED, row, move)


def _log(name: str, row: CommunicationPreference, move: AnyMove) -> None:
    log.append(
        name,
        actor=move.actor,
        patient=str(row.patient_id),
        request=move.request.reference,
        obj=log.Obj("preference", str(row.pk), None),
    )
