"""A recognised representative is treated as the individual no longer, from an instant on.

The recognition stays as it was written; what ended it stands beside it (164.502(g)(1), (g)(5)).
`declined` asks for both: who was refused at once, and whose recognition ended.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db import models

from audit.fields import SealedRecord
from requests_app.people.grounds import Why
from requests_app.people.models import Refusal, Representative


@dataclass(frozen=True, slots=True)
class EndingFacts:
    """The facts, and the professional whose judgment it is where the rule asks for one."""

    facts: str
    judged_by: str = ""


class RepresentativeEnding(models.Model):
    """The end of one recognition. Append-only; in force from the moment it was decided."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    representative = models.OneToOneField(
        Representative, on_delete=models.PROTECT, related_name="ending"
    )
    why = models.CharField(max_length=16, choices=Why.choices)
    facts = SealedRecord(EndingFacts, name="people.representative_ending", version=1)
    decided_by = models.CharField(max_length=64)
    decided_by_name = models.CharField(max_length=200)
    decided_at = models.DateTimeField()


def ending(representative: Representative, *, at: datetime) -> RepresentativeEnding | None:
    """What ended the recognition by that instant, if anything did."""
    rows = RepresentativeEnding.objects.filter(representative=representative, decided_at__lte=at)
    return rows.first()


@dataclass(frozen=True)
class Declined:
    """That somebody is not treated as the individual, and what it rests on.

    why       None for a refusal recorded when one text was all that was asked for
    ended_at  None for somebody who was never recognised
    """

    why: Why | None
    facts: str
    judged_by: str
    ended_at: datetime | None = None

    @property
    def refuses(self) -> bool:
        """Whether it is a refusal under (g)(5). What was recorded without a ground was one."""
        return self.why is None or self.why.refuses

    @property
    def citation(self) -> str:
        return (self.why or Why.ENDANGERS).citation


def declined(representative: Representative, *, at: datetime) -> Declined | None:
    """Why this person is not treated as the individual at that instant; None for who may be.

    Whether the authority has begun, or is over by its own day, is another question.
    """
    if not representative.recognised:
        refusal = representative.facts.refusal or Refusal()
        why = Why(refusal.why) if refusal.why else None
        return Declined(why, refusal.facts, refusal.judged_by)
    row = ending(representative, at=at)
    if row is None:
        return None
    return Declined(Why(row.why), row.facts.facts, row.facts.judged_by, row.decided_at)
