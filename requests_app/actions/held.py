"""Messages the service kept back are passed on by the office, by the means asked for (164.522(b)).

Each stays open until somebody writes down how it was done: what was sent after a wish was agreed to
is what shows that it is followed.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from audit import log
from audit.actors import Actor
from requests_app import events, questions, selectors
from requests_app.errors import NotFound, NotNow
from requests_app.outbox import Audience, OutboxRow, Topic, tell
from requests_app.permissions import Permission, may, require, sites_for
from requests_app.questions import choice, text
from requests_app.standing import preferences
from requests_app.standing.preferences import Means
from requests_app.standing.reach import HeldMessage, HowTold


@dataclass(frozen=True)
class PassOn:
    """How it was passed on."""

    means: Means = choice(Means, name="how it was passed on", question="How was it passed on?")
    words: str | None = text(
        name="what was done",
        question="Anything to note, such as who answered?",
        max_length=1000,
        multiline=True,
        optional=True,
    )


def keep(row: OutboxRow, *, now: datetime) -> HeldMessage:
    """Keep back a message, in the caller's transaction; the office hears that it waits."""
    if row.request is None:
        raise LookupError("what is about no request is kept back from nobody")
    tell(row.request, (Topic.PASS_ON, Audience.OFFICE), now=now)
    return HeldMessage.objects.create(outbox_row=row, request=row.request, held_at=now)


def waiting(actor: Actor) -> QuerySet[HeldMessage]:
    """What the actor's office has still to pass on, oldest first."""
    require(actor, Permission.WORK_REQUESTS)
    rows = HeldMessage.objects.filter(told_at__isnull=True).select_related("request")
    sites = sites_for(actor, Permission.WORK_REQUESTS)
    if sites is not None:
        rows = rows.filter(request__site_id__in=sites)
    return rows.order_by("held_at", "id")


def pass_on(held_id: str, raw: object, *, actor: Actor, now: datetime) -> HeldMessage:
    """Record that a held message was passed on, and how. Raises NotFound, NotNow."""
    require(actor, Permission.WORK_REQUESTS)
    asked = questions.parse(PassOn, raw, at="", today=now.date())
    with transaction.atomic():
        rows = HeldMessage.objects.select_for_update(of=("self",)).select_related("request")
        row = selectors.one(rows.filter(pk=selectors.uuid_or_not_found(held_id)))
        if not may(actor, Permission.WORK_REQUESTS, site=str(row.request.site_id)):
            raise NotFound
        if row.told_at is not None:
            raise NotNow("This message has been passed on already.")
        row.told_at, row.told_by = now, actor.id
        row.how = HowTold(asked.means, asked.words or "")
        row.save(update_fields=["told_at", "told_by", "how"])
        _log(row, actor, as_asked=_as_asked(row, asked.means, now))
    return row


def _as_asked(row: HeldMessage, means: Means, now: datetime) -> bool:
    """Whether it was done as the individual had asked. What was done is recorded in any case."""
    facts = preferences.governing(row.request, at=now)
    return facts is None or means in facts.means


def _log(row: HeldMessage, actor: Actor, *, as_asked: bool) -> None:
    request = row.request
    log.append(
        events.PASSED_ON,
        actor=actor,
        patient=str(request.patient_id) if request.patient_id else None,
        request=request.reference,
        obj=log.Obj("held_message", str(row.pk), None),
        extra={"as_asked": as_asked},
    )
