"""What the API itself remembers: answers already given under an Idempotency-Key."""

import uuid
from dataclasses import dataclass

from django.db import models
from django.db.models import Q

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
    answer = SealedRecord(Answer, name="api.given_answer", version=1, renews=True)
    given_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["caller", "route", "key"], name="given_answer_once")
        ]


@dataclass(frozen=True, slots=True)
class ExportAsked:
    """What was asked, and for whom; `filter` and `for_whom` as they came, by name."""

    filter: dict[str, str]
    for_whom: dict[str, str]


class ExportState(models.TextChoices):
    """How far an export has come."""

    WAITING = "waiting", "Waiting for the worker"
    WRITING = "writing", "Being written"
    ENDING = "ending", "All lines read, being finished"
    READY = "ready", "Ready to be fetched"
    FAILED = "failed", "Not written"
    EXPIRED = "expired", "No longer kept"


class Export(models.Model):
    """One export of a register: what was asked, how far it is, and what went out.

    horizon    the last key it holds; later rows belong to another export
    in_flight  transactions that were under way when it was asked; their rows are waited for
    after      the key of the last row written; where a new worker goes on
    claim      of the worker that writes, until `claimed_until`
    rows       read so far, of `rows_expected`; `lines` of them fitted the filter
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    register = models.CharField(max_length=16)
    format = models.CharField(max_length=8)
    asked = SealedRecord(ExportAsked, name="api.export", version=1, renews=True)
    stage = models.CharField(max_length=8, choices=ExportState.choices)
    asked_by = models.CharField(max_length=64)
    asked_by_name = models.CharField(max_length=200)
    scopes = models.JSONField(null=True, help_text="Of a machine client's token.")
    whom = models.CharField(max_length=24, help_text="The sort of recipient.")
    horizon = models.CharField(max_length=100)
    in_flight = models.CharField(max_length=24)
    after = models.CharField(max_length=100, blank=True)
    claim = models.UUIDField(null=True)
    claimed_until = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    rows = models.PositiveBigIntegerField(default=0)
    rows_expected = models.PositiveBigIntegerField(null=True)
    lines = models.PositiveBigIntegerField(default=0)
    first = models.CharField(max_length=100, blank=True, help_text="Key of its first line.")
    last = models.CharField(max_length=100, blank=True, help_text="Key of its last line.")
    size = models.PositiveBigIntegerField(null=True, help_text="Bytes of the file.")
    sha256 = models.CharField(max_length=64, blank=True)
    head = models.TextField(blank=True, help_text="The newest signed head of the log's tree.")
    reason = models.CharField(max_length=200, blank=True, help_text="Why it was not written.")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["started_at", "id"],
                name="export_open",
                condition=Q(stage__in=["waiting", "writing", "ending"]),
            )
        ]


@dataclass(frozen=True, slots=True)
class Piece:
    """Some of the bytes, deflated."""

    deflated: bytes


class ExportPiece(models.Model):
    """A piece of an export, sealed: of the file itself, or of the lines a file is made from.

    Removed when the export expires.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    export = models.ForeignKey(Export, on_delete=models.CASCADE, related_name="pieces")
    of_file = models.BooleanField(help_text="Of the file; otherwise of the lines it is made from.")
    number = models.PositiveIntegerField()
    content = SealedRecord(Piece, name="api.export_piece", version=1, renews=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["export", "of_file", "number"], name="export_piece_once"
            )
        ]
