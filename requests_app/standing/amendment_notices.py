"""Who is told of an amendment, with proof; and what others tell us (164.526(c)(3), (e)).

Told are the persons the individual names, and those known to hold the old text who have relied or
could rely on it to the individual's detriment, business associates among them.  The individual is
asked before the second are told.  Who is refused although they relied goes to the officer.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from audit.fields import SealedRecord
from requests_app.disclosures.models import Disclosure
from requests_app.kinds.models import Request
from requests_app.people.models import Patient
from requests_app.practice.models import BusinessAssociate


@dataclass(frozen=True, slots=True)
class NoticeFacts:
    """What another covered entity tells us of an amendment it has made."""

    sender: str
    contact: str
    amended: str


class IncomingNotice(models.Model):
    """Another entity's notice of an amendment: our own record is amended too (e). Append-only.

    It waits until records are linked to it (`waiting_notices`).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    facts = SealedRecord(NoticeFacts, name="standing.incoming_notice", version=1)
    received_on = models.DateField()
    recorded_by = models.CharField(max_length=64)
    recorded_at = models.DateTimeField()


class Why(models.TextChoices):
    """Why a person is to be told."""

    NAMED = "named", _("Named by the individual")
    RELIED = "relied", _("Known to hold the old text and able to rely on it")
    ASSOCIATE = "associate", _("A business associate that holds the old text")


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """Who it is, how to reach them, and what shows that they rely on the old text."""

    name: str
    contact: str = ""
    relied: str = ""


class PersonToTell(models.Model):
    """Somebody an amendment concerns, numbered within the request. Append-only."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="persons_to_tell")
    number = models.PositiveSmallIntegerField()
    why = models.CharField(max_length=9, choices=Why.choices)
    disclosure = models.ForeignKey(
        Disclosure, null=True, on_delete=models.PROTECT, related_name="+"
    )
    associate = models.ForeignKey(
        BusinessAssociate, null=True, on_delete=models.PROTECT, related_name="+"
    )
    facts = SealedRecord(PersonFacts, name="standing.person_to_tell", version=1)
    added_by = models.CharField(max_length=64)
    added_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["request", "number"], name="person_to_tell_numbered")
        ]


class StepKind(models.TextChoices):
    """What happens about a person to be told."""

    AGREED = "agreed", _("The individual agrees")
    REFUSED = "refused", _("The individual refuses")
    SETTLED_TELL = "settled_tell", _("The officer decided to tell")
    SETTLED_LEAVE = "settled_leave", _("The officer decided not to tell")
    TRIED = "tried", _("Tried, not reached")
    TOLD = "told", _("Told")


@dataclass(frozen=True, slots=True)
class StepFacts:
    """The proof of a notice, or the reasons of the officer."""

    words: str = ""


class TellingStep(models.Model):
    """One step about one person: agreement, decision, attempt, proof. Append-only."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(PersonToTell, on_delete=models.PROTECT, related_name="steps")
    version = models.PositiveIntegerField(help_text="The request's.")
    what = models.CharField(max_length=13, choices=StepKind.choices)
    how = models.CharField(max_length=16, blank=True)
    on = models.DateField()
    facts = SealedRecord(StepFacts, name="standing.telling_step", version=1)
    made_by = models.CharField(max_length=64)
    made_at = models.DateTimeField()


class Stand(StrEnum):
    """Where the matter of one person stands."""

    UNASKED = "unasked"  # relied on the old text; the individual has not said yes or no
    CONFLICT = "conflict"  # relied on the old text; the individual said no
    TO_TELL = "to_tell"
    TOLD = "told"
    LEFT = "left"  # the officer decided not to tell


#: What each step makes of the matter; an attempt that failed leaves it as it was.
_AFTER = {
    StepKind.AGREED: Stand.TO_TELL,
    StepKind.REFUSED: Stand.CONFLICT,
    StepKind.SETTLED_TELL: Stand.TO_TELL,
    StepKind.SETTLED_LEAVE: Stand.LEFT,
    StepKind.TOLD: Stand.TOLD,
}
#: Stands on which something is still owed.
OPEN = frozenset({Stand.UNASKED, Stand.CONFLICT, Stand.TO_TELL})


@dataclass(frozen=True)
class Matter:
    """One person, where the matter stands, and whether reaching them has been tried in vain."""

    person: PersonToTell
    stand: Stand
    tried: bool


def stand(why: str, steps: Iterable[str]) -> Stand:
    """Where the matter stands after these steps, in order."""
    now = Stand.UNASKED if why == Why.RELIED else Stand.TO_TELL
    for step in steps:
        now = _AFTER.get(StepKind(step), now)
    return now


def matters(request: Request) -> list[Matter]:
    """Everybody this request's amendment concerns, by number."""
    taken: dict[UUID, list[str]] = {}
    steps = TellingStep.objects.filter(person__request_id=request.pk).order_by("version", "made_at")
    for person, what in steps.values_list("person_id", "what"):
        taken.setdefault(person, []).append(what)
    return [
        _matter(person, taken.get(person.pk, []))
        for person in PersonToTell.objects.filter(request_id=request.pk).order_by("number")
    ]


def _matter(person: PersonToTell, steps: list[str]) -> Matter:
    return Matter(person, stand(person.why, steps), StepKind.TRIED in steps)


def conflicts(request: Request) -> list[Matter]:
    """Those the individual does not want told although they rely on the old text: the officer's."""
    return [matter for matter in matters(request) if matter.stand == Stand.CONFLICT]


@dataclass(frozen=True)
class Recipient:
    """Somebody who was given information of this patient, as the ledger has it."""

    disclosure: str
    name: str
    address: str
    what: str
    last_on: date


def recipients(patient: UUID) -> list[Recipient]:
    """Whom the ledger proposes to be told: each recipient once, with the latest line, newest first.

    Lines that were corrected and what went to the individual are left out.  The ledger describes
    what went out in words, so which of them hold the amended record is for a person to say.
    """
    rows = Disclosure.objects.filter(patient_id=patient, corrected_by__isnull=True)
    found: dict[str, Recipient] = {}
    for row in rows.exclude(basis="IND").order_by("-disclosed_on", "-seq"):
        facts = row.facts
        found.setdefault(
            facts.recipient_name.casefold(),
            Recipient(
                disclosure=str(row.pk),
                name=facts.recipient_name,
                address=facts.recipient_address,
                what=facts.description,
                last_on=row.disclosed_until or row.disclosed_on,
            ),
        )
    return list(found.values())


def not_told() -> list[Matter]:
    """Everybody, in all requests, about whom something is still owed; closed requests included."""
    done = TellingStep.objects.filter(what__in=(StepKind.TOLD, StepKind.SETTLED_LEAVE))
    rows = PersonToTell.objects.exclude(pk__in=done.values("person_id")).select_related("request")
    requests = {row.request_id: row.request for row in rows}
    return [m for request in requests.values() for m in matters(request) if m.stand in OPEN]


def waiting_notices() -> models.QuerySet[IncomingNotice]:
    """Notices of others from which nothing has been amended here yet, oldest first."""
    return IncomingNotice.objects.filter(links__isnull=True).order_by("received_on", "recorded_at")
