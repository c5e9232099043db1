"""A draft is begun, kept, sent or thrown away by whoever writes it, and by nobody else."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from audit.actors import Actor
from requests_app import selectors
from requests_app.actions.file import file
from requests_app.drafts.models import Draft, DraftFacts
from requests_app.errors import NotNow
from requests_app.kinds import registry
from requests_app.kinds.base import Kind
from requests_app.permissions import Permission, require

#: Kept so long after the last word; then it goes by itself.
KEPT = timedelta(days=30)
#: How many unsent drafts one person has.
MOST = 20


def begin(raw: dict[str, Any], *, actor: Actor, now: datetime) -> Draft:
    """Begin to write a request. `raw` is the body for `actions.file` as far as it is known."""
    require(actor, Permission.FILE_OWN)
    registry.kind_asked(raw.get("kind"))
    if open_of(actor, now=now).count() >= MOST:
        raise NotNow("You have many unfinished requests. Send or throw away one of them first.")
    return Draft.objects.create(
        owner=actor.id, facts=DraftFacts(raw=raw), begun_at=now, kept_at=now
    )


def open_of(actor: Actor, *, now: datetime) -> QuerySet[Draft]:
    """What this person has begun and not sent, latest first."""
    rows = Draft.objects.filter(owner=actor.id, request__isnull=True, kept_at__gt=now - KEPT)
    return rows.order_by("-kept_at")


def one(pk: UUID, *, actor: Actor, now: datetime) -> Draft:
    """The draft, sent or not, if it is this person's. Raises NotFound."""
    rows = Draft.objects.filter(pk=pk, owner=actor.id, kept_at__gt=now - KEPT)
    return selectors.one(rows.select_related("request"))


def keep(pk: UUID, facts: DraftFacts, *, actor: Actor, now: datetime) -> Draft:
    """Write down how far it is. Raises NotFound, NotNow when it was sent."""
    with transaction.atomic():
        draft = _unsent(pk, actor=actor, now=now)
        draft.facts, draft.kept_at = facts, now
        draft.save(update_fields=["facts", "kept_at"])
    return draft


def send(
    pk: UUID,
    *,
    actor: Actor,
    now: datetime,
    shaped: Callable[[dict[str, Any]], dict[str, Any]] = dict,
) -> Kind:
    """File what was written, once: sent again, it gives the request that it became.

    shaped  makes the body for `actions.file` of what the pages wrote down
    Raises what `actions.file` raises; the draft then stays as it is.
    """
    with transaction.atomic():
        draft = _locked(pk, actor=actor, now=now)
        if draft.request_id is not None:
            return cast(Kind, draft.request)
        request = file(shaped(draft.facts.raw), actor=actor, now=now)
        # What was written lives on in the request; the draft keeps only which one it became.
        draft.request, draft.facts = request, DraftFacts()
        draft.save(update_fields=["request", "facts"])
    return request


def throw_away(pk: UUID, *, actor: Actor, now: datetime) -> None:
    """Delete what was written. Raises NotFound, NotNow when it was sent."""
    with transaction.atomic():
        _unsent(pk, actor=actor, now=now).delete()


def purge(now: datetime) -> int:
    """Forget drafts that nobody came back to; for a task, safe to repeat."""
    gone, _ = Draft.objects.filter(kept_at__lte=now - KEPT).delete()
    return gone


def _locked(pk: UUID, *, actor: Actor, now: datetime) -> Draft:
    rows = Draft.objects.filter(pk=pk, owner=actor.id, kept_at__gt=now - KEPT)
    return selectors.one(rows.select_for_update(of=("self",)))


def _unsent(pk: UUID, *, actor: Actor, now: datetime) -> Draft:
    draft = _locked(pk, actor=actor, now=now)
    if draft.request_id is not None:
        raise NotNow("This was sent already. Look at it among your requests.")
    return draft
