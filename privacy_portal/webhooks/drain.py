"""Tells the systems that listen what the outbox holds for them.

As with mail, an event is sent first and recorded after; a receiver that hears twice sees one id.
One receiver that does not answer costs the others five seconds a run, and nothing else.
"""

import logging
import time
from http import HTTPStatus
from uuid import UUID

from django.db.models import Q

from audit import clock, context
from privacy_portal import traces
from privacy_portal.logging import log_event
from privacy_portal.webhooks import events, signing
from privacy_portal.webhooks.guard import Refused
from privacy_portal.webhooks.wire import PUBLIC_WIRE, Unreachable, Wire
from requests_app import subscriptions
from requests_app.actions import outbox
from requests_app.actions.outbox import Outcome, Trouble
from requests_app.actions.subscriptions import gone
from requests_app.outbox import TO_LISTENERS, OutboxRow

logger = logging.getLogger("privacy_portal.webhooks")
_AGENT = "privacy-portal-webhooks/1"


def drain(*, seconds: float, wire: Wire = PUBLIC_WIRE) -> int:
    """Tell rows until none waits or the time is over; how many were taken.

    A receiver that failed once is left alone until the next run.  Safe to run several at once.
    """
    told, failing, until = 0, set[UUID](), time.monotonic() + seconds
    while time.monotonic() < until and (row := _next(failing)) is not None:
        with context.entered(traces.of(row)):
            met = _tell(row, wire)
            _record(row, met)
        told += met is Outcome.HANDED_OVER
        if isinstance(met, Trouble):
            failing.add(_subscription(row).pk)
    return told


def _next(failing: set[UUID]) -> OutboxRow | None:
    wanted = TO_LISTENERS & ~Q(subscription_id__in=failing)
    return next(iter(outbox.claim(now=clock.now(), most=1, of=wanted)), None)


def _tell(row: OutboxRow, wire: Wire) -> Outcome | Trouble:
    listener = _subscription(row)
    if listener.ended_at is not None:
        return Outcome.UNSUBSCRIBED
    try:
        status = _send(row, listener, wire)
    except Refused:
        return Trouble.UNUSABLE
    except Unreachable:
        return Trouble.UNREACHABLE
    if status == HTTPStatus.GONE:
        gone(listener, now=clock.now())
        return Outcome.UNSUBSCRIBED
    return Outcome.HANDED_OVER if HTTPStatus(200) <= status < 300 else Trouble.REFUSED


def _send(row: OutboxRow, listener: subscriptions.Subscription, wire: Wire) -> int:
    """Loaded before anything is sent: while somebody else's server answers, no transaction is open."""
    target, now = listener.target, clock.now()
    body = events.body(subscriptions.event_of(row))
    message = events.message_id(row.pk)
    signed = signing.headers(message, body, secrets=target.secrets(now), at=now)
    traced = {"X-Request-ID": row.trace} if row.trace else {}
    headers = {"Content-Type": "application/json", "User-Agent": _AGENT, **signed, **traced}
    return wire.post(target.url, body, headers)


def _record(row: OutboxRow, met: Outcome | Trouble) -> None:
    if isinstance(met, Outcome):
        outbox.end(row, met, now=clock.now())
        return
    log_event(logger, "webhook.failed", object_id=row.pk, outcome=met, count=row.attempts)
    outbox.failed(row, met, now=clock.now())


def _subscription(row: OutboxRow) -> subscriptions.Subscription:
    if row.subscription is None:
        raise LookupError("a row of a listener has a subscription")
    return row.subscription
