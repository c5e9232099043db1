"""Calendar feeds: a secret address is made, shown once, and ended; a new one ends the former.

A calendar program can sign in to nothing, so the address itself is the key.  It opens the due days
of the requests that its owner may see at that moment, and nothing else.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from audit import log
from audit.actors import Actor
from privacy_portal import events
from privacy_portal.accounts import sessions
from privacy_portal.accounts.actors import actor_for
from privacy_portal.accounts.model_feeds import CalendarFeed
from requests_app.errors import NotPermitted
from requests_app.permissions import Permission, may, require


@dataclass(frozen=True, slots=True)
class Made:
    """A new feed: `secret` is shown once, inside its address, and not kept."""

    secret: str
    row: CalendarFeed


def make(*, actor: Actor, now: datetime) -> Made:
    """A feed for whoever asks, who must be somebody that reads requests. The former ends."""
    require(actor, Permission.READ_REQUESTS)
    if actor.scopes is not None:
        raise NotPermitted("A calendar is for people. A machine client asks for the list.")
    secret = secrets.token_urlsafe(32)
    with transaction.atomic():
        end(actor=actor, now=now)
        row = CalendarFeed.objects.create(
            digest=_digest(secret), user_id=UUID(actor.id), made_at=now
        )
        log.append(events.FEED_MADE, actor=actor, obj=log.Obj("calendar", str(row.pk)))
    return Made(secret, row)


def end(*, actor: Actor, now: datetime) -> bool:
    """End one's own feed; False when there was none. Repeating it changes nothing."""
    row = present(actor)
    if row is None:
        return False
    with transaction.atomic():
        CalendarFeed.objects.filter(pk=row.pk).update(ended_at=now)
        log.append(events.FEED_ENDED, actor=actor, obj=log.Obj("calendar", str(row.pk)))
    return True


def end_of(account: UUID, *, now: datetime) -> None:
    """End the feed of an account; the caller's own entry says why."""
    CalendarFeed.objects.filter(user_id=account, ended_at=None).update(ended_at=now)


def present(actor: Actor) -> CalendarFeed | None:
    """The feed that has not ended, if there is one."""
    return CalendarFeed.objects.filter(user_id=UUID(actor.id), ended_at=None).first()


def opened(secret: str, *, now: datetime) -> Actor | None:
    """Whose feed this opens, with the roles they hold now; None when it opens nothing."""
    rows = CalendarFeed.objects.filter(digest=_digest(secret), ended_at=None, user__is_active=True)
    row = rows.select_related("user").first()
    if row is None:
        return None
    if row.last_used is None or now - row.last_used >= sessions.WRITE_AT_MOST_EVERY:
        CalendarFeed.objects.filter(pk=row.pk).update(last_used=now)
    actor = actor_for(row.user, via="calendar")
    return actor if may(actor, Permission.READ_REQUESTS) else None


def _digest(secret: str) -> bytes:
    """SHA-256 alone is enough: the secret is random, so there is nothing to guess from."""
    return hashlib.sha256(secret.encode()).digest()
