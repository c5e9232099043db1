"""The clock of a request step by step, from what was stored; and where the present packs differ.

What was stored is worked out again from its own facts and rows.  Nothing here writes: a pack that
changes is the law of later requests, and says of the open ones only that it would differ.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from requests_app.deadlines import engine, packs, replay, wording
from requests_app.deadlines.calendars import day_of
from requests_app.deadlines.wording import in_words
from requests_app.kinds import clock
from requests_app.kinds.base import Clock, Kind
from requests_app.kinds.models import ClockRow

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Step:
    """One change of the clock: what it was, when, and its reasons line by line."""

    version: int
    cause: Clock
    at: datetime
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """An open request on which the present packs would give another due day.

    present  that day; None: no present row covers it
    """

    reference: str
    due_on: date
    present: date | None


def steps(request: Kind) -> list[Step]:
    """Every step of the clock in order. Raises ReplayDiffers when what is stored does not follow."""
    rows = request.clock_rows.order_by("version")
    return [Step(row.version, Clock(row.cause), row.at, _lines(request, row)) for row in rows]


def target_line(request: Kind) -> str | None:
    """The practice's own aim, beside the legal day."""
    aim = clock.target_on(request)
    if aim is None:
        return None
    return _("The practice itself aims for %(day)s. The law does not ask for that.") % {
        "day": in_words(aim)
    }


def differing() -> Iterator[Difference]:
    """Open requests whose due day would be another under the present packs, streamed.

    Each is counted anew on the facts stored with it: its receipt, what was asked, what was then
    known of the site, and its extension.  Raises ReplayDiffers, naming the request.
    """
    newest = (
        ClockRow.objects.filter(cause__in=[Clock.START.value, Clock.EXTEND.value])
        .filter(request__answered_at__isnull=True)
        .order_by("-request_id", "-version")
        .distinct("request_id")
        .values_list("request__reference", "answer")
    )
    with transaction.atomic():
        for reference, stored in newest.iterator(chunk_size=_AT_ONCE):
            found = _difference(reference, stored)
            if found:
                yield found


def _difference(reference: str, stored: Mapping[str, Any]) -> Difference | None:
    try:
        kept = replay.replay(stored)
    except replay.ReplayDiffers as fault:
        raise replay.ReplayDiffers(f"{reference}: {fault}") from fault
    present = _present(kept)
    return None if present == kept.due else Difference(reference, kept.due, present)


def _present(kept: engine.Answer) -> date | None:
    try:
        return engine.limits(kept.asked, kept.site, packs.policies(), kept.extension).due
    except engine.NoPolicy:
        return None


def _lines(request: Kind, row: ClockRow) -> tuple[str, ...]:
    cause = Clock(row.cause)
    if cause in {Clock.START, Clock.EXTEND}:
        return tuple(wording.explain(replay.replay(row.answer)))
    day = day_of(row.at, request.site.time_zone)
    return (_STILL[cause] % {"day": in_words(day)}, *_due(row))


def _due(row: ClockRow) -> tuple[str, ...]:
    if row.due_on is None:
        return ()
    return (_("The due day was and stays %(day)s.") % {"day": in_words(row.due_on)},)


_STILL = {
    Clock.STOP: gettext_lazy("Answered; recorded on %(day)s."),
    Clock.RESUME: gettext_lazy("Taken up again on %(day)s. The day of receipt stays."),
}
