"""What stands beside a complaint: whom it names, what was done, and what followed for who complained.

None of it is a move of the complaint, because its timeline is read by whoever complained.
"""

import uuid
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from audit.fields import SealedRecord
from requests_app.kinds.models import Request
from requests_app.people.models import Patient


class NamedInComplaint(models.Model):
    """A person the complaint is about: it goes around them, and they do not see it. Append-only.

    account  the person's account, where there is one
    duty     the duty named ("the privacy official"), where that is how they were named
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="named")
    account = models.CharField(max_length=64, blank=True)
    duty = models.CharField(max_length=32, blank=True)
    named_at = models.DateTimeField()


class Measure(models.TextChoices):
    """What a practice does about a complaint that is no business of whoever complained."""

    MITIGATION = "mitigation", _("Harm mitigated (164.530(f))")
    SANCTION = "sanction", _("Sanction applied (164.530(e))")
    BREACH_ASSESSMENT = "breach_assessment", _("Assessed as a possible breach (164.402)")


@dataclass(frozen=True, slots=True)
class MeasureFacts:
    """What was done, in words."""

    what: str


class ComplaintMeasure(models.Model):
    """One measure taken. Append-only; never told to whoever complained."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="measures")
    measure = models.CharField(max_length=24, choices=Measure.choices)
    facts = SealedRecord(MeasureFacts, name="complaints.measure", version=1)
    taken_on = models.DateField()
    recorded_by = models.CharField(max_length=64)
    recorded_by_name = models.CharField(max_length=200)
    recorded_at = models.DateTimeField()


class Adverse(models.TextChoices):
    """In what way something went against the person who had complained."""

    REFUSED = "refused", _("Refused, wholly or in part")
    FEE = "fee", _("A fee was asked")
    LATE = "late", _("Answered late")
    PUT_OFF = "put_off", _("The answer was put off")
    HELD = "held", _("Put on hold")
    ENDED = "ended", _("Ended by staff")


class AdverseAfterComplaint(models.Model):
    """What went against somebody who had complained: to be looked at for retaliation. Append-only.

    request, version  of a move: whose, and which; of a hold the request alone
    patient           of what was done beside requests: to whom
    thing             the row of what was done, where it was no move: the hold, the representative, the tie
    move              the move's name, or that of one of `watch.ACTS`
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    complaint = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="watched")
    request = models.ForeignKey(Request, null=True, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(null=True)
    patient = models.ForeignKey(Patient, null=True, on_delete=models.PROTECT, related_name="+")
    thing = models.UUIDField(null=True)
    move = models.CharField(max_length=32)
    why = models.CharField(max_length=8, choices=Adverse.choices)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["complaint", "request", "version"], name="adverse_move_once"
            ),
            models.UniqueConstraint(fields=["complaint", "thing"], name="adverse_act_once"),
            models.CheckConstraint(
                condition=models.Q(thing=None, version__isnull=False, request__isnull=False)
                | models.Q(thing__isnull=False, version=None),
                name="adverse_move_or_act",
            ),
            models.CheckConstraint(
                condition=models.Q(patient=None, request__isnull=False)
                | models.Q(patient__isnull=False, request=None),
                name="adverse_to_whom",
            ),
        ]
