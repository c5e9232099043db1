"""Two charts of one person: linked, never merged. What stands on either holds for both.

A link is a statement by staff with its reason; it is ended when it turns out wrong, and stays on
record for the time it was believed.
"""

import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import models
from django.db.models import F, Q, QuerySet

from audit.fields import SealedRecord
from requests_app.compiled import Compiled
from requests_app.people.models import Patient


@dataclass(frozen=True, slots=True)
class ChartLinkFacts:
    """Why the two are held to be one person."""

    why: str


class ChartLink(models.Model):
    """One link. `one` is the chart with the lower id, so that no pair is linked twice."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    one = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    other = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    facts = SealedRecord(ChartLinkFacts, name="people.chart_link", version=1)
    in_force_from = models.DateTimeField()
    in_force_until = models.DateTimeField(null=True)
    recorded_by = models.CharField(max_length=64)
    recorded_by_name = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(one__lt=F("other")), name="chart_link_in_order"),
            models.UniqueConstraint(
                fields=["one", "other"],
                condition=Q(in_force_until__isnull=True),
                name="chart_link_once",
            ),
        ]


def same_person(patient: UUID, *, at: datetime) -> frozenset[UUID]:
    """Every chart of this person at that instant, this one among them."""
    return linked_to({patient}, at=at)


def linked_to(patients: set[UUID], *, at: datetime) -> frozenset[UUID]:
    """Every chart of these persons at that instant, these among them."""
    found, new = set(patients), set(patients)
    while new:
        new = {chart for pair in _pairs(new, at) for chart in pair} - found
        found |= new
    return frozenset(found)


def _pairs(charts: set[UUID], at: datetime) -> Iterable[Sequence[UUID]]:
    """The links of these charts. Mostly it is one, and the text of what is asked for one is kept."""
    if len(charts) == 1:
        (chart,) = charts
        return _PAIRS.rows(chart=chart, at=at)
    return _linked(charts, at)


def _linked(charts: Collection[UUID], at: datetime) -> "QuerySet[ChartLink, tuple[UUID, UUID]]":
    still = Q(in_force_until__isnull=True) | Q(in_force_until__gt=at)
    rows = ChartLink.objects.filter(still, in_force_from__lte=at)
    return rows.filter(Q(one__in=charts) | Q(other__in=charts)).values_list("one", "other")


_PAIRS = Compiled(lambda chart, at: _linked([chart], at), chart=UUID, at=datetime)
