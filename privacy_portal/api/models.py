"""What the API itself remembers: answers already given under an Idempotency-Key."""

import uuid
from dataclasses import dataclass

from django.db import models

from audit.fields import SealedRecord


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it was given: JSON text, and the headers a client acts on."""

    status: int
    body: str
    headers: dict[str, str]


class GivenAnswer(models.Model):
    """The first answer under a caller's key, written in the transaction of its effect."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    caller = models.CharField(max_length=64)
    route = models.CharField(max_length=200)
    key = models.CharField(max_length=64)
    body_digest = models.BinaryField(max_length=32)
    answer = SealedRecord(Answer, name="api.given_answer", version=1)
    given_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["caller", "route", "key"], name="given_answer_once")
        ]


class Export(models.Model):
    """One export of the disclosure log: what was asked, and what went out. Holds no line of it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    format = models.CharField(max_length=8)
    since = models.DateField(null=True, help_text="First day of disclosure asked for.")
    until = models.DateField(null=True, help_text="Last day of disclosure asked for.")
    asked_by = models.CharField(max_length=64)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    whole = models.BooleanField(null=True, help_text="Whether the file went out to its end.")
    lines = models.PositiveBigIntegerField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)
