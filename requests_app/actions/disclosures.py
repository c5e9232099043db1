"""Disclosures enter the ledger, and are corrected by a new line. Nothing is overwritten."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from audit.actors import Actor
from requests_app import questions, selectors
from requests_app.deadlines.calendars import day_of, latest_day
from requests_app.disclosures import forms, register
from requests_app.disclosures.check import keep
from requests_app.disclosures.forms import ResearchAnswers, SeriesAnswers
from requests_app.disclosures.models import Disclosure, DisclosureFacts
from requests_app.disclosures.register import NewLine
from requests_app.disclosures.taxonomy import UnknownBasis, taxonomy
from requests_app.errors import BadInput, NotFound, NotNow, Problem
from requests_app.people.models import Patient
from requests_app.permissions import Permission, may, require
from requests_app.questions import EXAMPLE_ID, day, group, in_order, many, text, yes_no


@dataclass(frozen=True)
class Held:
    """One thing the basis asks to be kept, by its name in the taxonomy."""

    name: str = text(
        name="the name of the fact", question="What is it?", max_length=64, example="legal_basis"
    )
    value: str = text(
        name="the fact",
        question="What does it say?",
        max_length=1000,
        multiline=True,
        example="The state's reporting law",
    )


@dataclass(frozen=True)
class DisclosureAnswers:
    """What an accounting must be able to say, and what the basis asks beside it."""

    patient: str = text(
        name="the patient", question="About whom?", max_length=64, example=EXAMPLE_ID
    )
    basis: str | None = text(
        name="the basis",
        question="On which basis?",
        hint="Left open, it counts as accountable and asks to be classified.",
        max_length=16,
        optional=True,
        example="PH",
    )
    disclosed_on: date = day(name="the day", question="On which day?", not_future=True)
    disclosed_until: date | None = day(
        name="the last day", question="Until which day, if a range?", not_future=True, optional=True
    )
    recipient_name: str = text(
        name="who received it",
        question="Who received it?",
        max_length=200,
        example="Example County Health Department",
    )
    recipient_address: str | None = text(
        name="the recipient's address",
        question="Their address, if known",
        max_length=400,
        optional=True,
        example="4 Example Street, Sampletown, NC 00000",
    )
    description: str = text(
        name="what was disclosed", question="What was disclosed? A brief description",
        max_length=1000, multiline=True, example="One positive test result")  # fmt: skip
    purpose: str | None = text(
        name="the purpose",
        question="For what purpose?",
        max_length=1000,
        multiline=True,
        optional=True,
        example="Reporting of a notifiable disease",
    )
    request_copy: str | None = text(
        name="the copy of the request",
        question="Or: where is the copy of the written request kept?",
        max_length=200,
        optional=True,
        example="Folder 7, letter of March 3",
    )
    excluded_answer: bool | None = yes_no(
        name="the deciding question",
        question="The answer to the basis's deciding question, if it has one",
        optional=True,
        example=False,
    )
    held: tuple[Held, ...] | None = many(
        Held, name="what the basis asks to be kept", question="What else does the basis ask to keep?",
        optional=True,
    )  # fmt: skip
    series: SeriesAnswers | None = group(
        SeriesAnswers, name="the series", question="Was it the first of a series?", optional=True
    )
    research: ResearchAnswers | None = group(
        ResearchAnswers,
        name="the research",
        question="Was it research on fifty or more individuals?",
        optional=True,
    )


def record(raw: object, *, actor: Actor, now: datetime) -> Disclosure:
    """Record one disclosure, with what the check says of it beside it; that hinders nothing.

    Raises BadInput, NotPermitted; nothing is then stored.
    """
    require(actor, Permission.RECORD_DISCLOSURE)
    asked = questions.parse(DisclosureAnswers, raw, at="", today=latest_day(now))
    with transaction.atomic():
        patient = patient_at(asked.patient, "/patient", actor)
        row = enter(asked, patient, actor=actor, now=now)
        keep.beside(row, actor=actor, now=now)
        return row


def correct(disclosure_id: str, raw: object, *, actor: Actor, now: datetime) -> Disclosure:
    """Replace a line by a new one that points at it. A line is corrected once; then its correction is."""
    require(actor, Permission.RECORD_DISCLOSURE)
    asked = questions.parse(DisclosureAnswers, raw, at="", today=latest_day(now))
    with transaction.atomic():
        old = _old(disclosure_id, actor)
        patient = patient_at(asked.patient, "/patient", actor)
        if old.patient_id != patient.pk:
            raise BadInput.one("/patient", "A correction is about the same patient.")
        if Disclosure.objects.filter(corrects=old).exists():
            raise NotNow("This line has been corrected already. Correct the newer line.")
        row = enter(asked, patient, actor=actor, now=now, corrects=old)
        keep.beside(row, actor=actor, now=now)
        return row


def enter(
    asked: DisclosureAnswers,
    patient: Patient,
    *,
    actor: Actor,
    now: datetime,
    corrects: Disclosure | None = None,
    release: UUID | None = None,
) -> Disclosure:
    """One line from parsed answers, in the caller's transaction. Raises BadInput."""
    line = new_line(asked, patient, now=now, corrects=corrects, release=release)
    return register.enter_one(line, actor=actor, now=now)


