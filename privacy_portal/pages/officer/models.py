"""What a member of staff has on the desk: filters about a person, saved views, unfinished entries."""

import uuid
from dataclasses import dataclass, field
from typing import Any

from django.db import models

from audit.fields import SealedRecord
from privacy_portal.pages.officer.model_brought import Brought, BroughtPart


class Purpose(models.TextChoices):
    """What it was put aside for."""

    FILTER = "filter", "A filter that says something about a person"
    VIEW = "view", "A saved view of the queue"
    ENTRY = "entry", "An entry that is not sent yet"


@dataclass(frozen=True, slots=True)
class PutAside:
    """Its name, and the answers so far by the names of the questions."""

    name: str = ""
    answers: dict[str, Any] = field(default_factory=dict)


class Kept(models.Model):
    """One thing put aside by one account; nobody else's account opens it.

    about    what it belongs to, as the pages name it: a move of a request, a form
    ends_at  when it is thrown away; a saved view stays until its owner removes it
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.CharField(max_length=64)
    purpose = models.CharField(max_length=8, choices=Purpose.choices)
    about = models.CharField(max_length=80, blank=True)
    content = SealedRecord(PutAside, name="pages.put_aside", version=1, renews=True)
    made_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["account", "purpose", "about"], name="kept_of_account"),
            models.Index(fields=["ends_at"], name="kept_ends"),
        ]


__all__ = ["Brought", "BroughtPart", "Kept", "Purpose", "PutAside"]
