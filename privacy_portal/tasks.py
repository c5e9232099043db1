"""What the service does by itself: each task drains facts from PostgreSQL and is safe to repeat.

Lost with its broker, killed half-way, run twice at once: the next run does what is left.
"""

import logging
import time
from collections.abc import Callable
from typing import Any

from celery import Task, shared_task

from audit import clock, context, keys
from privacy_portal import blobs
from privacy_portal.accounts import refusals, sessions
from privacy_portal.api import idempotency
from privacy_portal.logging import log_event
from privacy_portal.mail.drain import drain
from requests_app.actions import document_sweep, due
from requests_app.documents import store

logger = logging.getLogger("privacy_portal.tasks")
#: A run that finds more than it can do in this time leaves the rest to the next one.
SECONDS = 60.0
_HEADER = "request_id"


class Traced(Task):  # type: ignore[misc]
    """A task under the id of the page that asked for it; under its own when no page did."""

    def apply_async(self, *args: Any, **options: Any) -> Any:
        asked = context.current().request_id
        if asked is not None:
            options["headers"] = {**(options.get("headers") or {}), _HEADER: asked}
        return super().apply_async(*args, **options)

    def __call__(self, *args: Any, **given: Any) -> Any:
        asked = (self.request.headers or {}).get(_HEADER) or self.request.id
        with context.entered(context.RequestContext(request_id=asked, app="worker")):
            return super().__call__(*args, **given)


@shared_task(base=Traced)
def sweep_due() -> None:
    """Remind of what is due and was not yet reminded of."""
    until, said, overtaken = time.monotonic() + SECONDS, 0, 0
    while time.monotonic() < until and (swept := due.sweep(now=clock.now())).acted:
        said, overtaken = said + swept.said, overtaken + swept.overtaken
    if said or overtaken:
        log_event(logger, "reminders.said", count=said)
        log_event(logger, "reminders.overtaken", count=overtaken)


@shared_task(base=Traced)
def drain_outbox() -> None:
    """Hand over to the mail server what waits to be told."""
    told = drain(seconds=SECONDS)
    if told:
        log_event(logger, "mail.handed_over", count=told)


@shared_task(base=Traced)
def sweep_documents() -> None:
    """Delete the files that were erased; end the wait for those that never came."""
    now = clock.now()
    while document_sweep.lapse(now=now):
        pass
    try:
        while removed := document_sweep.remove(now=now):
            log_event(logger, "documents.removed", count=removed)
    except store.Unreachable:
        log_event(logger, "documents.unreachable")


@shared_task(base=Traced)
def ensure_keys() -> None:
    """Make the keys of the periods to come."""
    keys.ensure_periods(clock.now())


#: What piles up and is of no use any more.
CHORES: tuple[Callable[[], object], ...] = (
    lambda: sessions.end_idle(clock.now()),
    sessions.SessionStore.clear_expired,
    lambda: refusals.purge(clock.now()),
    lambda: idempotency.purge(clock.now()),
    lambda: blobs.remove_orphans(clock.now()),
)


@shared_task(base=Traced)
def housekeeping() -> None:
    """End idle and expired sessions; forget old counts of refusals and old answers."""
    for chore in CHORES:
        chore()
