"""The part of a minor's chart that the minor controls: kept from a parent, exports included.

164.502(g)(3)(i): where the minor consented and no other consent was needed, where the law lets the
care be had without a parent, or where the parent agreed to confidentiality, the parent is not the
representative *for that information*.  The chart stays one; what is marked does not go to a parent.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audit.fields import SealedRecord
from requests_app.disclosures.models import Disclosure
from requests_app.documents.models import Document
from requests_app.people import charts
from requests_app.people.models import AuthorityKind, Patient, Representative

CITATION = "45 CFR 164.502(g)(3)(i)"


class MinorControls(models.TextChoices):
    """Why the minor, and not the parent, acts for this information."""

    CONSENTED = "consented", _("The minor consented, no other consent is needed (A)")
    LAWFUL_ALONE = "lawful_alone", _("The law lets the care be had without a parent (B)")
    PARENT_AGREED = "parent_agreed", _("The parent agreed to confidentiality (C)")
    STATE_LAW = "state_law", _("State law prohibits telling a parent (164.502(g)(3)(ii)(B))")


@dataclass(frozen=True, slots=True)
class SegmentFacts:
    """Which care this is about, and what shows it."""

    care: str
    evidence: str = ""


class Segment(models.Model):
    """One part of one chart."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="segments")
    because = models.CharField(max_length=16, choices=MinorControls.choices)
    facts = SealedRecord(SegmentFacts, name="people.segment", version=1)
    in_force_from = models.DateTimeField()
    in_force_until = models.DateTimeField(null=True)
    recorded_by = models.CharField(max_length=64)
    recorded_by_name = models.CharField(max_length=200)


class SegmentItem(models.Model):
    """One document, or one line of the ledger, that belongs to a segment. Append-only."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    segment = models.ForeignKey(Segment, on_delete=models.PROTECT, related_name="items")
    document = models.ForeignKey(Document, null=True, on_delete=models.PROTECT, related_name="+")
    disclosure = models.ForeignKey(
        Disclosure, null=True, on_delete=models.PROTECT, related_name="+"
    )
    marked_by = models.CharField(max_length=64)
    marked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(document__isnull=True, disclosure__isnull=False)
                | Q(document__isnull=False, disclosure__isnull=True),
                name="segment_item_is_one_thing",
            ),
            models.UniqueConstraint(fields=["segment", "document"], name="segment_document_once"),
            models.UniqueConstraint(
                fields=["segment", "disclosure"], name="segment_disclosure_once"
            ),
        ]


def document_withheld(
    document: UUID, representative: Representative | None, *, at: datetime
) -> bool:
    """Whether this document is kept from this representative at that instant."""
    return _reaches(representative) and _items(at).filter(document_id=document).exists()


def disclosures_withheld(representative: Representative | None, *, at: datetime) -> frozenset[UUID]:
    """The lines of the ledger that this representative is not told of, corrections of them too."""
    if representative is None or not _reaches(representative):
        return frozenset()
    person = charts.same_person(representative.patient_id, at=at)
    marked = _items(at).filter(disclosure__patient_id__in=person)
    found = set(marked.values_list("disclosure_id", flat=True))
    new = found
    while new:
        corrections = Disclosure.objects.filter(Q(corrects__in=new) | Q(corrected_by__in=new))
        new = set(corrections.values_list("pk", flat=True)) - found
        found = found | new
    return frozenset(found)


def _reaches(representative: Representative | None) -> bool:
    return representative is not None and representative.kind == AuthorityKind.PARENT


def _items(at: datetime) -> "models.QuerySet[SegmentItem]":
    still = Q(segment__in_force_until__isnull=True) | Q(segment__in_force_until__gt=at)
    return SegmentItem.objects.filter(still, segment__in_force_from__lte=at, marked_at__lte=at)
