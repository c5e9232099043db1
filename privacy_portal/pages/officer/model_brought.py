"""A file of many lines that somebody brought in by a page: sealed until it is taken, and what came of it."""

import uuid
from dataclasses import dataclass

from django.db import models
from django.db.models import Q

from audit.fields import SealedRecord


@dataclass(frozen=True, slots=True)
class Deflated:
    """Lines, or the report of them, as deflated JSON."""

    deflated: bytes


class Brought(models.Model):
    """One file. A preview keeps nothing of what would be taken.

    tries   how often a worker began on it and did not come to an end
    reason  why it was given up
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.CharField(max_length=64)
    preview = models.BooleanField()
    lines = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(help_text="When lines and report are thrown away.")
    tries = models.PositiveSmallIntegerField(default=0)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["account", "made_at"], name="brought_of_account"),
            models.Index(
                fields=["made_at"], name="brought_waits", condition=Q(ended_at__isnull=True)
            ),
        ]


class BroughtPart(models.Model):
    """Some of its lines, taken in one transaction; `report` says what came of them."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    brought = models.ForeignKey(Brought, on_delete=models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField()
    first = models.PositiveIntegerField(help_text="The number of its first line.")
    content = SealedRecord(Deflated, name="pages.brought_lines", version=1, renews=True)
    report = SealedRecord(Deflated, name="pages.brought_report", version=1, renews=True, null=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["brought", "number"], name="brought_part_once")
        ]
