"""An agency says that an accounting would impede its work: kept, applied, or put to the officer.

45 CFR 164.528(a)(2).  What cannot be applied is never guessed at: it becomes a question.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from django.db import transaction

from audit import log
from audit.actors import Actor
from requests_app import events, questions, selectors
from requests_app.deadlines.calendars import day_of, latest_day, months_on
from requests_app.disclosures import holding, ledger
from requests_app.disclosures.accounting import LedgerLine
from requests_app.disclosures.holding import Authority, Form, Hold
from requests_app.disclosures.suspensions import (
    AnswerFacts,
    Doubt,
    StatementFacts,
    Suspension,
    SuspensionAnswer,
    open_questions,
)
from requests_app.disclosures.taxonomy import taxonomy
from requests_app.errors import BadInput, NotNow, Problem
from requests_app.falling_due.office import plan_lapse
from requests_app.people import charts
from requests_app.people.folding import fold_words
from requests_app.people.models import Patient
from requests_app.permissions import Permission, require
from requests_app.questions import EXAMPLE_ID, choice, day, many, text, yes_no
from requests_app.questions.amounts import whole


@dataclass(frozen=True)
class Named:
    """One line of the ledger."""

    disclosure: str = text(
        name="the disclosure", question="Which disclosure?", max_length=64, example=EXAMPLE_ID
    )


@dataclass(frozen=True)
class Statement:
    """What an agency or official said."""

    patient: str = text(
        name="the patient", question="About whom?", max_length=64, example=EXAMPLE_ID
    )
    authority: Authority = choice(Authority, name="who speaks", question="Who speaks?")
    form: Form = choice(Form, name="the form", question="Was it said in writing or by mouth?")
    agency: str = text(
        name="the agency",
        question="Which agency, named as in the disclosure log?",
        max_length=200,
        example="Example Police Department",
    )
    official: str = text(
        name="the official",
        question="Who speaks for it? Name and title",
        max_length=200,
        example="Detective Dan Example",
    )
    identity: str = text(
        name="how you know who it is",
        question="How do you know who it is?",
        max_length=400,
        example="Called back through the agency's switchboard",
    )
    words: str = text(
        name="what was said",
        question="What was said, or where is the letter?",
        max_length=2000,
        multiline=True,
        example="An accounting would impede an open investigation",
    )
    would_impede: bool = yes_no(
        name="whether it would impede",
        question="Does it say that an accounting would be reasonably likely to impede its work?",
    )
    stated_on: date = day(
        name="the day of the statement",
        question="On which day was it said, or did the letter arrive?",
        not_future=True,
    )
    until: date | None = day(
        name="the last day",
        question="Through which day is nothing to be told?",
        hint="Or say for how many months. By word of mouth it lasts thirty days at most.",
        optional=True,
        example=date(2026, 9, 1),
    )
    months: int | None = whole(
        name="the months",
        question="Or: for how many months?",
        least=1,
        most=120,
        optional=True,
    )
    disclosures: tuple[Named, ...] | None = many(
        Named,
        name="the disclosures",
        question="Which disclosures does it name, if any?",
        hint="Those to an agency of that name are found without being named.",
        max_items=100,
        optional=True,
    )
    confirmed: bool | None = yes_no(
        name="whether the named disclosures went to it",
        question="Did the disclosures named go to this agency, where their basis leaves that open?",
        optional=True,
        example=False,
    )

    def problems(self) -> Iterable[Problem]:
        """Combinations that cannot be carried out."""
        if self.until and self.months:
            yield Problem("/months", "Enter the last day or the months, not both.")
        if self.form is Form.WRITTEN and not (self.until or self.months):
            yield Problem("/until", "A written statement says for how long. Enter the last day.")
        if self.until and self.until < self.stated_on:
            yield Problem("/until", "The last day must be on or after the day it was said.")


@dataclass(frozen=True)
class Answer:
    """What the privacy officer makes of a statement in doubt."""

    words: str = text(
        name="the answer",
        question="What was decided, and what was the agency told?",
        max_length=2000,
        multiline=True,
        example="The law lets this agency hold nothing back; it was told so by letter.",
    )


def record(raw: object, *, actor: Actor, now: datetime) -> Suspension:
    """Keep a statement. It holds back from that day what it can; the rest is put to the officer.

    Raises BadInput, NotPermitted; nothing is then stored.
    """
    require(actor, Permission.RECORD_DISCLOSURE)
    said = questions.parse(Statement, raw, at="", today=latest_day(now))
    with transaction.atomic():
        patient = selectors.patient_named(
            said.patient, at="/patient", actor=actor, permission=Permission.RECORD_DISCLOSURE
        )
        if said.stated_on > day_of(now, patient.site.time_zone):
            raise BadInput.one("/stated_on", "The day must be today or in the past.")
        doubt, entries = _judged(said, patient, now)
        return _keep(said, patient, doubt, entries, actor=actor, now=now)


def answer(suspension_id: str, raw: object, *, actor: Actor, now: datetime) -> SuspensionAnswer:
    """The officer's answer to what a statement left in doubt. NotNow when nothing is, or was answered."""
    require(actor, Permission.DECIDE)
    given = questions.parse(Answer, raw, at="", today=latest_day(now))
    with transaction.atomic():
        row = selectors.one(
            Suspension.objects.filter(pk=selectors.uuid_or_not_found(suspension_id))
        )
        require(actor, Permission.DECIDE, site=str(row.site_id))
        Patient.objects.select_for_update(no_key=True).get(pk=row.patient_id)
        if not open_questions().filter(pk=row.pk).exists():
            raise NotNow("This statement leaves nothing to answer.")
        made = SuspensionAnswer.objects.create(
            suspension=row,
            facts=AnswerFacts(given.words),
            answered_by=actor.id,
            answered_by_name=actor.name,
            answered_at=now,
        )
        _log(events.SUSPENSION_ANSWERED, row.pk, row.patient_id, actor)
    return made


