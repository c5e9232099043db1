"""What ends in the office by itself: a hold, another department's time, an agency's statement.

None of them decides anything: whoever works on the request is told to look at it again.
"""

from datetime import datetime, timedelta
from typing import cast
from uuid import UUID

from requests_app import events
from requests_app.casework.models import DepartmentTask, Hold, TaskOutcome
from requests_app.deadlines.calendars import end_of_day, start_of_day
from requests_app.disclosures import issue, suspensions
from requests_app.disclosures.suspensions import Suspension
from requests_app.falling_due.models import FallsDue
from requests_app.falling_due.registry import Matter, plan, register
from requests_app.kinds.base import Kind
from requests_app.kinds.models import Request
from requests_app.outbox import Audience, Topic, tell
from requests_app.people import charts


def _hold_ends(row: FallsDue, now: datetime) -> str:
    """Unless it was lifted before."""
    hold = Hold.objects.get(pk=row.subject)
    if hold.in_force_until is not None:
        return "lifted"
    return _told(hold.request_id, now)


def _task_is_late(row: FallsDue, now: datetime) -> str:
    """Unless the department has answered."""
    if TaskOutcome.objects.filter(task_id=row.subject).exists():
        return "settled"
    return _told(DepartmentTask.objects.get(pk=row.subject).request_id, now)


def _suspension_lapses(row: FallsDue, now: datetime) -> str:
    """164.528(a)(2): what was left out of an accounting while it held is owed as a supplement."""
    statement = Suspension.objects.get(pk=row.subject)
    person = charts.same_person(statement.patient_id, at=now)
    owed = 0
    for given in suspensions.accountings_waiting():
        request = cast(Kind, given.request)
        if request.patient_id in person and issue.owed(given, request, now=now) is not None:
            _told(request.pk, now)
            owed += 1
    return "told" if owed else "nothing"


def _told(request: UUID, now: datetime) -> str:
    tell(Request.objects.get(pk=request), (Topic.ENDED, Audience.OFFICE), now=now)
    return "told"


HOLD_ENDS = Matter("hold_ends", act=_hold_ends, event=events.HOLD_RAN_OUT)
TASK_LATE = Matter("task_late", act=_task_is_late, event=events.TASK_RAN_OUT)
SUSPENSION_LAPSES = Matter(
    "suspension_lapses", act=_suspension_lapses, event=events.SUSPENSION_LAPSED
)
register(HOLD_ENDS, TASK_LATE, SUSPENSION_LAPSES)


def plan_end_of_hold(hold: Hold) -> None:
    """In the transaction that places it."""
    plan(HOLD_ENDS, subject=hold.pk, at=hold.lapses_at)


def plan_end_of_task(task: DepartmentTask, *, zone: str) -> None:
    """In the transaction that gives it: late is what is not settled by the end of its day there."""
    plan(TASK_LATE, subject=task.pk, at=end_of_day(task.due_on, zone))


def plan_lapse(statement: Suspension) -> None:
    """In the transaction that records an applied statement: its last day ends at the site."""
    if statement.applied:
        zone = statement.patient.site.time_zone
        # A moment into the day after: on the last day itself nothing is owed yet.
        after = start_of_day(statement.last_on + timedelta(days=1), zone)
        plan(SUSPENSION_LAPSES, subject=statement.pk, at=after)
