"""Acting on what has fallen due: claimed, done and recorded in one transaction each.

Whoever is killed half-way has done nothing; two sweeps at once pass each other's rows by; what fails
is tried again later and later, at last every hour, and never given up.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from audit import log
from audit.actors import system
from requests_app.falling_due import registry
from requests_app.falling_due.models import FallsDue
from requests_app.kinds.models import Request

#: How long after each failed try the next one comes; the last of them for ever.
BACKOFF = tuple(timedelta(minutes=m) for m in (1, 2, 5, 15, 60))


@dataclass(frozen=True, slots=True)
class Acted:
    """What became of one row: its matter, its word, and what was raised if it failed."""

    what: str
    outcome: str
    fault: Exception | None = None


def find(*, now: datetime) -> None:
    """Put on the list what has come by itself since the last sweep."""
    registry.record((one, found) for one in registry.matters() for found in one.finds(now))


def act_on_next(*, now: datetime) -> Acted | None:
    """Act on the next row that is due and that nobody else is at; None when there is none."""
    with transaction.atomic():
        row = waiting(now).select_for_update(skip_locked=True, no_key=True).first()
        return None if row is None else _act(row, now)


def waiting(now: datetime) -> QuerySet[FallsDue]:
    """What is due and not yet acted on, next first.

    A try that lies in the future was made while the clock was ahead: it holds nothing up.
    """
    ready = Q(not_before__lte=now) | Q(tried_at__gt=now, at__lte=now)
    return FallsDue.objects.filter(ready, acted_at__isnull=True).order_by("not_before", "id")


def _act(row: FallsDue, now: datetime) -> Acted:
    try:
        with transaction.atomic():
            matter = registry.matter(row.what)
            row.outcome, row.acted_at = matter.act(row, now), now
            row.save(update_fields=["outcome", "acted_at"])
            if matter.event is not None:
                _log(row, matter.event)
    # Whatever one matter raises must not keep the others waiting. It is handed to the caller, who
    # tells it; the row stays open, and health says that it fails.
    except Exception as fault:  # noqa: BLE001
        return _later(row, fault, now)
    return Acted(row.what, row.outcome)


def _later(row: FallsDue, fault: Exception, now: datetime) -> Acted:
    wait = BACKOFF[min(row.tries, len(BACKOFF) - 1)]
    FallsDue.objects.filter(pk=row.pk).update(
        tries=row.tries + 1, tried_at=now, not_before=now + wait
    )
    return Acted(row.what, "failed", fault)


def _log(row: FallsDue, event: str) -> None:
    request = None
    if row.request_id is not None:
        request = Request.objects.only("kind", "reference", "patient").get(pk=row.request_id)
    log.append(
        event,
        actor=system("sweep"),
        patient=str(request.patient_id) if request and request.patient_id else None,
        request=request.reference if request else None,
        obj=log.Obj(row.what, str(row.subject), None),
        extra={"at": row.at.isoformat(), "outcome": row.outcome},
    )
