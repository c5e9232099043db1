"""Releases that were planned: queued for an instant, or returning at an interval.

A planned release has no permission of its own.  It is checked when it is planned and again, on what
is on record then, at the moment of sending (164.508(b)(5)): see `actions/releases.py`.
"""

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from audit.fields import SealedRecord
from requests_app.disclosures.check.models import CheckMade
from requests_app.disclosures.models import Disclosure
from requests_app.people.models import Patient


@dataclass(frozen=True, slots=True)
class Planned:
    """What is to be released: the question as it was asked, and what the ledger must say."""

    asked: str
    description: str
    recipient_address: str = ""


class PlannedRelease(models.Model):
    """One plan. It stands until it was sent for the last time, was stopped or was called off."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    basis = models.CharField(max_length=16)
    plan = SealedRecord(Planned, name="releases.planned", version=1)
    every_days = models.PositiveSmallIntegerField(null=True, help_text="Null: once.")
    check_made = models.OneToOneField(CheckMade, on_delete=models.PROTECT, related_name="+")
    in_force_from = models.DateTimeField(help_text="When it was planned.")
    in_force_until = models.DateTimeField(null=True, help_text="When nothing more of it goes.")
    planned_by = models.CharField(max_length=64)
    planned_by_name = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(every_days__isnull=True) | Q(every_days__gte=1),
                name="planned_release_interval",
            ),
            models.CheckConstraint(
                condition=Q(in_force_until__isnull=True)
                | Q(in_force_until__gte=F("in_force_from")),
                name="planned_release_in_order",
            ),
        ]


class Outcome(models.TextChoices):
    """What became of one sending."""

    RELEASED = "released", _("Released, and in the ledger")
    STOPPED = "stopped", _("Stopped by the check")
    CALLED_OFF = "called_off", _("Called off")


class ReleaseInstant(models.Model):
    """One sending of a plan: due, and then acted on once."""

    release = models.ForeignKey(PlannedRelease, on_delete=models.PROTECT, related_name="instants")
    at = models.DateTimeField()
    acted_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=12, blank=True, choices=Outcome.choices)
    check_made = models.OneToOneField(
        CheckMade, null=True, on_delete=models.PROTECT, related_name="+"
    )
    disclosure = models.OneToOneField(
        Disclosure, null=True, on_delete=models.PROTECT, related_name="planned"
    )

    class Meta:
        indexes = [
            models.Index(fields=["at"], name="release_due", condition=Q(acted_at__isnull=True))
        ]
        constraints = [
            models.UniqueConstraint(fields=["release", "at"], name="release_instant_once"),
            models.CheckConstraint(
                condition=Q(acted_at__isnull=True, outcome="")
                | (Q(acted_at__isnull=False) & ~Q(outcome="")),
                name="release_instant_acted",
            ),
            models.CheckConstraint(
                condition=Q(disclosure__isnull=True) | Q(outcome=Outcome.RELEASED),
                name="release_instant_in_the_ledger",
            ),
        ]


def next_instant(at: datetime, every_days: int, *, now: datetime, zone: str) -> datetime:
    """The first instant of the interval that is still to come; those missed are not made up for.

    Counted in days of the site, so that a release at 23:00 stays at 23:00 when the clocks change.
    """
    there = at.astimezone(ZoneInfo(zone))
    step = timedelta(days=every_days)
    following = there + step * (1 + max(0, (now - at) // step))
    while following <= now:
        following += step
    return following.astimezone(UTC)
