"""The review of the log falls due, and is missed: told to the privacy official, and entered in the log."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta

from requests_app import events
from requests_app.deadlines.calendars import day_of, start_of_day
from requests_app.falling_due.models import FallsDue
from requests_app.falling_due.registry import SERVICE, Found, Matter, register
from requests_app.log_review import selectors as reviews
from requests_app.outbox import Audience, Topic, tell_once
from requests_app.practice import selectors as practice

_ONE_DAY = timedelta(days=1)


def _is_over(day: date, zone: str) -> datetime:
    return start_of_day(day + _ONE_DAY, zone)


def _come(now: datetime, at: Callable[[date, str], datetime]) -> Iterable[Found]:
    """The due days since the last review, each at its instant, as far as that has come."""
    stands, zone = reviews.standing(now=now), practice.zone()
    if stands is None:
        return []
    days = {*stands.missed, stands.next_on}
    return [Found(SERVICE, when) for day in sorted(days) if (when := at(day, zone)) <= now]


def _due(row: FallsDue, now: datetime) -> str:
    """On its first instant, unless somebody has reviewed the log since."""
    since = reviews.unreviewed_since()
    if since is None or since >= row.at:
        return "reviewed"
    tell_once(Topic.LOG_REVIEW, Audience.OFFICER, now=now)
    return "told"


def _missed(row: FallsDue, now: datetime) -> str:
    """The day after. That it was missed stays in the log, whenever it is made up for."""
    since = reviews.unreviewed_since()
    due = day_of(row.at, practice.zone()) - _ONE_DAY
    if since is None or day_of(since, practice.zone()) >= due:
        return "reviewed"
    tell_once(Topic.LOG_REVIEW, Audience.OFFICER, now=now)
    return "missed"


DUE = Matter(
    "log_review_due",
    act=_due,
    finds=lambda now: _come(now, start_of_day),
    event=events.LOG_REVIEW_DUE,
)
MISSED = Matter(
    "log_review_missed",
    act=_missed,
    finds=lambda now: _come(now, _is_over),
    event=events.LOG_REVIEW_MISSED,
)
register(DUE, MISSED)
