"""Patients are added and their identity kept up to date; the log keeps that it changed."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import uuid4

from django.db import IntegrityError, transaction

from audit import log
from audit.actors import Actor
from requests_app import events, questions, selectors
from requests_app.deadlines.calendars import latest_day
from requests_app.errors import BadInput, NotFound, NotNow, Problem
from requests_app.people import lookups
from requests_app.people import selectors as people
from requests_app.people.models import Patient, PatientIdentity, PatientLookup
from requests_app.permissions import Permission, may, require
from requests_app.practice.models import Site
from requests_app.questions import EXAMPLE_ID, day, text


@dataclass(frozen=True)
class PatientAnswers:
    """What identifies a patient, as the practice's own chart has it."""

    site: str = text(name="the site", question="Site", max_length=64, example=EXAMPLE_ID)
    record_number: str = text(
        name="the record number", question="Record number", max_length=40, example="MR-0002"
    )
    family_name: str = text(
        name="the family name", question="Family name", max_length=100, example="García López"
    )
    given_names: str = text(
        name="the given names", question="Given names", max_length=100, example="Ana"
    )
    birth_date: date = day(
        name="the date of birth",
        question="Date of birth",
        not_future=True,
        example=date(1990, 5, 6),
    )
    address: str | None = text(
        name="the address",
        question="Address",
        max_length=400,
        optional=True,
        example="3 Example Street, Sampletown, NC 00000",
    )
    email: str | None = text(
        name="the e-mail",
        question="E-mail",
        max_length=254,
        optional=True,
        example="ana.garcia@example.org",
    )
    telephone: str | None = text(
        name="the telephone",
        question="Telephone",
        max_length=40,
        optional=True,
        example="919-555-0150",
    )

    def problems(self) -> list[Problem]:
        return people.not_to_be_found_by(self)


def add(raw: object, *, actor: Actor, now: datetime) -> Patient:
    """Add a patient. The record number is the practice's own and stands once."""
    require(actor, Permission.MANAGE_PATIENTS)
    asked = questions.parse(PatientAnswers, raw, at="", today=latest_day(now))
    site = _site(asked.site)
    require(actor, Permission.MANAGE_PATIENTS, site=str(site.pk))
    with transaction.atomic():
        patient = Patient(id=uuid4(), site=site, identity=_identity(asked), created_at=now)
        patient.save(force_insert=True)
        _index(patient)
        _log(events.PATIENT_ADDED, patient, actor)
    return patient


def change(patient_id: str, raw: object, *, actor: Actor, now: datetime) -> Patient:
    """Put the identity as it is now; requests, letters and the ledger keep what they said then."""
    require(actor, Permission.MANAGE_PATIENTS)
    asked = questions.parse(PatientAnswers, raw, at="", today=latest_day(now))
    with transaction.atomic():
        patient = _locked(patient_id, actor)
        if str(patient.site_id) != asked.site:
            raise BadInput.one("/site", "A patient stays with the site that keeps the chart.")
        patient.identity = _identity(asked)
        patient.save()
        patient.lookups.all().delete()
        _index(patient)
        _log(events.PATIENT_CHANGED, patient, actor)
    return patient


def _identity(asked: PatientAnswers) -> PatientIdentity:
    return PatientIdentity(
        record_number=asked.record_number,
        family_name=asked.family_name,
        given_names=asked.given_names,
        birth_date=asked.birth_date,
        address=asked.address or "",
        email=asked.email or "",
        telephone=asked.telephone or "",
    )


def _index(patient: Patient) -> None:
    """Make the patient findable; the database refuses a record number that stands already."""
    try:
        with transaction.atomic():
            PatientLookup.objects.bulk_create(lookups.rows(patient))
    except IntegrityError:
        raise NotNow("There is already a patient with this record number.") from None


def _site(asked: str) -> Site:
    site = Site.objects.filter(pk=selectors.uuid_at(asked, at="/site")).first()
    if site is None:
        raise BadInput.one("/site", "Choose a site of the practice.")
    return site


def _locked(patient_id: str, actor: Actor) -> Patient:
    require(actor, Permission.MANAGE_PATIENTS)
    rows = Patient.objects.select_for_update()
    patient = selectors.one(rows.filter(pk=selectors.uuid_or_not_found(patient_id)))
    if not may(actor, Permission.MANAGE_PATIENTS, site=str(patient.site_id)):
        raise NotFound
    return patient


def _log(name: str, patient: Patient, actor: Actor) -> None:
    log.append(
        name, actor=actor, patient=str(patient.pk), obj=log.Obj("patient", str(patient.pk), None)
    )