def new_line(
    asked: DisclosureAnswers,
    patient: Patient,
    *,
    now: datetime,
    corrects: Disclosure | None = None,
    release: UUID | None = None,
) -> NewLine:
    """The line these answers make; BadInput for what no line can say."""
    problems = [
        *_days(asked, day_of(now, patient.site.time_zone)),
        *_basis(asked),
        *forms.problems(
            asked.series, asked.research, basis=asked.basis, until=asked.disclosed_until
        ),
    ]
    if problems:
        raise BadInput(problems)
    form, more = forms.form_of(asked.series, asked.research)
    return NewLine(
        patient=patient,
        facts=DisclosureFacts(
            recipient_name=asked.recipient_name,
            description=asked.description,
            purpose=asked.purpose or "",
            recipient_address=asked.recipient_address or "",
            request_copy=asked.request_copy or "",
            held={fact.name: fact.value for fact in asked.held or ()},
            excluded_answer=asked.excluded_answer,
        ),
        basis=asked.basis or "",
        on=asked.disclosed_on,
        until=asked.disclosed_until,
        corrects=corrects,
        form=form,
        more=more,
        release=release,
    )


def _days(asked: DisclosureAnswers, today: date) -> list[Problem]:
    problems = in_order(asked.disclosed_on, asked.disclosed_until, at="/disclosed_until")
    if max(asked.disclosed_on, asked.disclosed_until or asked.disclosed_on) > today:
        problems.append(Problem("/disclosed_on", "The day must be today or in the past."))
    return problems


def _basis(asked: DisclosureAnswers) -> list[Problem]:
    if asked.basis is None:
        return []
    try:
        basis = taxonomy().basis(asked.basis)
    except UnknownBasis:
        return [Problem("/basis", "Choose a basis from the list, or leave it open.")]
    known = {hold.field for hold in basis.must_hold}
    problems = [
        Problem(f"/held/{place}/name", "This basis does not ask for that.")
        for place, fact in enumerate(asked.held or ())
        if fact.name not in known
    ]
    if not (asked.purpose or asked.request_copy):
        problems.append(
            Problem(
                "/purpose", "Enter the purpose, or where the copy of the written request is kept."
            )
        )
    return problems


def patient_at(asked: str, at: str, actor: Actor) -> Patient:
    """The patient of that id at the pointer, of a site where the actor records disclosures."""
    return selectors.patient_named(
        asked, at=at, actor=actor, permission=Permission.RECORD_DISCLOSURE
    )


def _old(disclosure_id: str, actor: Actor) -> Disclosure:
    """The line to correct. Lines are never locked, since they never change: their patient is."""
    require(actor, Permission.RECORD_DISCLOSURE)
    rows = Disclosure.objects.filter(pk=selectors.uuid_or_not_found(disclosure_id))
    row = selectors.one(rows)
    if not may(actor, Permission.RECORD_DISCLOSURE, site=str(row.site_id)):
        raise NotFound
    Patient.objects.select_for_update(no_key=True).get(pk=row.patient_id)
    return row
