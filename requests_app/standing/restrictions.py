"""Restrictions in force (164.522(a)): agreed once, ended once, never overwritten.

What is asked of them: which are in force for this patient at this instant, and which claims are held
while a request is open.  What no restriction can stop is data here, for whoever decides whether
something may be disclosed.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection, models
from django.db.models import F, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from audit.fields import SealedRecord
from audit.held import Sealed
from requests_app.disclosures.taxonomy import UnknownBasis, taxonomy
from requests_app.kinds.models import Request, StatusRow
from requests_app.people import charts
from requests_app.people.models import Patient


class RestrictionKind(models.TextChoices):
    """The two kinds: one the practice had to agree to, one it chose to."""

    OUT_OF_POCKET = "out_of_pocket", _("Paid out of pocket, kept from the health plan")
    DISCRETIONARY = "discretionary", _("Agreed to by the practice")


class Recipient(models.TextChoices):
    """Toward whom."""

    HEALTH_PLAN = "health_plan", _("A health plan")
    FAMILY = "family", _("Family, friends or others involved in care")
    PROVIDER = "provider", _("Another health care provider")
    OTHER = "other", _("Somebody else")
    EVERYBODY = "everybody", _("Everybody")


class Limit(models.TextChoices):
    """What is limited: the notice asks for it in these words."""

    USE = "use", _("Use inside the practice")
    DISCLOSURE = "disclosure", _("Disclosure to others")
    BOTH = "both", _("Both")


@dataclass(frozen=True, slots=True)
class Scope:
    """What the restriction reaches: whose hands, which information, which services."""

    information: str
    recipients: tuple[str, ...]
    named: str = ""
    limit: str = Limit.DISCLOSURE.value
    codes: tuple[str, ...] = ()
    service_from: date | None = None
    service_until: date | None = None
    reveals: str = ""
    already_sent: str = ""


class AgreedRestriction(models.Model):
    """One agreed restriction.

    `covers_until` is set when the practice ended a discretionary one by informing the individual
    ((a)(2)(iii)): what was created or received by then stays restricted, what comes after is free.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="restrictions")
    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="restrictions")
    kind = models.CharField(max_length=16, choices=RestrictionKind.choices)
    scope = SealedRecord(Scope, name="standing.restriction", version=1)
    in_force_from = models.DateTimeField()
    covers_until = models.DateTimeField(null=True)
    in_force_until = models.DateTimeField(null=True)
    recorded_by = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["request"],
                condition=Q(in_force_until__isnull=True),
                name="restriction_one_of_a_request",
            ),
            models.CheckConstraint(
                condition=Q(in_force_until__isnull=True)
                | Q(in_force_until__gte=F("in_force_from")),
                name="restriction_in_order",
            ),
            models.CheckConstraint(
                condition=Q(covers_until__isnull=True) | Q(kind=RestrictionKind.DISCRETIONARY),
                name="out_of_pocket_not_ended_by_notice",
            ),
        ]


@dataclass(frozen=True, slots=True)
class OverrideFacts:
    """What was used or disclosed in an emergency, and why it was needed."""

    information: str
    need: str
    provider: str = ""


