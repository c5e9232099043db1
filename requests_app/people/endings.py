"""A recognised representative is treated as the individual no longer, from an instant on.

The recognition stays as it was written; what ended it stands beside it (164.502(g)(1), (g)(5)).
"""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from audit.fields import SealedRecord
from requests_app.people.models import Representative


class Why(models.TextChoices):
    """Why the authority counts no more."""

    ABUSE = "abuse", _("Domestic violence, abuse or neglect is believed (164.502(g)(5)(i)(A))")
    ENDANGERS = "endangers", _("Treating them so could endanger (164.502(g)(5)(i)(B))")
    ENDED = "ended", _("The authority itself ended: revoked, replaced, the person came of age")

    @property
    def refuses(self) -> bool:
        """Whether the practice declines, on its own judgment, somebody with authority."""
        return self is not Why.ENDED


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
