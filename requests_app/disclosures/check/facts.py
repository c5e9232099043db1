"""What a check is decided on: the question, and what stood about the patient at that instant.

Plain and whole, so that it can be kept: the same facts give the same answer years later.  Structs,
because a frozen dataclass takes ten times as long to make, and each check makes several.
"""

from datetime import date, datetime

import msgspec
from django.db import models
from django.utils.translation import gettext_lazy as _


class RecipientKind(models.TextChoices):
    """What the recipient is to the patient and to the practice."""

    PATIENT = "patient", _("The patient")
    REPRESENTATIVE = "representative", _("The patient's personal representative")
    FAMILY = "family", _("Family, a friend or somebody else involved in care")
    PROVIDER = "provider", _("A health care provider")
    HEALTH_PLAN = "health_plan", _("A health plan or insurer that pays for care")
    BUSINESS_ASSOCIATE = "business_associate", _("A business associate of ours")
    AUDITOR = "auditor", _("Our own auditor, of the practice or under contract")
    OVERSIGHT_AGENCY = "oversight_agency", _("A health oversight agency")
    SECRETARY = "secretary", _("The Secretary of Health and Human Services")
    DISASTER_RELIEF = "disaster_relief", _("A disaster relief organization")
    OTHER = "other", _("Somebody else")


class Content(models.TextChoices):
    """What kind of information it is."""

    DEMOGRAPHIC = "demographic", _("Name, address, contact, age, gender, date of birth")
    DATES_OF_CARE = "dates_of_care", _("Dates of care")
    DEPARTMENT = "department", _("Department of service")
    TREATING_PHYSICIAN = "treating_physician", _("Treating physician")
    OUTCOME = "outcome", _("Outcome")
    INSURANCE_STATUS = "insurance_status", _("Health insurance status")
    BILLING = "billing", _("Claims and bills")
    VISIT_NOTES = "visit_notes", _("Notes of visits")
    RESULTS = "results", _("Results and images")
    PSYCHOTHERAPY_NOTES = "psychotherapy_notes", _("Psychotherapy notes, kept apart")
    PART_2 = "part_2", _("Substance use disorder records under 42 CFR part 2")
    WHOLE_RECORD = "whole_record", _("The whole record")
    OTHER = "other", _("Something else")


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One billed service."""

    code: str
    on: date | None = None


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked, at which instant. `answers` and `held` are by the names a check asked for."""

    at: datetime
    today: date
    basis: str = ""
    recipient: str = ""
    recipient_kind: RecipientKind | None = None
    purpose: str = ""
    contents: tuple[Content, ...] = ()
    lines: tuple[Line, ...] = ()
    records: tuple[str, ...] = ()
    first_day: date | None = None
    last_day: date | None = None
    whole_record_because: str = ""
    fundraising: bool | None = None
    emergency: bool = False
    emergency_need: str = ""
    insurer_contests: bool = False
    standard_transaction: bool = False
    excluded_answer: bool | None = None
    held: dict[str, str] = msgspec.field(default_factory=dict)
    answers: dict[str, bool] = msgspec.field(default_factory=dict)


class Restricted(msgspec.Struct, frozen=True, kw_only=True):
    """A restriction in force; or, with `held`, a request that holds a claim until it is answered."""

    record: str
    kind: str
    information: str
    recipients: tuple[str, ...]
    named: str = ""
    limit: str = "disclosure"
    codes: tuple[str, ...] = ()
    reveals: str = ""
    first_day: date | None = None
    last_day: date | None = None
    covers_until: date | None = None
    held: bool = False


class Against(msgspec.Struct, frozen=True, kw_only=True):
    """Why an authorization may not be relied on."""

    sentence: str
    citation: str
    record: str


class Paper(msgspec.Struct, frozen=True, kw_only=True):
    """The authorization that was named, and what stands against it at that instant."""

    record: str
    recipient: str
    description: str
    against: tuple[Against, ...] = ()


class Associate(msgspec.Struct, frozen=True, kw_only=True):
    """The business associate that was named."""

    record: str
    name: str
    in_force: bool


class Dispute(msgspec.Struct, frozen=True, kw_only=True):
    """A disputed record of which something must go along, and whether a summary may instead."""

    record: str
    item: str
    papers: tuple[str, ...] = ()
    summary: bool = False


class Stands(msgspec.Struct, frozen=True, kw_only=True):
    """An answer of another register: yes, no or ask, why, how far, and the record."""

    answer: str
    sentence: str
    citation: str
    part: str = ""
    record: str = ""


class Way(msgspec.Struct, frozen=True, kw_only=True):
    """How the patient asked to be reached."""

    record: str
    means: tuple[str, ...]
    address: str = ""
    email: str = ""
    telephone: str = ""
    never: str = ""
    only_about: str = ""


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """The notice in force that day; `describes` is None while nobody has said."""

    record: str
    fundraising: bool
    describes: tuple[str, ...] | None = None


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the decision rests on."""

    asked: Question
    restricted: tuple[Restricted, ...] = ()
    paper: Paper | None = None
    associate: Associate | None = None
    disputes: tuple[Dispute, ...] = ()
    objections: tuple[Stands, ...] = ()
    speaking: Stands | None = None
    way: Way | None = None
    notice: Notice | None = None
    no_fundraising: Stands | None = None


_ENCODER = msgspec.json.Encoder(order="deterministic")
_DECODER = msgspec.json.Decoder(Facts, strict=True)


def written(facts: Facts) -> str:
    """The facts as text to keep."""
    return _ENCODER.encode(facts).decode()


def read(text: str) -> Facts:
    """The facts as they were kept. Raises msgspec.ValidationError for what was not written so."""
    return _DECODER.decode(text)
