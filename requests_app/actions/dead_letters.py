"""Messages given up after their last try wait here for a person: tried again, or discarded.

Nothing is lost in silence: each stays on the list until somebody decides, and what they decided is
an entry of the log, a discarding with its reason.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F, QuerySet

from audit import log
from audit.actors import Actor
from requests_app import events, questions, selectors
from requests_app.actions.outbox import Outcome, about
from requests_app.complaints import routing
from requests_app.errors import NotNow
from requests_app.kinds.models import Request
from requests_app.outbox import MOST_ATTEMPTS, OutboxRow
from requests_app.permissions import Permission, require, sites_for
from requests_app.questions import text


@dataclass(frozen=True)
class Discard:
    """Why it is not going to be told."""

    reason: str = text(
        name="the reason",
        question="Why is this message not to be sent?",
        hint="Kept in the log.",
        max_length=400,
        example="Told on the telephone instead",
    )


def listed(actor: Actor) -> QuerySet[OutboxRow]:
    """What could not be sent and waits for a decision, as far as the actor's sites reach.

    Raises NotPermitted.  A complaint that names the actor stays hidden from them here, too.
    """
    require(actor, Permission.MEND_SERVICE)
    rows = OutboxRow.objects.filter(done_at__isnull=True, outcome=Outcome.DEAD)
    sites = sites_for(actor, Permission.MEND_SERVICE)
    if sites is not None:
        rows = rows.filter(request__site_id__in=sites)
    hidden = Request.objects.filter(routing.hidden_from(actor)).values("pk")
    return rows.exclude(request__isnull=False, request_id__in=hidden).select_related("request")


def retry(row_id: str, *, actor: Actor, now: datetime) -> OutboxRow:
    """Give a message as many tries again as it had, from now on, under its own Message-ID.

    Raises NotFound, NotPermitted, NotNow.
    """
    with transaction.atomic():
        row = _locked(row_id, actor)
        row.allowed = F("attempts") + MOST_ATTEMPTS
        row.outcome, row.not_before, row.claimed_until = "", now, None
        row.save(update_fields=["allowed", "outcome", "not_before", "claimed_until"])
        _log(events.RETRIED, row, actor, now)
    row.refresh_from_db()
    return row


def discard(row_id: str, raw: object, *, actor: Actor, now: datetime) -> OutboxRow:
    """End a message untold, for a reason. Raises NotFound, NotPermitted, NotNow, BadInput."""
    require(actor, Permission.MEND_SERVICE)
    asked = questions.parse(Discard, raw, at="", today=now.date())
    with transaction.atomic():
        row = _locked(row_id, actor)
        row.done_at, row.outcome = now, Outcome.DISCARDED
        row.save(update_fields=["done_at", "outcome"])
        _log(events.DISCARDED, row, actor, now, reason=asked.reason)
    return row


def _locked(row_id: str, actor: Actor) -> OutboxRow:
    """The row; NotNow when somebody has decided on it already."""
    wanted = selectors.uuid_or_not_found(row_id)
    row = listed(actor).select_for_update(of=("self",)).filter(pk=wanted).first()
    if row is not None:
        return row
    if (
        OutboxRow.objects.filter(pk=wanted).exists()
        and sites_for(actor, Permission.MEND_SERVICE) is None
    ):
        raise NotNow("This message is not waiting for a decision any more.")
    return selectors.one(OutboxRow.objects.none())


def _log(
    name: str, row: OutboxRow, actor: Actor, now: datetime, *, reason: str | None = None
) -> None:
    log.append(
        name,
        actor=actor,
        reason=reason,
        extra={"topic": row.topic, "audience": row.audience},
        **about(row, now),
    )
