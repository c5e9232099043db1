"""One release to many patients' records at once: a line for each, known to belong together."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction

from audit.actors import Actor
from requests_app import questions
from requests_app.actions import disclosures
from requests_app.actions.disclosures import DisclosureAnswers
from requests_app.deadlines.calendars import latest_day
from requests_app.disclosures import register
from requests_app.disclosures.check import keep
from requests_app.disclosures.models import Disclosure
from requests_app.errors import BadInput
from requests_app.people.models import Patient
from requests_app.permissions import Permission, require
from requests_app.questions import EXAMPLE_ID, many, text

MOST = 1000


@dataclass(frozen=True)
class Whom:
    """One more patient."""

    patient: str = text(
        name="the patient", question="About whom?", max_length=64, example=EXAMPLE_ID
    )


@dataclass(frozen=True)
class ReleaseAnswers(DisclosureAnswers):
    """What one disclosure says, and about whom else the same went out."""

    others: tuple[Whom, ...] = many(
        Whom, name="the other patients", question="About whom else?", max_items=MOST
    )


def release(raw: object, *, actor: Actor, now: datetime) -> tuple[UUID, list[Disclosure]]:
    """Record what went out about several patients in one go: all of it or nothing.

    Raises BadInput, NotPermitted. Returns the release's id and its lines, in the order named.
    """
    require(actor, Permission.RECORD_DISCLOSURE)
    asked = questions.parse(ReleaseAnswers, raw, at="", today=latest_day(now))
    named = {"/patient": asked.patient} | {
        f"/others/{place}/patient": one.patient for place, one in enumerate(asked.others)
    }
    together = uuid4()
    with transaction.atomic():
        register.one_at_a_time()
        patients = {at: disclosures.patient_at(who, at, actor) for at, who in named.items()}
        _check_once(patients)
        lines = [
            disclosures.enter(asked, one, actor=actor, now=now, release=together)
            for one in patients.values()
        ]
        for line in lines:
            keep.beside(line, actor=actor, now=now)
    return together, lines


def _check_once(patients: dict[str, Patient]) -> None:
    seen: set[UUID] = set()
    for at, patient in patients.items():
        if patient.pk in seen:
            raise BadInput.one(at, "This patient is named twice. Name each one once.")
        seen.add(patient.pk)
