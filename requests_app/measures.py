"""Numbers for whoever watches over the service, asked of PostgreSQL when somebody looks.

No count goes past MOST, and no statement past PATIENCE: asking must never be the load that is seen.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Count, Min, Q

from audit.standing import pending
from requests_app.actions.outbox import Outcome
from requests_app.kinds import registry
from requests_app.kinds.models import DueInstant
from requests_app.outbox import BY_MAIL, TO_LISTENERS, OutboxRow

MOST = 100_000
PATIENCE = "2s"
SOON = timedelta(days=7)
WAYS: Mapping[str, Q] = {"mail": BY_MAIL, "webhook": TO_LISTENERS}
_BY_KIND = (
    "SELECT kind, count(*) FROM (SELECT kind FROM requests_app_request"
    " WHERE answered_at IS NULL AND due_at >= %s AND due_at < %s LIMIT %s) AS first_ones GROUP BY kind"
)
_EVER = datetime.fromisoformat("1900-01-01T00:00:00+00:00")


@dataclass(frozen=True, slots=True)
class Queue:
    """One way out of the outbox: rows that wait, seconds that the oldest has waited, rows given up."""

    open: int
    age: float
    dead: int


@dataclass(frozen=True, slots=True)
class Measures:
    """Open requests by kind that are due within seven days, and those past their due day; the
    queues by way; seconds since the oldest due instant that nobody has acted on; log entries that
    wait for their place, and seconds that the oldest has waited."""

    due_soon: Mapping[str, int]
    overdue: Mapping[str, int]
    outbox: Mapping[str, Queue]
    sweep_lag: float
    pending_seals: int
    pending_seals_age: float


def measures(*, now: datetime) -> Measures:
    """As things stand now. Raises django.db.OperationalError rather than ask for long."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [PATIENCE])
        unsealed = pending(most=MOST)
        return Measures(
            due_soon=_by_kind(now, now + SOON),
            overdue=_by_kind(_EVER, now),
            outbox={way: _queue(rows, now) for way, rows in WAYS.items()},
            sweep_lag=_seconds(_oldest_due(now), now),
            pending_seals=unsealed.number,
            pending_seals_age=unsealed.age.total_seconds(),
        )


def _by_kind(since: datetime, until: datetime) -> dict[str, int]:
    """Every kind, those without any as well: a line that comes and goes is no line."""
    with connection.cursor() as cursor:
        cursor.execute(_BY_KIND, [since, until, MOST])
        found = dict(cursor.fetchall())
    return {kind.name: found.get(kind.name, 0) for kind in registry.all_kinds()}


def _queue(of: Q, now: datetime) -> Queue:
    waiting = OutboxRow.objects.filter(of, done_at__isnull=True).order_by("not_before", "id")
    in_use = waiting.exclude(outcome=Outcome.DEAD)[:MOST]
    facts = in_use.aggregate(open=Count("pk"), since=Min("made_at"))
    dead = waiting.filter(outcome=Outcome.DEAD)[:MOST].count()
    return Queue(facts["open"], _seconds(facts["since"], now), dead)


def _oldest_due(now: datetime) -> datetime | None:
    due = DueInstant.objects.filter(acted_at__isnull=True, at__lte=now).order_by("at", "id")
    return due.values_list("at", flat=True).first()


def _seconds(since: datetime | None, now: datetime) -> float:
    return max((now - since).total_seconds(), 0.0) if since else 0.0
