"""How often the log is reviewed, and every review of it. A review is three rows that only grow.

Begun: the span and its figures, fixed by the clock.  Signed: the finding, by whoever began it.
Countersigned, where the practice has a second person: by somebody else.
"""

import uuid
from dataclasses import dataclass

from django.db import models
from django.db.models import F, Q

from audit.fields import SealedRecord
from requests_app.kinds.models import Request
from requests_app.practice.models import Dated

MOST_MONTHS = 12


class LogReviewSchedule(Dated):
    """Every how many months the log is reviewed, and whether a second person signs too."""

    months = models.PositiveSmallIntegerField()
    second = models.BooleanField(help_text="Whether somebody else is to countersign.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["in_force_until"],
                nulls_distinct=False,
                name="log_review_schedule_one_in_force",
            ),
            models.CheckConstraint(
                condition=Q(months__gte=1, months__lte=MOST_MONTHS),
                name="log_review_schedule_has_months",
            ),
            models.CheckConstraint(
                condition=Q(in_force_until__isnull=True)
                | Q(in_force_until__gte=F("in_force_from")),
                name="log_review_schedule_in_order",
            ),
        ]


@dataclass(frozen=True, slots=True)
class Figures:
    """How many entries there were when the review began. Whatever concerns complaints is left out.

    names          by the name of the event
    own            of these, the reviewer's own
    people         by the id of the account that acted
    not_permitted  lines recorded in the ledger as not permitted by any rule
    """

    names: dict[str, int]
    own: dict[str, int]
    people: dict[str, int]
    not_permitted: int


class LogReview(models.Model):
    """A review that somebody began: from where the last one ended, until the moment it was begun.

    follows  the last one that was signed then; none for the first
    Append-only.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    follows = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    covers_from = models.DateTimeField()
    covers_until = models.DateTimeField(help_text="When it was begun.")
    figures = SealedRecord(Figures, name="log_reviews.figures", version=1)
    begun_by = models.CharField(max_length=64)
    begun_by_name = models.CharField(max_length=200)

    class Meta:
        indexes = [models.Index(fields=["-covers_until", "-id"], name="log_review_newest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(covers_from__lte=F("covers_until")), name="log_review_in_order"
            )
        ]


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found, in the reviewer's words, and what is done about it."""

    something: bool
    words: str
    done: str


class LogReviewSignature(models.Model):
    """The end of a review: its finding, signed by whoever began it. Append-only.

    follows  that of the review, once among all: signed reviews follow each other without a gap, and of
             two that began at the same place one is signed
    request  what goes on from it, if anything: a complaint or another request
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    review = models.OneToOneField(LogReview, on_delete=models.PROTECT, related_name="signature")
    follows = models.ForeignKey(
        LogReview, null=True, on_delete=models.PROTECT, related_name="followed_by"
    )
    finding = SealedRecord(Finding, name="log_reviews.finding", version=1)
    request = models.ForeignKey(Request, null=True, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["follows"], nulls_distinct=False, name="log_review_signed_in_turn"
            )
        ]


@dataclass(frozen=True, slots=True)
class Second:
    """What the second person added."""

    words: str


class LogReviewCountersignature(models.Model):
    """A second person has looked at a signed review. Never whoever signed it. Append-only."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    review = models.OneToOneField(LogReview, on_delete=models.PROTECT, related_name="second")
    facts = SealedRecord(Second, name="log_reviews.second", version=1)
    signed_by = models.CharField(max_length=64)
    signed_by_name = models.CharField(max_length=200)
    signed_at = models.DateTimeField()