class EmergencyOverride(models.Model):
    """Restricted information used, or disclosed to a provider, for emergency treatment (a)(1)(iii).

    `asked_at` is when that provider was asked not to use or disclose it further (a)(1)(iv).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="overrides")
    facts = SealedRecord(OverrideFacts, name="standing.emergency_override", version=1)
    disclosed = models.BooleanField()
    at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True)
    recorded_by = models.CharField(max_length=64)


@dataclass(frozen=True, slots=True)
class InForce:
    """A restriction as whoever decides on a disclosure needs it."""

    id: UUID
    reference: str
    kind: RestrictionKind
    scope: Scope
    since: datetime
    covers_until: datetime | None

    def reaches(self, basis: str) -> bool:
        """Whether it can stop a disclosure on this basis at all. Raises UnknownBasis."""
        return can_stop(basis, self.kind)


@dataclass(frozen=True, slots=True)
class ClaimHold:
    """A request is open that asks to keep something from a health plan: no claim goes out for it."""

    reference: str
    information: str
    service_on: date | None
    since: datetime


#: What no restriction stops, (a)(1)(v) — beside every basis of 164.512, which is read from the
#: taxonomy's citations.
NEVER_STOPPED: Mapping[str, str] = {
    "SEC": "45 CFR 164.502(a)(2)(ii)",
    "DIR": "45 CFR 164.510(a)",
}
#: What a restriction can be about, (a)(1)(i): treatment, payment, operations, and 164.510(b).
CAN_STOP: Mapping[RestrictionKind, frozenset[str]] = {
    RestrictionKind.DISCRETIONARY: frozenset({"TRT", "PAY", "OPS", "BA", "UND", "AMN", "FAM"}),
    RestrictionKind.OUT_OF_POCKET: frozenset({"PAY", "OPS", "BA", "UND", "AMN"}),
}


def never_stopped(basis: str) -> bool:
    """Whether the rule says that no restriction stops this basis (a)(1)(v). Raises UnknownBasis."""
    return basis in NEVER_STOPPED or "164.512" in taxonomy().basis(basis).citation


def can_stop(basis: str, kind: RestrictionKind) -> bool:
    """Whether a restriction of this kind can stop a disclosure on this basis. Raises UnknownBasis."""
    if basis not in taxonomy().all:
        raise UnknownBasis("this basis code is not in the taxonomy")
    return basis in CAN_STOP[kind] and not never_stopped(basis)


def in_force(
    patient: UUID, *, at: datetime, person: frozenset[UUID] | None = None
) -> list[InForce]:
    """The patient's restrictions in force at that instant, oldest first.

    person  every chart of this patient at that instant, where the caller has asked already
    """
    charted = list(charts.same_person(patient, at=at) if person is None else person)
    opened = AgreedRestriction.scope.field.opener()
    with connection.cursor() as cursor:
        cursor.execute(*_about(charted, at))
        return [
            InForce(pk, reference, RestrictionKind(kind), opened(Sealed(scope), str(pk)),
                    since, _by(covers_until, at))
            for pk, reference, kind, scope, since, covers_until in cursor
        ]  # fmt: skip


def _about(charted: list[UUID], at: datetime) -> tuple[str, list[Any]]:
    """The statement about these charts; of one chart, the usual, it is planned once for all."""
    if len(charted) == 1:
        return _IN_FORCE.format("= %s"), [charted[0], at, at]
    return _IN_FORCE.format("= ANY(%s)"), [charted, at, at]


#: Asked before every disclosure, so written out: neither the row nor its request is made up whole.
_IN_FORCE = """
    SELECT held.id, request.reference, held.kind, held.scope, held.in_force_from, held.covers_until
    FROM requests_app_agreedrestriction AS held
    JOIN requests_app_request AS request ON request.id = held.request_id
    WHERE held.patient_id {} AND held.in_force_from <= %s
      AND (held.in_force_until IS NULL OR held.in_force_until > %s)
    ORDER BY held.in_force_from, held.id
"""
#: States in which the practice has not said yet whether the claim may go.
HOLDING = ("received", "in_review", "waiting", "claim_held")


def claim_holds(
    patient: UUID, *, at: datetime, person: frozenset[UUID] | None = None
) -> list[ClaimHold]:
    """Claims held at that instant: asked of the requests themselves, so that none is forgotten.

    A request that names a health plan holds the claim from the moment it is entered until it is
    answered, unless the individual said that nothing was or will be paid.
    """
    then = StatusRow.objects.filter(request=OuterRef("pk"), at__lte=at).order_by("-version")
    rows = Request.objects.filter(
        kind="restriction", patient_id__in=person or charts.same_person(patient, at=at)
    )
    rows = rows.annotate(then=Subquery(then.values("target")[:1])).filter(then__in=HOLDING)
    return [
        ClaimHold(row.reference, details.information, details.service_on, row.entered_at)
        for row in rows.order_by("entered_at", "id")
        if (details := row.details).holds_the_claim  # type: ignore[attr-defined]
    ]


def begin(move: Any, kind: RestrictionKind, scope: Scope) -> AgreedRestriction:
    """Put it in force from this instant, in the move's transaction."""
    return AgreedRestriction.objects.create(
        patient_id=move.request.subject,
        request_id=move.request.pk,
        kind=kind,
        scope=scope,
        in_force_from=move.now,
        recorded_by=move.actor.id,
    )


def end(move: Any) -> None:
    """End the request's restriction for all it covers. The row stays."""
    _of(move).filter(in_force_until__isnull=True).update(in_force_until=move.now)


def end_for_later(move: Any, *, informed_at: datetime) -> None:
    """End it for what is created or received after the individual was informed (a)(2)(iii)."""
    _of(move).filter(in_force_until__isnull=True).update(covers_until=informed_at)


def record_override(move: Any, facts: OverrideFacts, *, asked: bool) -> EmergencyOverride:
    """Keep what was used or disclosed in an emergency; the restriction stays in force."""
    return EmergencyOverride.objects.create(
        request_id=move.request.pk,
        facts=facts,
        disclosed=bool(facts.provider),
        at=move.now,
        asked_at=move.now if asked else None,
        recorded_by=move.actor.id,
    )


def overrides_unasked(request: UUID) -> models.QuerySet[EmergencyOverride]:
    """Emergency disclosures whose recipient has not been asked yet (a)(1)(iv)."""
    return EmergencyOverride.objects.filter(
        request_id=request, disclosed=True, asked_at__isnull=True
    )


def _of(move: Any) -> models.QuerySet[AgreedRestriction]:
    return AgreedRestriction.objects.filter(request_id=move.request.pk)


def _by(instant: datetime | None, at: datetime) -> datetime | None:
    """The instant, if it was known by then: what was said later does not reach back."""
    return instant if instant is not None and instant <= at else None
