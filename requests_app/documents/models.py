"""Documents: what came in on paper, what shows identity or authority, records to release.

The row says what the file is to the office; the file lies sealed in a storage (audit/STREAM.md).  A
row is announced first, and its file kept under it later, so that no half of either ever counts.
"""

import uuid
from dataclasses import dataclass

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audit import keys
from audit.crypto.keyring import Span
from audit.fields import SealedRecord
from requests_app.kinds.models import Request
from requests_app.people.models import Patient

#: Files have keys of their own: a year's key is needed as long as a file of that year is there.
KEY_CLASS = "blob.documents"
keys.add_class(KEY_CLASS, Span.YEAR)


class Sort(models.TextChoices):
    """What a document is to the office; who may add and read it follows from this."""

    CAME_IN = "came_in", _("What came in: a letter, a fax, a form")
    IDENTITY = "identity", _("What shows who somebody is")
    AUTHORITY = "authority", _("What shows the authority to act for somebody")
    RELEASE = "release", _("Records to be given to whoever asked")


class Stage(models.TextChoices):
    """Where a document stands."""

    EXPECTED = "expected", _("Announced; its file has not come yet")
    KEPT = "kept", _("Kept")
    LAPSED = "lapsed", _("Its file never came")
    ERASED = "erased", _("Its file was deleted; that it was here stays on record")


@dataclass(frozen=True, slots=True)
class DocumentFacts:
    """What the document is called, and what the office says of it."""

    name: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class ContentFacts:
    """What the file is: the SHA-256 of its bytes, in hexadecimal, to compare a copy with."""

    sha256: str


@dataclass(frozen=True, slots=True)
class ErasedFacts:
    """Why a file was deleted by somebody's own decision."""

    why: str


class Document(models.Model):
    """One document of a request or, where no request is, of a patient.

    blob    the name of the sealed file in the storage
    dek_id  the data key it is sealed under: that key is needed as long as the file is there
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    request = models.ForeignKey(
        Request, null=True, on_delete=models.PROTECT, related_name="documents"
    )
    patient = models.ForeignKey(
        Patient, null=True, on_delete=models.PROTECT, related_name="documents"
    )
    sort = models.CharField(max_length=16, choices=Sort.choices)
    stage = models.CharField(max_length=16, choices=Stage.choices)
    facts = SealedRecord(DocumentFacts, name="documents.document", version=1)
    announced_by = models.CharField(max_length=64)
    announced_by_name = models.CharField(max_length=200)
    announced_at = models.DateTimeField()
    blob = models.CharField(max_length=32, blank=True)
    dek_id = models.BigIntegerField(null=True)
    type = models.CharField(max_length=16, blank=True)
    size = models.BigIntegerField(null=True, help_text="Bytes.")
    content = SealedRecord(ContentFacts, name="documents.content_facts", version=1, null=True)
    kept_at = models.DateTimeField(null=True)
    released_at = models.DateTimeField(null=True, help_text="When whoever asked could read it.")
    released_by = models.CharField(max_length=64, blank=True)
    ended_at = models.DateTimeField(null=True, help_text="When it lapsed or was erased.")
    ended_by = models.CharField(max_length=64, blank=True)
    erased = SealedRecord(ErasedFacts, name="documents.erased", version=1, null=True)
    removed_at = models.DateTimeField(null=True, help_text="When the storage had deleted the file.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(request__isnull=True, patient__isnull=False)
                | Q(request__isnull=False, patient__isnull=True),
                name="document_of_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(
                    stage__in=["expected", "lapsed"],
                    blob="",
                    size__isnull=True,
                    type="",
                    dek_id__isnull=True,
                    kept_at__isnull=True,
                    content__isnull=True,
                )
                | (
                    Q(
                        stage__in=["kept", "erased"],
                        size__gt=0,
                        dek_id__isnull=False,
                        kept_at__isnull=False,
                        content__isnull=False,
                    )
                    & ~Q(blob="")
                    & ~Q(type="")
                ),
                name="document_whole_or_not_at_all",
            ),
            models.CheckConstraint(
                condition=Q(stage__in=["expected", "kept"], ended_at__isnull=True, ended_by="")
                | (Q(stage__in=["lapsed", "erased"], ended_at__isnull=False) & ~Q(ended_by="")),
                name="document_ended_by_whom",
            ),
            models.CheckConstraint(
                condition=Q(released_at__isnull=True, released_by="")
                | (Q(released_at__isnull=False, sort="release") & ~Q(released_by="")),
                name="document_released_by_whom",
            ),
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True) | Q(stage="erased"),
                name="document_removed_once_erased",
            ),
            models.CheckConstraint(
                condition=Q(erased__isnull=True)
                | Q(stage="erased", kept_at__isnull=False, released_at__isnull=True),
                name="document_erased_with_reason",
            ),
            models.UniqueConstraint(
                fields=["blob"], condition=~Q(blob=""), name="document_blob_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["announced_at"], name="document_expected", condition=Q(stage="expected")
            ),
            models.Index(
                fields=["ended_at"],
                name="document_to_remove",
                condition=Q(stage="erased", removed_at__isnull=True),
            ),
        ]


class Download(models.Model):
    """Leave for one person to fetch one document, for a time. Each fetching is in the log."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="downloads")
    account = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
