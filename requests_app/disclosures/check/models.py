"""Checks that were made, each with the facts and the answer, so that it can be made again."""

import uuid
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from audit.fields import SealedRecord
from requests_app.disclosures.models import Disclosure
from requests_app.people.models import Patient


class Subject(models.TextChoices):
    """What was asked about."""

    DISCLOSURE = "disclosure", _("May this be disclosed?")
    COMMUNICATION = "communication", _("May this be sent to the patient?")


@dataclass(frozen=True, slots=True)
class Kept:
    """The facts and the answer, as JSON with its names in order."""

    facts: str
    answer: str


class CheckMade(models.Model):
    """One check. Append-only. `disclosure` is the line it stands beside, if one was recorded."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(max_length=16, choices=Subject.choices)
    code = models.CharField(max_length=32, blank=True, help_text="Of the basis, or what is sent.")
    verdict = models.CharField(max_length=24)
    whole_record = models.BooleanField(default=False, db_default=False)
    kept = SealedRecord(Kept, name="checks.made", version=1)
    disclosure = models.OneToOneField(
        Disclosure, null=True, on_delete=models.PROTECT, related_name="check_made"
    )
    asked_by = models.CharField(max_length=64)
    asked_at = models.DateTimeField()
    audit_eid = models.UUIDField(unique=True)
