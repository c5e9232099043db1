"""The legal clock of a request: started, extended, stopped, taken up again. Nothing pauses it.

Each answer of the engine is kept with the policy rows it used (ClockRow); what stands on the request
is that answer's due day.  What is to be said before and after it are instants (DueInstant), asked
"due and not yet acted".
"""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings

from requests_app.compiled import Compiled, CompiledInsert
from requests_app.deadlines import calendars, engine, packs, replay
from requests_app.deadlines.engine import Answer
from requests_app.deadlines.policy import ProviderType, SiteSetting
from requests_app.kinds.base import Clock, Kind, Move
from requests_app.kinds.models import Channel, ClockRow, DueInstant, Request
from requests_app.letters.models import Provided
from requests_app.outbox import Topic
from requests_app.practice import selectors as practice
from requests_app.practice.models import Site
from requests_app.reminders.policy import reminders_of

_MORNING = time(8)
_MOVED, _ANSWERED = _OVERTAKEN = ("moved", "answered")
_ALWAYS_SAID = {Topic.OVERDUE.value, Topic.LATE.value}

AnyMove = Move[Any]


def answer(request: Request) -> Answer:
    """The engine's present answer for this request, worked out again from what was stored."""
    row = _ANSWER.first(request=request.pk)
    if row is None:
        raise LookupError("the request has no clock")
    return replay.replay(row.answer)


_ANSWER = Compiled(
    lambda request: ClockRow.objects.filter(
        request_id=request, cause__in=[Clock.START.value, Clock.EXTEND.value]
    ).order_by("-version")[:1],
    request=UUID,
)


def provided_on(move: AnyMove) -> date:
    """The day a letter of this move counts as provided: by post, some working days later."""
    if move.input.provided != Provided.POST:
        return move.today
    day = move.today
    for _ in range(settings.POSTAL_DAYS):
        day = calendars.next_working_day(day, calendars.library_holidays("us", day.year))
    return day


def apply(move: AnyMove, effect: Clock | None) -> None:
    """Carry out what the kind's CLOCK table says of this move. Changes the request in memory."""
    if effect is not None:
        _EFFECTS[effect](move)


def remind_on(move: AnyMove, day: date) -> None:
    """Where the law sets no day but something is to be looked at: remind on that day and the next."""
    zone = ZoneInfo(move.request.site.time_zone)
    instants = ((Topic.DUE_TODAY, day), (Topic.OVERDUE, day + timedelta(days=1)))
    for topic, on in instants:
        DueInstant.objects.get_or_create(
            request_id=move.request.pk, what=topic, at=datetime.combine(on, _MORNING, zone)
        )


def looked_at(move: AnyMove) -> None:
    """What was to be looked at has been: nothing more is said of it."""
    _settle(move.request, _ANSWERED, move.now)


def _start(move: AnyMove) -> None:
    request = move.request
    asked = engine.Asked(
        kind=request.kind,
        received=request.received_on,
        written=Channel(request.channel).written,
        objects=request.asked_objects(),
    )
    _keep(move, Clock.START, engine.limits(asked, site_facts(request.site), packs.policies()))


def _extend(move: AnyMove) -> None:
    notice = engine.Extension(provided=provided_on(move), until=move.input.completion_date)
    _settle(move.request, _MOVED, move.now)
    _keep(move, Clock.EXTEND, engine.extended(answer(move.request), notice))


def _stop(move: AnyMove) -> None:
    request = move.request
    if request.answered_at is not None:
        return
    request.answered_at = move.now
    request.answered_on = getattr(move.input, "given_on", None) or move.today
    _settle(request, _ANSWERED, move.now)
    _write(move, Clock.STOP, {})


def _resume(move: AnyMove) -> None:
    request = move.request
    request.answered_at = request.answered_on = None
    _write(move, Clock.RESUME, {})
    _remind(request, move.now)


_EFFECTS = {Clock.START: _start, Clock.EXTEND: _extend, Clock.STOP: _stop, Clock.RESUME: _resume}


def site_facts(site: Site) -> engine.Site:
    """What the engine needs to know of a site."""
    return engine.Site(
        zone=site.time_zone,
        state=site.state,
        provider_types=frozenset(ProviderType(one) for one in site.provider_types),
        settings=frozenset(SiteSetting(one) for one in site.settings),
    )


def target_on(request: Request) -> date | None:
    """The day the practice itself aims for; None without a target stricter than the legal day."""
    target = practice.target(request.kind, on=request.received_on)
    if target is None:
        return None
    aim = request.received_on + timedelta(days=target.days)
    return aim if request.due_on is None or aim < request.due_on else None


def _keep(move: AnyMove, cause: Clock, found: Answer) -> None:
    request = move.request
    request.due_on, request.due_at = found.due, found.due_at
    _write(move, cause, replay.stored(found))
    _remind(request, move.now)


def _write(move: AnyMove, cause: Clock, values: dict[str, Any]) -> None:
    facts = {
        "request": move.request.pk,
        "version": move.version,
        "cause": cause.value,
        "at": move.now,
        "due_on": move.request.due_on,
        "answer": values,
    }
    _ANSWERS.rows([facts])


_ANSWERS = CompiledInsert(ClockRow)


def _remind(request: Kind, now: datetime) -> None:
    """Instants still to come; one already past is not made, except that lateness is always said.

    An instant that was overtaken before, by an answer or another due day, is taken up again; one
    that was told stays told.
    """
    if request.due_on is None:
        return
    told = _told(request) if request.version > 1 else set()
    zone, due = request.site.time_zone, request.due_on
    planned = [(row, row.instant(due, zone)) for row in reminders_of(request.kind)]
    _TO_SAY.rows(
        {"request": request.pk, "what": row.says, "at": at, "audiences": " ".join(row.audiences)}
        for row, at in planned
        if (at > now or row.says in _ALWAYS_SAID) and (row.says, at) not in told
    )


_TO_SAY = CompiledInsert(
    DueInstant, unique=("request", "what", "at"), over=("acted_at", "outcome", "audiences")
)


def _told(request: Kind) -> set[tuple[str, datetime]]:
    settled = DueInstant.objects.filter(request_id=request.pk, acted_at__isnull=False)
    return set(settled.exclude(outcome__in=_OVERTAKEN).values_list("what", "at"))


def _settle(request: Kind, outcome: str, now: datetime) -> None:
    """What was still to be said has been overtaken; it stays on record with the reason."""
    DueInstant.objects.filter(request_id=request.pk, acted_at__isnull=True).update(
        acted_at=now, outcome=outcome
    )
