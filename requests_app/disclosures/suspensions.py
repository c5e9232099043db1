"""Statements of agencies that hold lines back, and what is owed when they lapse (164.528(a)(2)).

Everything here is for staff.  Nothing of it is a move of a request or stands in a timeline, because
a patient reads those.
"""

import uuid
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import models
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from audit.fields import SealedRecord
from requests_app.disclosures.holding import Authority, Form, Hold
from requests_app.disclosures.models import Disclosure, IssuedAccounting
from requests_app.people.folding import fold_words
from requests_app.people.models import Patient
from requests_app.practice.models import Site


class Doubt(models.TextChoices):
    """Why a statement, or part of it, was not applied but put to the privacy officer."""

    NONE = "", _("Applied as it was said.")
    OTHER_BASIS = (
        "other_basis",
        _(
            "It is about disclosures that no agency can have held back: only those to a health oversight "
            "agency or to law enforcement can be."
        ),
    )
    SOME_OTHER_BASIS = (
        "some_other_basis",
        _(
            "Some of the disclosures it is about cannot be held back, because they rest on another rule."
        ),
    )
    NOT_SAID = (
        "not_said",
        _(
            "It does not say that an accounting would be reasonably likely to impede the agency's work."
        ),
    )


@dataclass(frozen=True, slots=True)
class StatementFacts:
    """What was said, by whom, and how the office knew them; 164.528(a)(2)(ii)(A)."""

    agency: str
    official: str
    identity: str
    words: str


class Suspension(models.Model):
    """One statement about one patient. Append-only.

    applied    whether it holds lines back; `doubt` says what the officer is asked
    entries    ids of the lines it names
    last_on    the last day held back, local at the site
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="suspensions")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    authority = models.CharField(max_length=16, choices=Authority.choices)
    form = models.CharField(max_length=8, choices=Form.choices)
    stated_on = models.DateField()
    last_on = models.DateField()
    entries = models.JSONField(default=list)
    confirmed = models.BooleanField(default=False)
    applied = models.BooleanField()
    doubt = models.CharField(max_length=16, choices=Doubt.choices, blank=True)
    facts = SealedRecord(StatementFacts, name="disclosures.suspension", version=1)
    recorded_by = models.CharField(max_length=64)
    recorded_by_name = models.CharField(max_length=200)
    recorded_at = models.DateTimeField()
    audit_eid = models.UUIDField(unique=True)

    class Meta:
        indexes = [models.Index(fields=["patient", "stated_on"], name="suspension_patient")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(last_on__gte=models.F("stated_on")), name="suspension_days"
            )
        ]


@dataclass(frozen=True, slots=True)
class AnswerFacts:
    """What the officer made of the question."""

    words: str


class SuspensionAnswer(models.Model):
    """The privacy officer's answer to what a statement left in doubt. Append-only."""

    suspension = models.OneToOneField(
        Suspension, primary_key=True, on_delete=models.PROTECT, related_name="answer"
    )
    facts = SealedRecord(AnswerFacts, name="disclosures.suspension_answer", version=1)
    answered_by = models.CharField(max_length=64)
    answered_by_name = models.CharField(max_length=200)
    answered_at = models.DateTimeField()


class SuppressedLine(models.Model):
    """A line that an accounting left out. Append-only; no patient ever sees it.

    For an agency, or because an associate told of it later (disclosures/afterwards.py).
    """

    accounting = models.ForeignKey(
        IssuedAccounting, on_delete=models.PROTECT, related_name="suppressed"
    )
    disclosure = models.ForeignKey(Disclosure, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["accounting", "disclosure"], name="suppressed_line_once"
            )
        ]


class SuppliedLine(models.Model):
    """That a line left out before was given in a supplement. Append-only."""

    suppressed = models.OneToOneField(
        SuppressedLine, primary_key=True, on_delete=models.PROTECT, related_name="supplied"
    )
    supplement = models.ForeignKey(IssuedAccounting, on_delete=models.PROTECT, related_name="+")


def holds_on(patients: Collection[UUID], *, as_of: datetime | None = None) -> list[Hold]:
    """The statements that hold one person's lines back, as they were known at an instant."""
    rows = Suspension.objects.filter(patient_id__in=patients, applied=True)
    if as_of is not None:
        rows = rows.filter(recorded_at__lte=as_of)
    return [hold(row) for row in rows.order_by("recorded_at", "id")]


def hold(row: Suspension) -> Hold:
    """A row, opened, as the rules read it."""
    return Hold(
        authority=Authority(row.authority),
        first=row.stated_on,
        last=row.last_on,
        recorded_at=row.recorded_at,
        agency=fold_words(row.facts.agency),
        entries=frozenset(row.entries),
        confirmed=row.confirmed,
    )


def open_questions() -> QuerySet[Suspension]:
    """Statements in doubt that the privacy officer has not answered yet."""
    answered = SuspensionAnswer.objects.filter(suspension=OuterRef("pk"))
    return Suspension.objects.exclude(doubt=Doubt.NONE).exclude(Exists(answered))


def unsupplied(accounting: UUID | None = None) -> QuerySet[SuppressedLine]:
    """Lines left out of accountings and not given since, whatever holds them back today."""
    rows = SuppressedLine.objects.filter(supplied__isnull=True)
    rows = rows.select_related("accounting__request__site", "accounting__patient")
    return rows if accounting is None else rows.filter(accounting_id=accounting)


def accountings_waiting() -> Iterator[IssuedAccounting]:
    """Accountings with a line still left out, each once, oldest first."""
    waiting = unsupplied().order_by().values("accounting_id")
    rows = IssuedAccounting.objects.filter(pk__in=waiting).select_related("request__site")
    return iter(rows.order_by("issued_at", "id"))
