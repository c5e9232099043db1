"""What will be late within the week, or is already, and the cheapest next step for each."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import cast
from uuid import UUID

from audit.actors import Actor
from requests_app.actions import door
from requests_app.deadlines import extensions
from requests_app.deadlines.calendars import day_of
from requests_app.deadlines.extensions import Room
from requests_app.kinds import clock
from requests_app.kinds.base import Kind
from requests_app.reports.cases import readable
from requests_app.reports.steps import CLEARS_THE_WAY, Step, steps

WEEK = timedelta(days=7)
#: As many as can be worked on in a week; the count says how many more there are.
SHOWN = 100


@dataclass(frozen=True, slots=True)
class Next:
    """A move: whether it is possible now, the sentence why when not, and how far the answer is."""

    move: str
    title: str
    needs: tuple[str, ...]
    away: int
    allowed: bool
    reason: str = ""
    citation: str = ""


@dataclass(frozen=True, slots=True)
class Late:
    """One request. `days_left` is below nought once the due day is over; `extension` is the room a
    notice would still give, None where there is none."""

    request: Kind
    days_left: int
    next: Next | None
    extension: Room | None


@dataclass(frozen=True, slots=True)
class Week:
    """The most pressing first; `more` is whether others were left out."""

    rows: tuple[Late, ...]
    more: bool


def late_this_week(actor: Actor, *, now: datetime, site: UUID | None = None) -> Week:
    """Open requests due within seven days or past their due day, of those the actor may see."""
    rows = readable(actor, now=now, site=site)
    pressing = rows.filter(answered_at__isnull=True, due_at__lt=now + WEEK)
    found = list(
        pressing.select_related("site", "representative").order_by("due_at", "id")[: SHOWN + 1]
    )
    shown = tuple(_late(cast(Kind, request), actor, now) for request in found[:SHOWN])
    return Week(shown, more=len(found) > SHOWN)


def _late(request: Kind, actor: Actor, now: datetime) -> Late:
    today = day_of(now, request.site.time_zone)
    return Late(
        request,
        days_left=(cast(date, request.due_on) - today).days,
        next=_next(request, actor, now),
        extension=_room(request, actor, now),
    )


def _next(request: Kind, actor: Actor, now: datetime) -> Next | None:
    """The first step that is possible; else what clears the way; else the first, and why it is not."""
    tried = [_tried(step, request, actor, now) for step in steps(request.kind, str(request.state))]
    possible = next((one for one in tried if one.allowed), None)
    return possible or _clearing(request, actor, now) or next(iter(tried), None)


def _clearing(request: Kind, actor: Actor, now: datetime) -> Next | None:
    spec = request.moves().get(CLEARS_THE_WAY)
    if spec is None or door.hindrance(request, spec, actor=actor, now=now) is not None:
        return None
    rest: Iterable[int] = (step.away for step in steps(request.kind, str(request.state)))
    return _tried(Step(spec, 1 + min(rest, default=0)), request, actor, now)


def _tried(step: Step, request: Kind, actor: Actor, now: datetime) -> Next:
    refusal = door.hindrance(request, step.move, actor=actor, now=now)
    return Next(
        move=step.move.name,
        title=step.move.title,
        needs=tuple(permission.value for permission in step.move.needs),
        away=step.away,
        allowed=refusal is None,
        reason=refusal.sentence if refusal else "",
        citation=refusal.citation if refusal else "",
    )


def _room(request: Kind, actor: Actor, now: datetime) -> Room | None:
    spec = request.moves().get("extend")
    if spec is None or door.hindrance(request, spec, actor=actor, now=now) is not None:
        return None
    return extensions.room(clock.answer(request), provided=day_of(now, request.site.time_zone))
