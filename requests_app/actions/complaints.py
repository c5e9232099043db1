"""What is done about a complaint beside its moves: on record, and never told to who complained."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from audit import log
from audit.actors import Actor
from requests_app import events, questions, selectors
from requests_app.actions import door
from requests_app.complaints import routing
from requests_app.complaints.models import (
    AdverseAfterComplaint,
    ComplaintMeasure,
    Measure,
    MeasureFacts,
)
from requests_app.deadlines.calendars import day_of
from requests_app.errors import NotFound, NotPermitted
from requests_app.kinds.base import Kind
from requests_app.permissions import SENTENCES, Permission, may
from requests_app.questions import choice, day, text


@dataclass(frozen=True)
class Taken:
    """One measure."""

    measure: Measure = choice(Measure, name="the measure", question="What was done?")
    what: str = text(
        name="what was done",
        question="Describe it",
        hint="Whoever complained does not read this.",
        max_length=4000,
        multiline=True,
    )
    taken_on: date = day(name="the day", question="On which day?", not_future=True)


@dataclass(frozen=True)
class FollowUp:
    """What was done about a complaint, and what went against whoever complained since."""

    measures: tuple[ComplaintMeasure, ...]
    adverse: tuple[AdverseAfterComplaint, ...]


def record_measure(reference: str, raw: object, *, actor: Actor, now: datetime) -> ComplaintMeasure:
    """Put a measure on record. Raises NotFound, NotPermitted, BadInput; nothing is then stored."""
    with transaction.atomic():
        request = _complaint(door.lock(reference, actor=actor, now=now))
        _require(request, actor, Permission.DECIDE, now=now)
        given = questions.parse(Taken, raw, at="", today=day_of(now, request.site.time_zone))
        row = ComplaintMeasure.objects.create(
            request_id=request.pk,
            measure=given.measure,
            facts=MeasureFacts(given.what),
            taken_on=given.taken_on,
            recorded_by=actor.id,
            recorded_by_name=actor.name,
            recorded_at=now,
        )
        log.append(
            events.COMPLAINT_MEASURE,
            actor=actor,
            patient=str(request.patient_id) if request.patient_id else None,
            request=request.reference,
            obj=log.Obj("complaint_measure", str(row.pk), None),
            extra={"measure": row.measure},
        )
    return row


def follow_up(reference: str, *, actor: Actor, now: datetime) -> FollowUp:
    """For whoever decides on the complaint, and for auditors: 164.530(d)-(g) ask for all of it."""
    called = selectors.reference_or_not_found(reference)
    rows = selectors.visible_requests(actor, now=now).filter(reference=called)
    found = selectors.one(rows.select_related("site"))
    assert isinstance(found, Kind)
    request = _complaint(found)
    if not may(actor, Permission.READ_LOG):
        _require(request, actor, Permission.DECIDE, now=now)
    return FollowUp(
        tuple(ComplaintMeasure.objects.filter(request_id=request.pk).order_by("recorded_at", "id")),
        tuple(
            AdverseAfterComplaint.objects.filter(complaint_id=request.pk)
            .select_related("request")
            .order_by("at", "id")
        ),
    )


def _complaint(request: Kind) -> Kind:
    if request.kind != "complaint":
        raise NotFound
    return request


def _require(request: Kind, actor: Actor, permission: Permission, *, now: datetime) -> None:
    if may(actor, permission, site=str(request.site_id)):
        return
    if not routing.handles(request, actor, on=day_of(now, request.site.time_zone)):
        raise NotPermitted(SENTENCES[permission])
