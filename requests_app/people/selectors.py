"""Questions asked of the patients by staff: who is found, and whom the asker may see."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from audit.actors import Actor
from requests_app import selectors
from requests_app.errors import BadInput, Problem
from requests_app.people import folding, lookups
from requests_app.people.models import Patient, Representative
from requests_app.permissions import Permission, may, require, sites_for
from requests_app.questions import day, text


@dataclass(frozen=True)
class FindPatients:
    """What is known of the person; every fact given must fit."""

    record_number: str | None = text(
        name="the record number",
        question="Record number",
        max_length=40,
        optional=True,
        example="MR-0001",
    )
    family_name: str | None = text(
        name="the family name",
        question="Family name",
        hint="With or without accents; one of two family names is enough.",
        max_length=100,
        optional=True,
        example="Demo",
    )
    birth_date: date | None = day(
        name="the date of birth",
        question="Date of birth, beside the family name",
        not_future=True,
        optional=True,
        example=date(1980, 2, 29),
    )
    telephone: str | None = text(
        name="the telephone",
        question="Telephone",
        max_length=40,
        optional=True,
        example="919-555-0142",
    )
    email: str | None = text(
        name="the e-mail",
        question="E-mail",
        max_length=254,
        optional=True,
        example="patricia.demo@example.org",
    )

    def problems(self) -> list[Problem]:
        if not (self.record_number or self.family_name or self.telephone or self.email):
            sentence = "Enter a record number, a family name, a telephone or an e-mail."
            return [Problem("/record_number", sentence)]
        return not_to_be_found_by(self)


_FOLDED: dict[str, Callable[[str], object]] = {
    "record_number": folding.fold_record_number,
    "family_name": folding.fold_family,
    "telephone": folding.fold_phone,
    "email": folding.fold_email,
}


def not_to_be_found_by(answers: Any) -> list[Problem]:
    """The answers of which nothing is left that a patient could be found by."""
    problems = []
    for name, fold in _FOLDED.items():
        try:
            fold(getattr(answers, name) or "a1@b")
        except BadInput as nothing:
            problems += [Problem(f"/{name}", fault.sentence) for fault in nothing.problems]
    return problems


def visible(
    actor: Actor, *, permission: Permission = Permission.READ_PATIENTS
) -> QuerySet[Patient]:
    """The patients of the sites the actor may read. NotPermitted when there are none such."""
    require(actor, permission)
    sites = sites_for(actor, permission)
    rows = Patient.objects.all()
    return rows if sites is None else rows.filter(site_id__in=sites)


def one(
    patient_id: str, *, actor: Actor, permission: Permission = Permission.READ_PATIENTS
) -> Patient:
    """One patient with whom the actor may do this, or NotFound."""
    rows = visible(actor, permission=permission)
    return selectors.one(rows.filter(pk=selectors.uuid_or_not_found(patient_id)))


def find(asked: FindPatients, *, actor: Actor) -> list[Patient]:
    """The patients who fit every fact given, at the actor's sites."""
    search = lookups.Search(
        record_number=asked.record_number,
        family_name=asked.family_name,
        birth_date=asked.birth_date,
        telephone=asked.telephone,
        email=asked.email,
    )
    return selectors.find_patients(search, actor=actor)


def representatives(patient: Patient) -> QuerySet[Representative]:
    """Everybody recognised or refused as the patient's representative, newest first."""
    return patient.representatives.order_by("-decided_at", "-id")


def reads_grounds(actor: Actor, patient: Patient) -> bool:
    """Whether the actor is told on what ground and facts somebody is not treated as representative.

    Whoever takes requests at the desk needs to know that it is so, and not what is believed.
    """
    asked = (Permission.WORK_REQUESTS, Permission.DECIDE)
    return any(may(actor, one, site=str(patient.site_id)) for one in asked)
