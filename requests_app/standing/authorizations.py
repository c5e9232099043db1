"""Authorizations, how each ended, and the papers that are none. 45 CFR 164.508.

Nothing here is changed once it is written.  An authorization ends by rows that say when and why; the
earliest governs.  Whether one may be relied on at an instant is asked of `standing.reliance`.
"""

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import models
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from audit import log
from audit.fields import SealedRecord
from requests_app import events
from requests_app.errors import BadInput
from requests_app.kinds.base import Move
from requests_app.kinds.models import Request
from requests_app.people import charts
from requests_app.people.models import Patient

AnyMove = Move[Any]


@dataclass(frozen=True, slots=True)
class AuthorizationFacts:
    """What stands on the paper, and what the practice knows about it."""

    description: str
    discloser: str
    recipient: str
    purpose: str
    signed_on: date | None
    expires_on: date | None
    expires_with: str
    authority: str
    depends_on_it: str
    combined_with: str
    duties: tuple[str, ...]
    limit: str
    where_kept: str = ""


class Authorization(models.Model):
    """A signed permission to use or disclose, as examined when the practice had it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="authorizations")
    in_force_from = models.DateTimeField(help_text="When any office of the practice had it.")
    last_day = models.DateField(null=True, help_text="Last day at the site it may be relied on.")
    defects = models.JSONField(default=list, help_text="Codes only; empty when it is valid.")
    facts = SealedRecord(AuthorizationFacts, name="standing.authorization", version=1)
    recorded_by = models.CharField(max_length=64)
    recorded_at = models.DateTimeField()


class Cause(models.TextChoices):
    """How an authorization ends before its last day."""

    REVOKED = "revoked", _("Revoked in writing")
    KNOWN = "known", _("Known to have been revoked")
    EVENT = "event", _("The event it names has happened")


@dataclass(frozen=True, slots=True)
class EndingFacts:
    """What shows it."""

    words: str = ""


class AuthorizationEnding(models.Model):
    """One ending. Of several the earliest counts."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    authorization = models.ForeignKey(
        Authorization, on_delete=models.PROTECT, related_name="endings"
    )
    at = models.DateTimeField()
    cause = models.CharField(max_length=8, choices=Cause.choices)
    request = models.ForeignKey(
        Request, null=True, on_delete=models.PROTECT, related_name="authorizations_ended"
    )
    facts = SealedRecord(EndingFacts, name="standing.authorization_ending", version=1)
    recorded_by = models.CharField(max_length=64)
    recorded_at = models.DateTimeField()


@dataclass(frozen=True, slots=True)
class ContestFacts:
    """The policy, and the law under which the insurer may contest it or a claim under it."""

    policy: str
    state_law: str


class InsurerContest(models.Model):
    """The decision that the exception for insurers applies (b)(5)(ii). It releases nothing itself."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    authorization = models.ForeignKey(
        Authorization, on_delete=models.PROTECT, related_name="contests"
    )
    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="+")
    facts = SealedRecord(ContestFacts, name="standing.insurer_contest", version=1)
    decided_by = models.CharField(max_length=64)
    decided_at = models.DateTimeField()


class Paper(models.TextChoices):
    """What a signed paper is. Only the first is an authorization."""

    AUTHORIZATION = "authorization", _("An authorization to use or disclose health information")
    TREATMENT = "treatment", _("A consent to a treatment")
    OPERATIONS = "operations", _("A consent to uses for treatment, payment or operations")
    PART_2 = "part_2", _("A consent for substance use disorder records")


@dataclass(frozen=True, slots=True)
class ConsentFacts:
    """What was consented to, and where the paper is kept."""

    description: str
    signed_on: date | None
    where_kept: str


class ConsentOnFile(models.Model):
    """A consent that is no authorization: a document of the record, kept apart from the register."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="consents")
    paper = models.CharField(max_length=16, choices=Paper.choices)
    facts = SealedRecord(ConsentFacts, name="standing.consent", version=1)
    recorded_by = models.CharField(max_length=64)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(paper=Paper.AUTHORIZATION), name="consent_is_no_authorization"
            )
        ]


# --- what moves do -------------------------------------------------------------------------------
def named(move: AnyMove, asked: str | None, *, at: str) -> Authorization | None:
    """The person's authorization of that id; BadInput at the pointer when it is none of theirs.

    One kept under another chart of the same person is theirs.  None when none is named, and while
    the request is not matched to a patient.
    """
    if asked is None or move.request.patient_id is None:
        return None
    try:
        pk = uuid.UUID(asked)
    except ValueError:
        raise BadInput.one(at, "Use the id as this service gave it.") from None
    person = charts.same_person(move.request.patient_id, at=move.now)
    row = Authorization.objects.filter(pk=pk, patient_id__in=person).first()
    if row is None:
        raise BadInput.one(at, "There is no such authorization here. Describe it in words.")
    return row


def revoke(move: AnyMove, authorization: Authorization) -> None:
    """End it as of the receipt of this request, once (b)(5)."""
    if not ended_by(move.request).filter(authorization=authorization).exists():
        end(
            authorization,
            at=move.request.received_at,
            cause=Cause.REVOKED,
            facts=EndingFacts(),
            move=move,
        )


def end(
    authorization: Authorization,
    *,
    at: datetime,
    cause: Cause,
    facts: EndingFacts,
    move: AnyMove,
) -> AuthorizationEnding:
    """Write an ending of this move's request, with its entry in the log."""
    row = AuthorizationEnding.objects.create(
        authorization=authorization,
        at=at,
        cause=cause,
        request_id=move.request.pk,
        facts=facts,
        recorded_by=move.actor.id,
        recorded_at=move.now,
    )
    log.append(
        events.AUTHORIZATION_ENDED,
        actor=move.actor,
        patient=str(authorization.patient_id),
        request=move.request.reference,
        obj=log.Obj("authorization", str(authorization.pk), None),
        extra={"cause": cause.value, "at": at.isoformat()},
    )
    return row


def ended_by(request: Request) -> QuerySet[AuthorizationEnding]:
    """What this request has ended."""
    return AuthorizationEnding.objects.filter(request_id=request.pk)
