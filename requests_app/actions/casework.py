"""The office's own work beside a request: holds with an end, tasks for other departments.

Neither moves the request nor touches its clock; both are entries of the log.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import models, transaction

from audit import log
from audit.actors import Actor
from requests_app import events, questions, selectors
from requests_app.actions import door
from requests_app.casework.models import (
    DepartmentTask,
    Hold,
    HoldFacts,
    OutcomeFacts,
    TaskFacts,
    TaskOutcome,
)
from requests_app.complaints import watch
from requests_app.deadlines.calendars import day_of, end_of_day
from requests_app.errors import BadInput, NotNow
from requests_app.falling_due.office import plan_end_of_hold, plan_end_of_task
from requests_app.kinds.base import Kind
from requests_app.kinds.models import Request
from requests_app.permissions import Permission, require
from requests_app.questions import day, text

#: A hold is looked at again within a quarter of a year, whatever is waited for.
LONGEST = timedelta(days=92)


@dataclass(frozen=True)
class Place:
    """What is waited for, and until when at most."""

    reason: str = text(
        name="what is waited for",
        question="What is waited for?",
        hint="The due day stays as it is: nothing pauses it.",
        max_length=1000,
        multiline=True,
    )
    until: date = day(name="the last day", question="Until which day at most?",
                      example=date(2026, 3, 16))  # fmt: skip


@dataclass(frozen=True)
class Give:
    """Who is to do what, and by when."""

    department: str = text(name="the department", question="Which department?", max_length=100,
                           example="Billing")  # fmt: skip
    what: str = text(
        name="what is to be done", question="What is to be done?", max_length=2000, multiline=True
    )
    due_on: date = day(name="the due day", question="By which day?", example=date(2026, 3, 16))


@dataclass(frozen=True)
class Settle:
    """What came of it."""

    outcome: str = text(
        name="what came of it", question="What came of it?", max_length=2000, multiline=True
    )


def place_hold(reference: str, raw: object, *, actor: Actor, now: datetime) -> Hold:
    """Put a hold on a request, with its end. Raises NotFound, NotPermitted, BadInput."""
    with transaction.atomic():
        request = _locked(reference, actor=actor, now=now)
        zone = request.site.time_zone
        today = day_of(now, zone)
        asked = questions.parse(Place, raw, at="", today=today)
        if not today <= asked.until <= today + LONGEST:
            raise BadInput.one("/until", "Choose a day from today until three months from now.")
        row = Hold.objects.create(
            request_id=request.pk,
            facts=HoldFacts(asked.reason),
            in_force_from=now,
            lapses_at=end_of_day(asked.until, zone),
            recorded_by=actor.id,
            recorded_by_name=actor.name,
        )
        plan_end_of_hold(row)
        _log(events.HOLD_PLACED, request, row, actor, until=str(asked.until))
        thing, hit = log.Obj("hold", str(row.pk)), watch.Hit(request=request)
        watch.note_act("place_hold", thing, hit, actor=actor, now=now)
    return row


def lift_hold(pk: str, *, actor: Actor, now: datetime) -> Hold:
    """End a hold before its time."""
    with transaction.atomic():
        row = selectors.one(Hold.objects.filter(pk=selectors.uuid_or_not_found(pk)))
        request = _locked(_reference(row.request_id), actor=actor, now=now)
        row = Hold.objects.select_for_update().get(pk=row.pk)
        if row.in_force_until is not None or row.lapses_at <= now:
            raise NotNow("This hold has ended already.")
        row.in_force_until = now
        row.save(update_fields=["in_force_until"])
        _log(events.HOLD_LIFTED, request, row, actor)
    return row


def give_task(reference: str, raw: object, *, actor: Actor, now: datetime) -> DepartmentTask:
    """Ask another department for something, by a day of its own."""
    with transaction.atomic():
        request = _locked(reference, actor=actor, now=now)
        today = day_of(now, request.site.time_zone)
        asked = questions.parse(Give, raw, at="", today=today)
        if asked.due_on < today:
            raise BadInput.one("/due_on", "The due day must be today or later.")
        row = DepartmentTask.objects.create(
            request_id=request.pk,
            facts=TaskFacts(asked.department, asked.what),
            due_on=asked.due_on,
            given_by=actor.id,
            given_by_name=actor.name,
            given_at=now,
        )
        plan_end_of_task(row, zone=request.site.time_zone)
        _log(events.TASK_GIVEN, request, row, actor, due_on=str(asked.due_on))
    return row


def settle_task(pk: str, raw: object, *, actor: Actor, now: datetime) -> DepartmentTask:
    """Say what came of a task. Once."""
    with transaction.atomic():
        row = selectors.one(DepartmentTask.objects.filter(pk=selectors.uuid_or_not_found(pk)))
        request = _locked(_reference(row.request_id), actor=actor, now=now)
        asked = questions.parse(Settle, raw, at="", today=now.date())
        if TaskOutcome.objects.filter(task=row).exists():
            raise NotNow("This task has been settled already.")
        TaskOutcome.objects.create(
            task=row,
            facts=OutcomeFacts(asked.outcome),
            settled_by=actor.id,
            settled_by_name=actor.name,
            settled_at=now,
        )
        _log(events.TASK_SETTLED, request, row, actor)
    return row


def _locked(reference: str, *, actor: Actor, now: datetime) -> Kind:
    request = door.lock(reference, actor=actor, now=now)
    require(actor, Permission.WORK_REQUESTS, site=str(request.site_id))
    return request


def _reference(request: UUID) -> str:
    found: str = Request.objects.values_list("reference", flat=True).get(pk=request)
    return found


def _log(name: str, request: Kind, row: models.Model, actor: Actor, **after: str) -> None:
    log.append(
        name,
        actor=actor,
        patient=str(request.patient_id) if request.patient_id else None,
        request=request.reference,
        obj=log.Obj(row._meta.model_name or "", str(row.pk)),
        after=after or None,
    )
