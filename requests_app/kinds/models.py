"""The one request table, and the append-only rows that say how each request came to its state.

PostgreSQL is the last guard (migration 0002): a state changes only together with version + 1 and
with a status row that names a legal move of that kind.
"""

import uuid
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin

from audit.fields import SealedRecord
from requests_app.kinds import registry
from requests_app.people.models import Patient, Representative
from requests_app.practice.models import Site


class Channel(models.TextChoices):
    """How the practice received the request; any office and any channel starts the clock."""

    PORTAL = "portal", _("This service")
    PAPER = "paper", _("Paper or post")
    TELEPHONE = "telephone", _("Telephone")
    FAX = "fax", _("Fax")
    IN_PERSON = "in_person", _("In person")
    EMAIL = "email", _("E-mail")

    @property
    def written(self) -> bool:
        """Whether what came in this way came in writing."""
        return self not in {Channel.TELEPHONE, Channel.IN_PERSON}


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, in their own words, until and beside what the chart says."""

    name: str = ""
    birth_date: str = ""
    contact: str = ""
    on_behalf: str = ""


@dataclass(frozen=True, slots=True)
class Wishes:
    """How the person can be reached; `safe_to_write` is None where nobody asked."""

    safe_to_write: bool | None = None
    language: str = ""
    interpreter: bool = False
    large_print: bool = False


@dataclass(frozen=True, slots=True)
class Filed:
    """What was asked, as it was asked: the kind's own details, who asked, and how to reach them.

    without_account  filed in this service by somebody who cannot sign in to read the answer here
    """

    asker: Asker = field(default_factory=Asker)
    details: dict[str, Any] = field(default_factory=dict)
    wishes: Wishes = field(default_factory=Wishes)
    without_account: bool = False


class Request(FSMModelMixin, models.Model):
    """One request under the notice. Its kind's proxy model holds the law."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=24, unique=True)
    kind = models.CharField(max_length=32)
    state = FSMField(protected=True, max_length=32)
    version = models.PositiveIntegerField(default=1)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    patient = models.ForeignKey(
        Patient, null=True, on_delete=models.PROTECT, related_name="requests"
    )
    representative = models.ForeignKey(
        Representative, null=True, on_delete=models.PROTECT, related_name="+"
    )
    follows = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="followed_by"
    )
    filed_by = models.CharField(max_length=64, db_index=True)
    channel = models.CharField(max_length=16, choices=Channel.choices)
    received_at = models.DateTimeField(help_text="When any office of the practice had it.")
    received_on = models.DateField(help_text="That instant's day at the site.")
    entered_at = models.DateTimeField()
    due_on = models.DateField(null=True)
    due_at = models.DateTimeField(null=True, help_text="End of the due day at the site.")
    identity_confirmed_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True, help_text="When the answer was recorded.")
    answered_on = models.DateField(null=True, help_text="Day of all that the law calls acting.")
    fee_cents = models.PositiveIntegerField(null=True, help_text="The fee told in advance.")
    assigned_to = models.CharField(max_length=64, blank=True)
    reviewer = models.CharField(
        max_length=64, blank=True, help_text="Invited to review the denial."
    )
    filed = SealedRecord(Filed, name="kinds.request", version=1)

    class Meta:
        indexes = [
            models.Index(
                fields=["due_at", "id"], name="request_due", condition=Q(answered_at__isnull=True)
            ),
            # The queue's filters, in the queue's order: else all that is open is read for a few rows.
            *(
                models.Index(
                    fields=[by, "due_at", "id"], name=name, condition=Q(answered_at__isnull=True)
                )
                for by, name in (("kind", "request_kind_due"), ("assigned_to", "request_whose_due"))
            ),
            models.Index(fields=["-received_at", "-id"], name="request_newest"),
            # The same of what is answered, the newest first: else all that came since is read before it.
            *(
                models.Index(
                    fields=[*by, "-received_at", "-id"],
                    name=f"request_answered_{name}",
                    condition=Q(answered_at__isnull=False),
                )
                for by, name in (([], "newest"), (["kind"], "kind"), (["assigned_to"], "whose"))
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(received_at__lte=models.F("entered_at")),
                name="request_received_then_entered",
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answered_on__isnull=True)
                | Q(answered_at__isnull=False, answered_on__isnull=False),
                name="request_answered_when",
            ),
        ]

    @classmethod
    def from_db(
        cls,
        db: str | None,
        field_names: Collection[str],
        values: Collection[Any],
        **more: Any,
    ) -> "Request":
        """Load a row as its own kind; a query that leaves `kind` out is refused."""
        if "kind" not in field_names:
            raise TypeError("a request cannot be loaded without its kind")
        row: Request = super().from_db(db, field_names, values, **more)
        row.__class__ = registry.kind(row.kind)
        return row


