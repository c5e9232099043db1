"""States and days in words: the same ones on every page of the office."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from privacy_portal.pages.parts import Tag, Tone, tone
from requests_app.days import in_form
from requests_app.kinds.base import Kind

#: Within so many days a request is about to be late.
SOON = 7


def brief_day(day: date) -> str:
    """Oct 2, 2026, for a table."""
    return in_form(day, "M j, Y")


def moment(at: datetime, zone: str) -> str:
    """October 2, 2026, 2:05 p.m., by the clock of the site."""
    return in_form(at.astimezone(ZoneInfo(zone)), "F j, Y, P")


def urgency(request: Kind, *, now: datetime, today: date) -> Tag | None:
    """What presses, if anything does."""
    if request.answered_at is not None or request.due_on is None:
        return None
    return pressing((request.due_on - today).days, late=request.is_late(now=now))


def pressing(days: int, *, late: bool) -> Tag | None:
    """What presses of a request that is to be answered in so many days."""
    if late:
        return Tag(_("Overdue"), Tone.LATE)
    return Tag(_("Due soon"), Tone.WAITING) if days <= SOON else None


def state_tag(request: Kind) -> Tag:
    """Where it stands."""
    return standing(type(request), request.state, answered=request.answered_at is not None)


def standing(kind: type[Kind], state: str, *, answered: bool) -> Tag:
    """Where a request stands. The label is the kind's own, but for its "you"; a meaning has one colour."""
    label = _("Waiting for the person") if state == "waiting" else str(kind.State(state).label)
    return Tag(label, tone(state, answered=answered))
