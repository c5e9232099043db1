"""Letters, frozen when sent."""

import uuid
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from audit.fields import SealedRecord
from requests_app.kinds.models import Request


class Provided(models.TextChoices):
    """How a letter reaches the individual."""

    PORTAL = "portal", _("In this service")
    HANDED = "handed", _("Handed over")
    POST = "post", _("By post")
    EMAIL = "email", _("By e-mail")


@dataclass(frozen=True, slots=True)
class LetterText:
    """What the individual reads, word for word."""

    subject: str
    body: str


class Letter(models.Model):
    """One letter as sent. Its SHA-256 stands in the log entry of the move that sent it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="letters")
    version = models.PositiveIntegerField()
    template = models.CharField(max_length=64)
    text = SealedRecord(LetterText, name="letters.letter", version=1)
    sha256 = models.CharField(max_length=64)
    provided = models.CharField(max_length=8, choices=Provided.choices)
    sent_at = models.DateTimeField()
