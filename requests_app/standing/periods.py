"""What every standing thing shares: in force from an instant, until an instant or still.

Ended once, never written over: PostgreSQL refuses any other change (`requests_app.sql.only_ended`).
What was said to end by itself has that instant in `lapses_at`, so that it can also be ended before.
"""

import uuid
from datetime import datetime

from django.db import models
from django.db.models import F, Q

from requests_app.kinds.models import Request
from requests_app.people.models import Patient


class Standing(models.Model):
    """A wish or a fact about one patient that holds for a period."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    request = models.ForeignKey(Request, null=True, on_delete=models.PROTECT, related_name="+")
    in_force_from = models.DateTimeField(help_text="When it was expressed.")
    in_force_until = models.DateTimeField(null=True, help_text="When it was ended.")
    lapses_at = models.DateTimeField(null=True, help_text="When it ends by itself.")
    recorded_by = models.CharField(max_length=64)
    recorded_at = models.DateTimeField()

    class Meta:
        abstract = True


def in_force(at: datetime) -> Q:
    """The filter for what stands at that instant: begun, neither ended nor lapsed."""
    ended = Q(in_force_until__isnull=True) | Q(in_force_until__gt=at)
    lapsed = Q(lapses_at__isnull=True) | Q(lapses_at__gte=at)
    return Q(in_force_from__lte=at) & ended & lapsed


def in_order(name: str) -> models.CheckConstraint:
    """Nothing ends before it began."""
    return models.CheckConstraint(
        condition=Q(in_force_until__isnull=True) | Q(in_force_until__gte=F("in_force_from")),
        name=name,
    )
