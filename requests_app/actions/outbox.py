"""Draining the outbox: a row is claimed with a lease, told, and ended once.

Telling cannot be undone, recording it can be lost: so a row is told first and ended after, and
whoever hears twice sees the same Message-ID.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F, Q, QuerySet

from audit import log
from audit.actors import system
from requests_app import events
from requests_app.actions import held
from requests_app.outbox import BY_MAIL, MOST_ATTEMPTS, OutboxRow

#: Longer than any task may run: whoever holds a lease works, or is dead.
LEASE = timedelta(minutes=6)
#: Rows claimed at once.
BATCH = 20
#: How long after each failed try the next one comes; three and a half days in all.
BACKOFF = tuple(timedelta(minutes=m) for m in (1, 2, 5, 15, 60, 180, 360, 720, 1440, 2160))


class Outcome(StrEnum):
    """How a row ended. A dead one is not done: it waits for a person to look at it."""

    HANDED_OVER = "handed_over"
    NO_ADDRESS = "no_address"
    HELD = "held"  # the office passes it on by the means asked for
    LEFT = "left"  # they look in this service themselves
    UNSUBSCRIBED = "unsubscribed"  # the system that was to hear listens no more
    DEAD = "dead"
    DISCARDED = "discarded"  # given up by a person, with a reason


class Trouble(StrEnum):
    """What the last try met, while the row is still open."""

    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    UNUSABLE = "unusable"


#: Of a row that rests until the office's quiet hours are over.
QUIET = "quiet"


_NAMES = {
    Outcome.HANDED_OVER: events.TOLD,
    Outcome.NO_ADDRESS: events.NOT_TOLD_NO_ADDRESS,
    Outcome.HELD: events.HELD,
    Outcome.LEFT: events.LEFT,
    Outcome.UNSUBSCRIBED: events.NOT_TOLD_UNSUBSCRIBED,
    Outcome.DEAD: events.NOT_TOLD_DEAD,
}


def claim(*, now: datetime, most: int = BATCH, of: Q = BY_MAIL) -> list[OutboxRow]:
    """The next rows to tell, leased to the caller; empty when none waits. A claim is a try."""
    with transaction.atomic():
        free = _ready(now).filter(of).select_for_update(skip_locked=True, no_key=True)
        # The ids alone: while thousands wait, nothing is joined that is not going to be told.
        ids = list(free.order_by("not_before", "id").values_list("pk", flat=True)[:most])
        claimed = OutboxRow.objects.filter(pk__in=ids)
        claimed.update(claimed_until=now + LEASE, attempts=F("attempts") + 1, tried_at=now)
        return list(claimed.select_related("request__site").order_by("not_before", "id"))


def give_back(rows: Iterable[OutboxRow]) -> None:
    """Rows that were claimed and not tried: they are free at once, and no try is spent."""
    for row in rows:
        _held(row).update(claimed_until=None, attempts=F("attempts") - 1)


def rest(row: OutboxRow, *, until: datetime) -> None:
    """Put a claimed row off until the quiet hours are over; no try is spent."""
    _held(row).update(
        not_before=until, outcome=QUIET, claimed_until=None, attempts=F("attempts") - 1
    )


def anything_waits(*, now: datetime, of: Q = BY_MAIL) -> bool:
    """Whether a claim would find a row."""
    return _ready(now).filter(of).exists()


def end(row: OutboxRow, outcome: Outcome, *, now: datetime) -> bool:
    """End a claimed row as told or not tellable, or give it up as dead, with its entry in the log.

    False, and nothing recorded, when the lease ran out and somebody else has claimed it since.
    """
    with transaction.atomic():
        done_at = None if outcome is Outcome.DEAD else now
        if not _held(row).update(done_at=done_at, outcome=outcome, claimed_until=None):
            return False
        if outcome is Outcome.HELD:
            held.keep(row, now=now)
        _log(row, outcome, now)
    return True


def failed(row: OutboxRow, trouble: Trouble, *, now: datetime) -> bool:
    """Give a claimed row back for a later try; after the last one it is dead. As `end` otherwise."""
    if row.attempts >= row.allowed:
        return end(row, Outcome.DEAD, now=now)
    later = now + BACKOFF[max(row.attempts - (row.allowed - MOST_ATTEMPTS) - 1, 0)]
    given_back = _held(row).update(not_before=later, outcome=trouble, claimed_until=None)
    return bool(given_back)


def bury(*, now: datetime) -> int:
    """End rows whose last try never came back, since it killed whoever made it; how many."""
    lost = _unclaimed(now).filter(attempts__gte=F("allowed")).select_related("request__site")
    return sum(end(row, Outcome.DEAD, now=now) for row in lost[:100])


def _ready(now: datetime) -> QuerySet[OutboxRow]:
    """What may be told now. The clock may have been ahead: what was then made, tried or leased
    lies in the future, and waits for nothing.
    """
    ahead = Q(made_at__gt=now, attempts=0) & ~Q(outcome=QUIET) | Q(tried_at__gt=now)
    ready = Q(not_before__lte=now) | ahead
    return _unclaimed(now).filter(ready, attempts__lt=F("allowed"))


def _unclaimed(now: datetime) -> QuerySet[OutboxRow]:
    free = Q(claimed_until__isnull=True) | Q(claimed_until__lte=now)
    free |= Q(claimed_until__gt=now + LEASE)  # longer than any lease that this clock gave
    return OutboxRow.objects.filter(free, done_at__isnull=True).exclude(outcome=Outcome.DEAD)


def _held(row: OutboxRow) -> QuerySet[OutboxRow]:
    """The row, if this claim is still the last one: each claim has a number of its own."""
    same = OutboxRow.objects.filter(pk=row.pk, attempts=row.attempts, done_at__isnull=True)
    return same.exclude(outcome=Outcome.DEAD)


def _log(row: OutboxRow, outcome: Outcome, now: datetime) -> None:
    log.append(
        _NAMES[outcome],
        actor=system("outbox"),
        outcome="success" if outcome is Outcome.HANDED_OVER else "failure",
        extra={"topic": row.topic, "audience": row.audience, "attempts": row.attempts},
        **about(row, now),
    )


def about(row: OutboxRow, now: datetime) -> dict[str, Any]:
    """What an entry of the log says of any row: whose request, and the day where that matters."""
    obj, request = log.Obj("outbox_row", str(row.pk), None), row.request
    if request is None:
        return {"obj": obj}
    return {
        "obj": obj,
        "patient": str(request.patient_id) if request.patient_id else None,
        "request": request.reference,
        "day": now.astimezone(ZoneInfo(request.site.time_zone)).date(),
        "zone": request.site.time_zone,
    }
