"""The ledger: the register of disclosures (164.528(d)). Append and correct, never overwrite."""

import uuid
from dataclasses import dataclass, field

from django.db import models
from django.db.models import F, Func, Q, Value

from audit.fields import SealedRecord
from requests_app.kinds.models import Request
from requests_app.people.models import Patient
from requests_app.practice.models import Site

#: Gives the ledger its order of recording; made by migration 0001.
SEQUENCE = "requests_app_disclosure_seq"


@dataclass(frozen=True, slots=True)
class DisclosureFacts:
    """What an accounting must be able to say (164.528(b)(2)), and what the basis must hold.

    `excluded_answer` is the answer to the deciding question of a basis that depends; `held` maps
    the fact names of the basis (disclosures/taxonomy.toml) to what was recorded.
    """

    recipient_name: str
    description: str
    purpose: str = ""
    recipient_address: str = ""
    request_copy: str = ""
    held: dict[str, str] = field(default_factory=dict)
    excluded_answer: bool | None = None


class Disclosure(models.Model):
    """One line of the ledger. A correction is a new line that points at the old one."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    seq = models.BigIntegerField(
        unique=True, editable=False, db_default=Func(Value(SEQUENCE), function="nextval")
    )
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="disclosures")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    request = models.ForeignKey(
        Request, null=True, on_delete=models.PROTECT, related_name="disclosures"
    )
    basis = models.CharField(max_length=16, blank=True, help_text="Empty: not yet classified.")
    disclosed_on = models.DateField()
    disclosed_until = models.DateField(null=True, help_text="Last day, where it was a range.")
    facts = SealedRecord(DisclosureFacts, name="disclosures.disclosure", version=1)
    corrects = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="corrected_by"
    )
    recorded_by = models.CharField(max_length=64)
    recorded_by_name = models.CharField(max_length=200)
    recorded_at = models.DateTimeField()
    audit_eid = models.UUIDField(unique=True)

    class Meta:
        indexes = [
            models.Index(fields=["patient", "disclosed_on"], name="disclosure_patient_day"),
            models.Index(fields=["disclosed_on", "seq"], name="disclosure_day"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(disclosed_until__isnull=True)
                | Q(disclosed_until__gte=F("disclosed_on")),
                name="disclosure_days_in_order",
            )
        ]


@dataclass(frozen=True, slots=True)
class AccountingText:
    """A written accounting exactly as it was given."""

    lines: tuple[dict[str, str], ...] = ()


class IssuedAccounting(models.Model):
    """A written accounting that was given, kept as 164.528(d)(2) asks. Append-only."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="accountings")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="accountings")
    period_from = models.DateField()
    period_until = models.DateField()
    text = SealedRecord(AccountingText, name="disclosures.accounting", version=1)
    line_count = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    fee_cents = models.PositiveIntegerField(default=0)
    issued_at = models.DateTimeField()
