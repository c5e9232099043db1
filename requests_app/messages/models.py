"""Messages between the asker and the privacy office, and notes only the office reads."""

import uuid
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from audit.fields import SealedRecord
from requests_app.kinds.models import Request


class Direction(models.TextChoices):
    """Who wrote to whom."""

    TO_OFFICE = "to_office", _("To the privacy office")
    TO_ASKER = "to_asker", _("To the person who asked")
    NOTE = "note", _("Internal note")


@dataclass(frozen=True, slots=True)
class MessageText:
    """The words."""

    body: str


class Message(models.Model):
    """One message of a request. Append-only."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="messages")
    direction = models.CharField(max_length=16, choices=Direction.choices)
    text = SealedRecord(MessageText, name="messages.message", version=1)
    written_by = models.CharField(max_length=64)
    written_by_name = models.CharField(max_length=200)
    written_at = models.DateTimeField()
