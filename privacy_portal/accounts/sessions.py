"""Session store (settings.SESSION_ENGINE): rows under a digest, ended all at once, never idle long.

A session ends SESSION_IDLE_MINUTES after the last activity that was written (at most once a
minute, so never later than the setting says) and in any case SESSION_HOURS after it was opened.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db import transaction
from django.db.models import Q

from audit import clock, log
from audit.actors import Actor, system
from privacy_portal import events
from privacy_portal.accounts.model_sessions import Session
from requests_app.compiled import Compiled

OPENED, SEEN, CONFIRMED = "opened_at", "seen_at", "confirmed_at"
#: Set once the second step was shown, or set up, in this session.
SECOND_STEP = "second_step"
#: How long after the password was typed what protects the account can be changed.
CONFIRMED_FOR = timedelta(minutes=10)
WRITE_AT_MOST_EVERY = timedelta(minutes=1)
#: Whoever writes a request without an account has nothing else that keeps what is written.
VISITOR_IDLE = timedelta(hours=1)


_OPEN = Compiled(
    lambda key, now: Session.objects.filter(session_key=key, expire_date__gt=now),
    key=str,
    now=datetime,
)


def digest(key: str) -> str:
    """What stands in the database for a session key: 40 hexadecimal digits."""
    return hashlib.sha256(key.encode()).hexdigest()[:40]


class SessionStore(DatabaseStore):
    """Django's database store with two changes: the key is digested, time comes from our clock."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def _get_session_from_db(self) -> Session | None:
        row = _OPEN.first(key=digest(str(self.session_key)), now=clock.now())
        if row is None:
            self._session_key = None
        return row

    def exists(self, session_key: str) -> bool:
        return Session.objects.filter(session_key=digest(session_key)).exists()

    def create_model_instance(self, data: Mapping[str, Any]) -> Session:
        now = clock.now()
        opened = _instant(data.get(OPENED)) or now
        return Session(
            session_key=digest(self._get_or_create_session_key()),
            session_data=self.encode(dict(data)),
            account_id=data.get(SESSION_KEY),
            opened_at=opened,
            last_seen=_instant(data.get(SEEN)) or now,
            expire_date=opened + timedelta(hours=settings.SESSION_HOURS),
        )

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key is not None:
            Session.objects.filter(session_key=digest(key)).delete()

    @classmethod
    def clear_expired(cls) -> None:
        Session.objects.filter(expire_date__lte=clock.now()).delete()


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def opened(session: SessionBase, now: datetime) -> None:
    """Note the start of a signed-in session."""
    session[OPENED] = session[SEEN] = session[CONFIRMED] = now.isoformat()


def confirm(session: SessionBase, now: datetime) -> None:
    """Note that its owner has typed the password again."""
    session[CONFIRMED] = now.isoformat()


def is_confirmed(session: SessionBase, now: datetime) -> bool:
    """Whether its owner signed in, or typed the password again, within the last ten minutes."""
    at = _instant(session.get(CONFIRMED))
    return at is not None and now - at <= CONFIRMED_FOR


def is_over(session: SessionBase, now: datetime) -> bool:
    """Whether a signed-in session has been idle, or open, for longer than allowed."""
    seen, start = _instant(session.get(SEEN)), _instant(session.get(OPENED))
    if seen is None or start is None:
        return True
    return now - seen > idle_limit() or now - start > timedelta(hours=settings.SESSION_HOURS)


def touch(session: SessionBase, now: datetime) -> None:
    """Note activity, at most once a minute."""
    seen = _instant(session.get(SEEN))
    if seen is None or now - seen >= WRITE_AT_MOST_EVERY:
        session[SEEN] = now.isoformat()


def idle_limit() -> timedelta:
    return timedelta(minutes=settings.SESSION_IDLE_MINUTES)


def end_all(account: UUID) -> int:
    """End every session of one person; returns how many there were."""
    ended, _ = Session.objects.filter(account_id=account).delete()
    return ended


def of(account: UUID, *, now: datetime) -> list[Session]:
    """A person's sessions that still open something, the last used first."""
    rows = Session.objects.filter(account_id=account, expire_date__gt=now)
    return list(rows.filter(last_seen__gte=now - idle_limit()).order_by("-last_seen"))


def end_one(account: UUID, key_digest: str, *, actor: Actor) -> bool:
    """End one of a person's own sessions, named by its digest; False when it had ended already."""
    with transaction.atomic():
        gone, _ = Session.objects.filter(account_id=account, session_key=key_digest).delete()
        if gone:
            log.append(events.SESSION_ENDED, actor=actor, obj=log.Obj("account", str(account)))
    return bool(gone)


def end_idle(now: datetime) -> int:
    """End what nobody came back to, with an entry for each person; for a task, safe to repeat.

    Returns how many sessions were ended.
    """
    visitors = Q(account_id__isnull=True, last_seen__lt=now - VISITOR_IDLE)
    people = Q(account_id__isnull=False, last_seen__lt=now - idle_limit())
    over = Session.objects.filter(visitors | people)
    with transaction.atomic():
        rows = list(over.select_for_update(skip_locked=True))
        for account in (row.account_id for row in rows if row.account_id):
            log.append(
                events.SESSION_TIMED_OUT,
                actor=system("sessions"),
                obj=log.Obj("account", str(account)),
            )
        Session.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return len(rows)
