"""Once a day, what waits: counts for the privacy official and the administrators, nothing more."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q

from requests_app.actions.outbox import Outcome
from requests_app.falling_due.models import FallsDue
from requests_app.falling_due.registry import SERVICE, Found, Matter
from requests_app.kinds.models import Request
from requests_app.outbox import Audience, OutboxRow, Topic, tell_of_service
from requests_app.practice import selectors as practice
from requests_app.standing.reach import HeldMessage

#: When the day's summary is made, at the practice's first site.
MORNING = time(7, 30)
_SOON = timedelta(days=7)


def finds(now: datetime) -> Iterable[Found]:
    """This morning's, once it has come. One that an outage kept from coming is not made up for."""
    local = now.astimezone(ZoneInfo(practice.zone()))
    morning = datetime.combine(local.date(), MORNING, local.tzinfo)
    return [Found(SERVICE, morning)] if morning <= now else []


def act(row: FallsDue, now: datetime) -> str:
    """Tell it, unless nothing waits."""
    said = counts(now=now)
    if not any(said.values()):
        return "nothing"
    tell_of_service(Topic.DIGEST, Audience.OFFICER, said=said, now=now)
    return "told"


def counts(*, now: datetime) -> dict[str, int]:
    """What waits, by name."""
    open_now = Request.objects.filter(answered_at__isnull=True)
    dead = OutboxRow.objects.filter(done_at__isnull=True, outcome=Outcome.DEAD)
    asked = {
        "overdue": open_now.filter(due_at__lte=now),
        "due_in_seven_days": open_now.filter(due_at__gt=now, due_at__lte=now + _SOON),
        "of_these_nobodys": open_now.filter(Q(assigned_to=""), due_at__lte=now + _SOON),
        "to_pass_on": HeldMessage.objects.filter(told_at__isnull=True),
        "could_not_be_sent": dead,
    }
    return {name: rows.count() for name, rows in asked.items()}


DIGEST = Matter("digest", act=act, finds=finds, chore=True)
