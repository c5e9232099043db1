"""What the service does by itself: each task drains facts from PostgreSQL and is safe to repeat.

Lost with its broker, killed half-way, run twice at once: the next run does what is left.
"""

import logging
import time
from collections import Counter
from functools import partial
from typing import Any

from celery import Task, shared_task

from audit import clock, context
from privacy_portal.exports import jobs
from privacy_portal.exports.asking import who_asked
from privacy_portal.logging import log_event
from privacy_portal.mail import codes
from privacy_portal.mail.drain import drain
from privacy_portal.pages.officer import bringing
from privacy_portal.webhooks.drain import drain as tell_listeners
from requests_app.actions import (
    document_sweep,
    due,
    falling_due,
    outages,
)
from requests_app.documents import store
from requests_app.falling_due import heartbeats, registry

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
    """Remind of what is due and was not yet reminded of; do whatever else has fallen due."""
    until = time.monotonic() + SECONDS
    _note_outage()
    heartbeats.began(heartbeats.SWEEP, now=clock.now())
    said, overtaken = 0, 0
    while time.monotonic() < until and (swept := due.sweep(now=clock.now())).acted:
        said, overtaken = said + swept.said, overtaken + swept.overtaken
    if said or overtaken:
        log_event(logger, "reminders.said", count=said)
        log_event(logger, "reminders.overtaken", count=overtaken)
    _act_on_what_fell_due(until)
    heartbeats.finished(heartbeats.SWEEP, now=clock.now())


def _note_outage() -> None:
    outage = outages.find(now=clock.now(), chores=_chores())
    if outage is not None:
        log_event(logger, "outage.ended", level=logging.ERROR, count=outage.passed)


def _act_on_what_fell_due(until: float) -> None:
    """Everything that is due; what fails is told by its places, and the rest goes on."""
    falling_due.find(now=clock.now())
    done: Counter[str] = Counter()
    while time.monotonic() < until and (acted := falling_due.act_on_next(now=clock.now())):
        done[acted.what] += 1
        if acted.fault is not None:
            logger.error("matter.failed", exc_info=acted.fault, extra={"facts": _part(acted.what)})
    for what, count in sorted(done.items()):
        if what not in _chores():
            log_event(logger, "matters.acted", part=what, count=count)


def _chores() -> list[str]:
    return [one.name for one in registry.matters() if one.chore]


def _part(what: str) -> dict[str, str]:
    return {"part": what}


@shared_task(base=Traced)
def drain_outbox() -> None:
    """Hand over to the mail server what waits to be told; codes first, somebody waits for them."""
    told = codes.drain(seconds=SECONDS) + drain(seconds=SECONDS)
    if told:
        log_event(logger, "mail.handed_over", count=told)


@shared_task(base=Traced)
def drain_webhooks() -> None:
    """Tell the systems that listen what waits for them."""
    told = tell_listeners(seconds=SECONDS)
    if told:
        log_event(logger, "webhooks.told", count=told)


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
def write_exports() -> None:
    """Write the files that were asked for; what a dead worker began is gone on with."""
    until = time.monotonic() + SECONDS
    over = partial(_is_over, until)
    ended = jobs.write_waiting(actor_of=who_asked, until=over)
    if ended:
        log_event(logger, "exports.ended", count=ended)


@shared_task(base=Traced)
def take_files() -> None:
    """Take the lines of the files that were brought in by a page, part by part."""
    until = time.monotonic() + SECONDS
    parts = bringing.take_waiting(now=clock.now, until=partial(_is_over, until))
    if parts:
        log_event(logger, "files.taken", count=parts)


def _is_over(until: float) -> bool:
    return time.monotonic() > until