def _judged(said: Statement, patient: Patient, now: datetime) -> tuple[Doubt, list[str]]:
    """What is in doubt, and the ids of the lines it names."""
    lines = {line.id: line for line in ledger.lines_of(charts.same_person(patient.pk, at=now))}
    named = [
        _line(lines, one.disclosure, at=f"/disclosures/{place}/disclosure")
        for place, one in enumerate(said.disclosures or ())
    ]
    entries = [line.id for line in named]
    if not said.would_impede:
        return Doubt.NOT_SAID, entries
    if said.authority is Authority.OTHER:
        return Doubt.OTHER_BASIS, entries
    about = _about(said, lines.values(), entries)
    reached = [line for line in about if _reached(said, line, lines, entries, now)]
    if about and not reached:
        return Doubt.OTHER_BASIS, entries
    return (Doubt.SOME_OTHER_BASIS if len(reached) < len(about) else Doubt.NONE), entries


def _line(lines: dict[str, LedgerLine], asked: str, *, at: str) -> LedgerLine:
    found = lines.get(str(selectors.uuid_at(asked, at=at)))
    if found is None:
        raise BadInput.one(at, "This patient has no disclosure under that id.")
    return found


def _about(said: Statement, lines: Iterable[LedgerLine], entries: list[str]) -> list[LedgerLine]:
    """The lines the statement can mean: those it names, or else those to an agency of that name."""
    agency = fold_words(said.agency)
    return [
        line
        for line in lines
        if (line.id in entries if entries else holding.same_agency(agency, line.recipient_name))
    ]


def _reached(
    said: Statement,
    line: LedgerLine,
    lines: dict[str, LedgerLine],
    entries: list[str],
    now: datetime,
) -> bool:
    corrects = {one.id: one.corrects for one in lines.values() if one.corrects}
    return holding.reaches(
        _hold(said, entries, now),
        ids=holding.chain(line.id, corrects),
        recipient=line.recipient_name,
        basis=taxonomy().basis(line.basis) if line.basis else None,
    )


def _hold(said: Statement, entries: list[str], now: datetime) -> Hold:
    return Hold(
        authority=said.authority,
        first=said.stated_on,
        last=_last_day(said),
        recorded_at=now,
        agency=fold_words(said.agency),
        entries=frozenset(entries),
        confirmed=bool(said.confirmed),
    )


def _last_day(said: Statement) -> date:
    until = said.until
    if said.months:
        until = months_on(said.stated_on, said.months) - timedelta(days=1)
    return holding.last_day(said.form, said.stated_on, until)


def _keep(
    said: Statement,
    patient: Patient,
    doubt: Doubt,
    entries: list[str],
    *,
    actor: Actor,
    now: datetime,
) -> Suspension:
    row = Suspension(id=uuid4(), patient=patient, site_id=patient.site_id)
    row.authority, row.form, row.doubt = said.authority, said.form, doubt
    row.stated_on, row.last_on = said.stated_on, _last_day(said)
    row.entries, row.confirmed = entries, bool(said.confirmed)
    row.applied = doubt in (Doubt.NONE, Doubt.SOME_OTHER_BASIS)
    row.facts = StatementFacts(said.agency, said.official, said.identity, said.words)
    row.recorded_by, row.recorded_by_name, row.recorded_at = actor.id, actor.name, now
    row.audit_eid = _log(
        events.SUSPENSION_RECORDED,
        row.pk,
        patient.pk,
        actor,
        authority=row.authority,
        form=row.form,
        stated_on=str(row.stated_on),
        last_on=str(row.last_on),
        applied=row.applied,
    )
    row.save(force_insert=True)
    plan_lapse(row)
    return row


def _log(name: str, pk: UUID, patient: UUID, actor: Actor, **after: str | bool) -> UUID:
    return log.append(
        name,
        actor=actor,
        patient=str(patient),
        obj=log.Obj("suspension", str(pk), None),
        after=after or None,
    )
