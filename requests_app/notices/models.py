"""Versions of the notice of privacy practices, who received which, and who acknowledged it.

The notice is for anybody to read and is not sealed.  Versions, receipts and acknowledgments only
grow (164.520(e), 164.530(j)).
"""

import uuid
from dataclasses import dataclass

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from audit.fields import SealedRecord
from requests_app.kinds.models import Request
from requests_app.people.models import Patient


class NoticeVersion(models.Model):
    """One version, whole. In force from its day until the next one's; never changed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    text = models.TextField()
    sha256 = models.CharField(max_length=64, help_text="Of the text in UTF-8, in hex.")
    published_on = models.DateField()
    effective_on = models.DateField(unique=True)
    holds_part2 = models.BooleanField(help_text="Whether the practice holds records of 42 CFR 2.")
    raises_funds = models.BooleanField()
    checklist = models.JSONField(help_text="Element → {present, where}, as the publisher said.")
    describes = models.JSONField(
        null=True, help_text="Categories of disclosure it describes; null until it was said."
    )
    recorded_by = models.CharField(max_length=64)
    recorded_by_name = models.CharField(max_length=200)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(effective_on__gte=F("published_on")),
                name="notice_published_then_effective",
            )
        ]


class Channel(models.TextChoices):
    """How a copy reaches somebody."""

    HANDED = "handed", _("Handed over on paper")
    POST = "post", _("By post")
    EMAIL = "email", _("By e-mail")
    PORTAL = "portal", _("In this service")

    @property
    def needs_address(self) -> bool:
        """Whether the record of it must say where to."""
        return self in {Channel.POST, Channel.EMAIL}

    @property
    def on_paper(self) -> bool:
        """Whether it is the paper copy of the right to one."""
        return self in {Channel.HANDED, Channel.POST}


class NoticeReceipt(models.Model):
    """That a patient was given a version."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="notice_receipts")
    notice = models.ForeignKey(NoticeVersion, on_delete=models.PROTECT, related_name="receipts")
    request = models.ForeignKey(Request, null=True, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=8, choices=Channel.choices)
    given_on = models.DateField()
    recorded_by = models.CharField(max_length=64)
    recorded_at = models.DateTimeField()


class Outcome(models.TextChoices):
    """What came of the effort to get an acknowledgment (164.520(c)(2)(ii))."""

    SIGNED = "signed", _("Signed on paper")
    CONFIRMED = "confirmed", _("Confirmed in this service")
    NOT_OBTAINED = "not_obtained", _("Not obtained, in spite of a good-faith effort")
    EMERGENCY = "emergency", _("Not needed: emergency treatment")


@dataclass(frozen=True, slots=True)
class Effort:
    """What was done to get it, and why it was not got."""

    words: str = ""


class Acknowledgment(models.Model):
    """A patient's acknowledgment of a version, or the effort and the reason there is none."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="acknowledgments")
    notice = models.ForeignKey(
        NoticeVersion, on_delete=models.PROTECT, related_name="acknowledgments"
    )
    outcome = models.CharField(max_length=16, choices=Outcome.choices)
    effort = SealedRecord(Effort, name="notices.acknowledgment", version=1)
    on = models.DateField()
    recorded_by = models.CharField(max_length=64)
    recorded_by_name = models.CharField(max_length=200)
    recorded_at = models.DateTimeField()