class StatusRow(models.Model):
    """One move of one request: what the timeline shows. Append-only."""

    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="status_rows")
    version = models.PositiveIntegerField()
    kind = models.CharField(max_length=32)
    move = models.CharField(max_length=32)
    source = models.CharField(max_length=32, blank=True)
    target = models.CharField(max_length=32)
    at = models.DateTimeField()
    actor_id = models.CharField(max_length=64)
    actor_name = models.CharField(max_length=200)
    by_patient = models.BooleanField()
    audit_eid = models.UUIDField(unique=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["request", "version"], name="status_row_per_version")
        ]


class ClockRow(models.Model):
    """One answer of the deadline engine, with the policy rows it used, so it can be replayed."""

    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="clock_rows")
    version = models.PositiveIntegerField()
    cause = models.CharField(max_length=16)
    at = models.DateTimeField()
    due_on = models.DateField(null=True)
    answer = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["request", "version"], name="clock_row_once")
        ]


class DueInstant(models.Model):
    """Something to be said at an instant: asked "due and not yet acted", never counted down.

    audiences  who hears, as `requests_app.outbox.Audience` names them, separated by blanks
    """

    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="due_instants")
    what = models.CharField(max_length=32)
    audiences = models.CharField(max_length=80, default="office")
    at = models.DateTimeField()
    acted_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=16, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["at", "id"], name="due_instant_open", condition=Q(acted_at__isnull=True)
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["request", "what", "at"], name="due_instant_once"),
            models.CheckConstraint(
                condition=Q(acted_at__isnull=True, outcome="")
                | (Q(acted_at__isnull=False) & ~Q(outcome="")),
                name="due_instant_acted_how",
            ),
        ]


@dataclass(frozen=True, slots=True)
class Ground:
    """One ground of denial, and what of the record it reaches."""

    code: str
    withheld: str
    explanation: str


@dataclass(frozen=True, slots=True)
class DecisionFacts:
    """The decision in words: what is given, what is withheld and on which grounds.

    `items` are the numbers of what was asked that the decision accepts, where it is numbered; `cents`
    the amount it is about, where it is about one.
    """

    given: str = ""
    grounds: tuple[Ground, ...] = ()
    elsewhere: str = ""
    note: str = ""
    period_from: date | None = None
    period_until: date | None = None
    items: tuple[int, ...] = ()
    cents: int | None = None


class Decision(models.Model):
    """A determination, a decision or a review of one. Append-only; judged by person, not by role."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="decisions")
    version = models.PositiveIntegerField()
    move = models.CharField(max_length=32)
    grounds = models.JSONField(default=list, help_text="Codes only.")
    facts = SealedRecord(DecisionFacts, name="kinds.decision", version=1)
    decided_by = models.CharField(max_length=64)
    decided_by_name = models.CharField(max_length=200)
    licence = models.CharField(max_length=100, blank=True)
    decided_at = models.DateTimeField()


class Part(models.TextChoices):
    """The part a person takes in a denial: made it, or reviews it."""

    DENIAL = "denial", _("took part in the denial")
    REVIEW = "review", _("reviews the denial")


class Involvement(models.Model):
    """Who took which part. One part a person (164.524(d)(4)): the reviewer is not the decider."""

    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="involvements")
    person = models.CharField(max_length=64)
    part = models.CharField(max_length=8, choices=Part.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["request", "person"], name="reviewer_is_not_decider")
        ]


class LegalMove(models.Model):
    """The graph of every kind as PostgreSQL knows it; filled by migrations, read by constraints."""

    kind = models.CharField(max_length=32)
    move = models.CharField(max_length=32)
    source = models.CharField(max_length=32, blank=True)
    target = models.CharField(max_length=32)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "move", "source", "target"], name="legal_move_once"
            )
        ]
