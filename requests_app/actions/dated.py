"""What the actions on dated facts share: a row is added, ended once, and never overwritten.

Each runs in its caller's transaction and leaves its entry in the log.
"""

from datetime import date, datetime, timedelta
from typing import Any, TypeVar
from uuid import uuid4

from django.db.models import QuerySet

from audit import log
from audit.actors import Actor
from requests_app import events
from requests_app.errors import BadInput, NotNow
from requests_app.practice import selectors as set_up
from requests_app.practice.models import Dated

D = TypeVar("D", bound=Dated)


def end_former(held: QuerySet[D], since: date, actor: Actor) -> None:
    """End whichever of these is still in force on the day before. BadInput when one ended later."""
    # "What, on that day" has one answer for ever: what has ended is not written over.
    if held.filter(in_force_until__gte=since).exists():
        raise BadInput.one("/in_force_from", "Another was in force on that day. Begin later.")
    former = held.filter(in_force_until__isnull=True).first()
    if former is not None:
        end_row(former, since - timedelta(days=1), at="/in_force_from", actor=actor)


def end_row(row: Dated, until: date, *, at: str, actor: Actor) -> None:
    """Give a row its last day; NotNow the second time, BadInput at `at` before it began."""
    if row.in_force_until is not None:
        raise NotNow("This has an end already. Add a new one instead.")
    if until < row.in_force_from:
        raise BadInput.one(
            at, f"The day must be after {row.in_force_from:%B %-d, %Y}, when it began."
        )
    row.in_force_until = until
    row.save(update_fields=["in_force_until"])
    log_change(events.FACT_ENDED, row.pk, type(row).__name__.lower(), actor, until=str(until))


def add_row(table: type[D], *, actor: Actor, now: datetime, **facts: Any) -> D:
    """Put a dated fact on file."""
    row = table(id=uuid4(), recorded_by=actor.id, recorded_at=now, **facts)
    row.save(force_insert=True)
    log_change(events.FACT_ADDED, row.pk, table.__name__.lower(), actor)
    return row


def log_change(name: str, pk: Any, what: str, actor: Actor, **after: str) -> None:
    """Enter a change of the practice in the log, and ask again whether its set-up is complete."""
    set_up.forget()
    log.append(name, actor=actor, obj=log.Obj(what, str(pk), None), after=after or None)
