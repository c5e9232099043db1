"""Amendments that other covered entities tell us of: our own record is amended too (164.526(e))."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import uuid4

from django.db import transaction

from audit import log
from audit.actors import Actor
from requests_app import events, questions, selectors
from requests_app.deadlines.calendars import day_of, latest_day
from requests_app.errors import BadInput, NotFound
from requests_app.permissions import Permission, may, require
from requests_app.questions import EXAMPLE_ID, day, many, text
from requests_app.standing.amendment_links import AmendmentLink, LinkFacts, Outcome
from requests_app.standing.amendment_notices import IncomingNotice, NoticeFacts


@dataclass(frozen=True)
class NoticeAnswers:
    """The notice as it came in."""

    patient: str = text(
        name="the patient", question="About whom?", max_length=64, example=EXAMPLE_ID
    )
    sender: str = text(name="who sent it", question="Who tells us?", max_length=200)
    contact: str | None = text(
        name="how to reach them", question="How can they be reached?", max_length=400, optional=True
    )
    amended: str = text(
        name="what was amended",
        question="What have they amended, and how does it read now?",
        max_length=4000,
        multiline=True,
    )
    received_on: date = day(name="the day", question="On which day did it come?", not_future=True)


@dataclass(frozen=True)
class AmendedRecord:
    """One record of ours that now carries the amendment."""

    record: str = text(
        name="the record", question="Which record? Name it as the practice does", max_length=500
    )
    where: str = text(
        name="where", question="How and where does the record carry it?", max_length=400
    )


@dataclass(frozen=True)
class LinkNotice:
    """Every record of ours that the notice is about."""

    records: tuple[AmendedRecord, ...] = many(
        AmendedRecord, name="the records", question="Which records carry the amendment now?"
    )


def receive_notice(raw: object, *, actor: Actor, now: datetime) -> IncomingNotice:
    """Record a notice; it waits until records are linked to it. Raises BadInput, NotPermitted."""
    asked = questions.parse(NoticeAnswers, raw, at="", today=latest_day(now))
    with transaction.atomic():
        patient = selectors.patient_named(
            asked.patient, at="/patient", actor=actor, permission=Permission.WORK_REQUESTS
        )
        if asked.received_on > day_of(now, patient.site.time_zone):
            raise BadInput.one("/received_on", "The day must be today or in the past.")
        notice = IncomingNotice(id=uuid4(), patient=patient, received_on=asked.received_on)
        notice.facts = NoticeFacts(asked.sender, asked.contact or "", asked.amended)
        notice.recorded_by, notice.recorded_at = actor.id, now
        notice.save(force_insert=True)
        _log(events.AMENDMENT_NOTICE_RECEIVED, notice, actor, {"on": str(asked.received_on)})
    return notice


def link_notice(notice_id: str, raw: object, *, actor: Actor, now: datetime) -> list[AmendmentLink]:
    """Amend our own records after a notice: append or link, never erase. Adds to what is linked."""
    asked = questions.parse(LinkNotice, raw, at="", today=latest_day(now))
    with transaction.atomic():
        notice = _notice(notice_id, actor)
        amended = [
            AmendmentLink.objects.create(
                patient_id=notice.patient_id,
                notice=notice,
                version=0,
                outcome=Outcome.AMENDED,
                facts=LinkFacts(record.record, notice.facts.amended, record.where),
                made_by=actor.id,
                in_force_from=now,
            )
            for record in asked.records
        ]
        _log(events.AMENDMENT_NOTICE_LINKED, notice, actor, {"records": len(amended)})
    return amended


def _notice(notice_id: str, actor: Actor) -> IncomingNotice:
    require(actor, Permission.WORK_REQUESTS)
    rows = IncomingNotice.objects.filter(pk=selectors.uuid_or_not_found(notice_id))
    notice = selectors.one(rows.select_related("patient"))
    if not may(actor, Permission.WORK_REQUESTS, site=str(notice.patient.site_id)):
        raise NotFound
    return notice


def _log(name: str, notice: IncomingNotice, actor: Actor, after: dict[str, object]) -> None:
    log.append(
        name,
        actor=actor,
        patient=str(notice.patient_id),
        obj=log.Obj("amendment_notice", str(notice.pk), None),
        after=after,
    )
