"""Patients, their representatives, identity checks, and the accounts tied to them.

Everything that says something about a person is one sealed record a row; what stands in the clear
is opaque or a state, and is listed in docs/data-map.md.
"""

import uuid
from dataclasses import dataclass
from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from audit.fields import SealedRecord


@dataclass(frozen=True, slots=True)
class PatientIdentity:
    """What identifies an individual; read together, sealed together."""

    record_number: str
    family_name: str
    given_names: str
    birth_date: date
    address: str = ""
    email: str = ""
    telephone: str = ""

    @property
    def full_name(self) -> str:
        return f"{self.given_names} {self.family_name}"

    @property
    def initials(self) -> str:
        return f"{self.given_names[:1]}{self.family_name[:1]}".upper()


class Patient(models.Model):
    """An individual whose records the practice holds."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    site = models.ForeignKey("requests_app.Site", on_delete=models.PROTECT, related_name="+")
    identity = SealedRecord(PatientIdentity, name="people.patient", version=1, renews=True)
    created_at = models.DateTimeField()


class PatientLookup(models.Model):
    """Keyed blind indexes for exact lookup. A hit is a candidate: open and compare."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="lookups")
    facet = models.CharField(max_length=32)
    token = models.BinaryField(max_length=16)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["facet", "token", "patient"], name="patient_lookup_once"
            ),
            models.UniqueConstraint(
                fields=["token"],
                condition=Q(facet="record_number"),
                name="record_number_once",
            ),
        ]


class AuthorityKind(models.TextChoices):
    """On what ground somebody stands in for the individual (164.502(g))."""

    HEALTH_CARE_AGENT = "health_care_agent", _("Health care power of attorney or guardian")
    PARENT = "parent", _("Parent or guardian of a minor")
    ESTATE = "estate", _("Executor or administrator of the estate")


@dataclass(frozen=True, slots=True)
class Refusal:
    """On what ground somebody is refused, the facts, and the professional whose judgment it is.

    why  of `grounds.Why`; empty in what was recorded before the ground was asked for
    """

    why: str = ""
    facts: str = ""
    judged_by: str = ""


@dataclass(frozen=True, slots=True)
class RepresentativeFacts:
    """Who the personal representative is, what shows the authority and to which matters it reaches."""

    name: str
    evidence: str
    scope: str = ""
    address: str = ""
    email: str = ""
    telephone: str = ""
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True)
class RepresentativeFacts1:
    """The same in version 1, where a refusal was one text."""

    name: str
    evidence: str
    scope: str = ""
    address: str = ""
    email: str = ""
    telephone: str = ""
    refusal_reason: str = ""

    def brought_up(self) -> RepresentativeFacts:
        """Belief, facts and judgment stay together in the one text that was asked for."""
        told = self.refusal_reason
        refusal = Refusal(facts=told) if told else None
        same = (self.name, self.evidence, self.scope, self.address, self.email, self.telephone)
        return RepresentativeFacts(*same, refusal=refusal)


class Representative(models.Model):
    """A personal representative, recognised or refused (164.502(g)(1), (g)(5)).

    The authority ends with `authority_until`, that day included.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="representatives")
    kind = models.CharField(max_length=32, choices=AuthorityKind.choices)
    recognised = models.BooleanField()
    authority_from = models.DateField()
    authority_until = models.DateField(null=True, blank=True)
    facts = SealedRecord(
        RepresentativeFacts,
        name="people.representative",
        version=2,
        earlier={1: RepresentativeFacts1},
    )
    decided_by = models.CharField(max_length=64)
    decided_at = models.DateTimeField()


class CheckMethod(models.TextChoices):
    """How identity was checked (164.514(h)); none is prescribed for individuals."""

    SIGNED_IN = "signed_in", _("Signed in to an account linked to the patient")
    KNOWN = "known", _("Known to the member of staff")
    PHOTO_ID = "photo_id", _("Photo identification seen")
    FACTS = "facts", _("Facts confirmed that are on file")
    CALL_BACK = "call_back", _("Called back on the number on file")
    CODE = "code", _("Code handed over or posted")


@dataclass(frozen=True, slots=True)
class CheckEvidence:
    """What was seen or heard, in words."""

    evidence: str
    authority: str = ""


class IdentityCheck(models.Model):
    """One check of identity (and authority): method, evidence, verifier, time. Append-only."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="identity_checks")
    request_id = models.UUIDField(null=True, db_index=True)
    method = models.CharField(max_length=16, choices=CheckMethod.choices)
    passed = models.BooleanField()
    evidence = SealedRecord(CheckEvidence, name="people.identity_check", version=1)
    checked_by = models.CharField(max_length=64)
    checked_by_name = models.CharField(max_length=200)
    checked_at = models.DateTimeField()


@dataclass(frozen=True, slots=True)
class Address:
    """An electronic address by which an account signs in and is told that something waits."""

    address: str


class SignInAddress(models.Model):
    """A patient account's sign-in address: that somebody is a patient is itself protected."""

    id = models.UUIDField(primary_key=True, help_text="The account's id.")
    address = SealedRecord(Address, name="people.sign_in_address", version=1, renews=True)
    token = models.BinaryField(max_length=16, unique=True)


class Capacity(models.TextChoices):
    """As what an account stands to a patient."""

    INDIVIDUAL = "individual", _("The patient")
    REPRESENTATIVE = "representative", _("A personal representative")


class AccountLink(models.Model):
    """An account tied to a patient. Ended, never removed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.UUIDField(db_index=True)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="links")
    capacity = models.CharField(max_length=16, choices=Capacity.choices)
    representative = models.ForeignKey(
        Representative, null=True, on_delete=models.PROTECT, related_name="links"
    )
    method = models.CharField(max_length=16, choices=CheckMethod.choices)
    linked_at = models.DateTimeField()
    linked_by = models.CharField(max_length=64)
    ends_on = models.DateField(
        null=True, blank=True, help_text="Last day of a representative's link."
    )
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "patient"],
                condition=Q(ended_at__isnull=True),
                name="account_link_once",
            ),
            models.CheckConstraint(
                condition=Q(capacity=Capacity.INDIVIDUAL, representative__isnull=True)
                | Q(capacity=Capacity.REPRESENTATIVE, representative__isnull=False),
                name="account_link_representative",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by="")
                | (Q(ended_at__gte=F("linked_at")) & ~Q(ended_by="")),
                name="account_link_ended_by_whom",
            ),
        ]


class LinkCode(models.Model):
    """A code handed over or posted, good once and for a time. Only its keyed hash is kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    representative = models.ForeignKey(
        Representative, null=True, on_delete=models.PROTECT, related_name="+"
    )
    token = models.BinaryField(max_length=16, unique=True)
    made_by = models.CharField(max_length=64)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
