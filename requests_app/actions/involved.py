"""People involved in a patient's care: put on record, ended, and asked about (164.510(b))."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import uuid4

from django.db import transaction

from audit import log
from audit.actors import Actor
from requests_app import events, questions, selectors
from requests_app.deadlines.calendars import end_of_day
from requests_app.errors import BadInput, NotNow, Problem
from requests_app.permissions import Permission, require
from requests_app.questions import EXAMPLE_ID, choice, day, text
from requests_app.questions.amounts import instant
from requests_app.standing import involved
from requests_app.standing.involved import Answer, Ground, MaySpeak, PersonInvolved
from requests_app.standing.people import InvolvedFacts, words


@dataclass(frozen=True)
class Involve:
    """Who, in what relation, on which ground, by whom, for which part, until when."""

    patient: str = text(
        name="the patient", question="Which patient?", max_length=64, example=EXAMPLE_ID
    )
    name: str = text(
        name="the name", question="Name of the person", max_length=200, example="Dora Demo"
    )
    relation: str = text(
        name="the relation",
        question="What is this person to the patient?",
        max_length=100,
        example="Daughter",
    )
    ground: Ground = choice(Ground, name="how it is known", question="How is it known?")
    by_whom: str | None = text(
        name="who said or judged it",
        question="Who said it, or whose judgment is it?",
        max_length=200,
        optional=True,
    )
    part: str | None = text(
        name="which part",
        question="Which part of the information, if not all that concerns this person's part in the "
        "care?",
        max_length=1000,
        multiline=True,
        optional=True,
    )
    expressed_at: datetime | None = instant(
        name="when it was said",
        question="When was it said, if not now?",
        example="2025-03-14T10:05:00-04:00",
        optional=True,
    )
    until: date | None = day(
        name="the last day", question="Until which day, if it ends?", optional=True,
        example=date(2035, 1, 31),
    )  # fmt: skip

    def problems(self) -> list[Problem]:
        """A judgment is somebody's; a name has letters."""
        found = []
        if self.ground == Ground.BEST_INTEREST and not self.by_whom:
            sentence = "Enter whose professional judgment it is (45 CFR 164.510(b)(3))."
            found.append(Problem("/by_whom", sentence))
        if not words(self.name):
            found.append(Problem("/name", "Enter the name in letters."))
        return found


@dataclass(frozen=True)
class MayI:
    """Whether this person may be spoken to."""

    patient: str = text(
        name="the patient", question="Which patient?", max_length=64, example=EXAMPLE_ID
    )
    name: str = text(
        name="the name", question="Whom do you want to speak to?", max_length=200,
        example="Dora Demo",
    )  # fmt: skip


def record(raw: object, *, actor: Actor, now: datetime) -> PersonInvolved:
    """Put one statement about one person on record, in force from when it was said."""
    asked = questions.parse(Involve, raw, at="", today=now.date())
    since = asked.expressed_at or now
    if since > now:
        raise BadInput.one("/expressed_at", "When it was said must be now or in the past.")
    with transaction.atomic():
        patient = selectors.patient_named(
            asked.patient, at="/patient", actor=actor, permission=Permission.FILE_FOR_OTHERS
        )
        lapses_at = end_of_day(asked.until, patient.site.time_zone) if asked.until else None
        if lapses_at is not None and lapses_at < since:
            raise BadInput.one("/until", "The last day must be on or after the day it was said.")
        row = PersonInvolved.objects.create(
            id=uuid4(),
            patient=patient,
            ground=asked.ground,
            facts=InvolvedFacts(
                asked.name, asked.relation, asked.part or "", asked.by_whom or actor.name
            ),
            in_force_from=since,
            lapses_at=lapses_at,
            recorded_by=actor.id,
            recorded_by_name=actor.name,
            recorded_at=now,
        )
        _log(events.INVOLVED_RECORDED, row, actor)
    return row


def end(pk: str, *, actor: Actor, now: datetime) -> PersonInvolved:
    """End one statement. It stays on record for the time it was in force."""
    found = selectors.uuid_or_not_found(pk)
    require(actor, Permission.FILE_FOR_OTHERS)
    with transaction.atomic():
        rows = PersonInvolved.objects.select_for_update(of=("self",)).select_related("patient")
        row = selectors.one(rows.filter(pk=found))
        selectors.patient_named(
            str(row.patient_id), at="", actor=actor, permission=Permission.FILE_FOR_OTHERS
        )
        if row.in_force_until is not None:
            raise NotNow("This has been ended already.")
        if row.ground == Ground.OBJECTED:
            raise NotNow(
                "An objection ends when the patient no longer objects: record what the patient says "
                "now.",
                citation="45 CFR 164.510(b)(2)",
            )
        row.in_force_until = now
        row.save(update_fields=["in_force_until"])
        _log(events.INVOLVED_ENDED, row, actor)
    return row


def may_i_speak(raw: object, *, actor: Actor, now: datetime) -> MaySpeak:
    """Answer "may I speak to this person?", and keep that it was asked and what was answered."""
    asked = questions.parse(MayI, raw, at="", today=now.date())
    with transaction.atomic():
        patient = selectors.patient_named(
            asked.patient, at="/patient", actor=actor, permission=Permission.ASK_CHECK
        )
        answer = involved.may_speak(patient, asked.name, at=now)
        log.append(
            events.INVOLVED_ASKED,
            actor=actor,
            patient=str(patient.pk),
            recipient=asked.name,
            outcome="success" if answer.answer == Answer.YES else "refused",
            reason=answer.sentence,
            extra={"answer": answer.answer.value, "because": str(answer.because or "")},
        )
    return answer


def _log(name: str, row: PersonInvolved, actor: Actor) -> None:
    log.append(
        name,
        actor=actor,
        patient=str(row.patient_id),
        obj=log.Obj("person_involved", str(row.pk), None),
        after={"ground": row.ground},
    )
