"""The ledger: the register of disclosures (164.528(d)). Append and correct, never overwrite."""

import uuid
from dataclasses import dataclass, field

from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from audit.fields import SealedRecord
from requests_app.kinds.models import Request
from requests_app.people.models import Patient
from requests_app.practice.models import Site

#: Gives the ledger its order of recording; made by migration 0001.
SEQUENCE = "requests_app_disclosure_seq"


def as_text(column: str) -> Cast:
    """An id as the database writes it. Of many lines, an object for each costs more than the line."""
    return Cast(column, models.TextField())


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


class Form(models.TextChoices):
    """In which form a line tells of what went out."""

    ONE = "one", _("One disclosure")
    SERIES = "series", _("A series to one recipient for one purpose (164.528(b)(3))")
    RESEARCH = "research", _("Research on fifty or more individuals (164.528(b)(4))")


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom a patient can turn to."""

    name: str
    address: str
    telephone: str


@dataclass(frozen=True, slots=True)
class Research:
    """What an accounting may say of research on fifty or more individuals (164.528(b)(4)(i)).

    The date or period is the line's own days; the statement that information may or may not have
    been disclosed is the letter's.
    """

    protocol: str
    purpose: str
    information: str
    sponsor: Contact
    researcher: Contact


@dataclass(frozen=True, slots=True)
class More:
    """What a series says beside its first disclosure, or research beside its days.

    count      how many there were, `frequency` in words; 164.528(b)(3)(ii)
    """

    count: int | None = None
    frequency: str = ""
    research: Research | None = None


class Disclosure(models.Model):
    """One line of the ledger. A correction is a new line that points at the old one.

    A series has its first day in `disclosed_on` and its last in `disclosed_until`.  Lines that went
    out in one release to many share `release`.
    """

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
    form = models.CharField(
        max_length=8, choices=Form.choices, default=Form.ONE, db_default=Form.ONE
    )
    more = SealedRecord(More, name="disclosures.more", version=1, null=True)
    release = models.UUIDField(null=True, help_text="Shared by the lines of one release to many.")
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
            models.Index(
                fields=["release", "patient"],
                name="disclosure_release",
                condition=Q(release__isnull=False),
            ),
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
    """A written accounting that was given, kept as 164.528(d)(2) asks. Append-only.

    `supplements` is the accounting to which this one adds what could not be listed then.
    """

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
    supplements = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="supplemented_by"
    )


@dataclass(frozen=True, slots=True)
class EarlierFacts:
    """Where the copy of an accounting given before this service was used is kept."""

    where_kept: str


class EarlierAccounting(models.Model):
    """An accounting given before this service was used: it counts for what is free. Append-only."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(
        Patient, on_delete=models.PROTECT, related_name="earlier_accountings"
    )
    requested_on = models.DateField()
    given_on = models.DateField()
    fee_cents = models.PositiveIntegerField(default=0)
    facts = SealedRecord(EarlierFacts, name="disclosures.earlier_accounting", version=1)
    recorded_by = models.CharField(max_length=64)
    recorded_by_name = models.CharField(max_length=200)
    recorded_at = models.DateTimeField()
