"""The matters of this floor that fall due: sessions and answers to forget, keys to make and change.

Each runs in the sweep, as everything that falls due does (`requests_app.falling_due`).
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid5

from django.conf import settings

from audit import attestation, keys
from audit.actors import system
from privacy_portal import anchors, blobs, events, set_up
from privacy_portal.accounts import factors, mailed, refusals, sessions, tokens
from privacy_portal.exports import jobs
from requests_app.actions import drafts
from requests_app.falling_due.matters import chore
from requests_app.falling_due.models import FallsDue
from requests_app.falling_due.registry import SERVICE, Found, Matter, register
from requests_app.outbox import Audience, Topic, tell_of_service

_OFTEN = timedelta(minutes=10)


def _end_idle_sessions(row: FallsDue, now: datetime) -> str:
    sessions.end_idle(now)
    return "done"


def _forget_sessions(row: FallsDue, now: datetime) -> str:
    sessions.SessionStore.clear_expired()
    return "done"


def _forget_refusals(row: FallsDue, now: datetime) -> str:
    refusals.purge(now)
    return "done"


def _forget_tokens(row: FallsDue, now: datetime) -> str:
    tokens.forget(now)
    return "done"


def _forget_codes(row: FallsDue, now: datetime) -> str:
    mailed.forget(now)
    factors.forget_orphans(now)
    return "done"


def _forget_answers(row: FallsDue, now: datetime) -> str:
    # With the REST framework, which nothing else here needs.
    from privacy_portal.api import idempotency

    idempotency.purge(now)
    return "done"


def _forget_drafts(row: FallsDue, now: datetime) -> str:
    drafts.purge(now)
    return "done"


def _forget_exports(row: FallsDue, now: datetime) -> str:
    jobs.forget_expired(now)
    return "done"


def _forget_orphaned_files(row: FallsDue, now: datetime) -> str:
    blobs.remove_orphans(now)
    return "done"


def _make_keys(row: FallsDue, now: datetime) -> str:
    keys.ensure_periods(now)
    return "done"


# --- the age of the key-encryption key --------------------------------------------------------------
def _new_key(now: datetime) -> list[Found]:
    """A key-encryption key seen for the first time: the day on which it is to be changed."""
    if not settings.KEY_DAYS:
        return []
    subject = uuid5(SERVICE, keys.provider().id)
    if FallsDue.objects.filter(what="key_grows_old", subject=subject).exists():
        return []
    return [Found(subject, now + timedelta(days=settings.KEY_DAYS))]


def _say_key_is_old(row: FallsDue, now: datetime) -> str:
    said: dict[str, Any] = {"days": settings.KEY_DAYS}
    tell_of_service(Topic.KEY_OLD, Audience.ADMINISTRATOR, said=said, now=now)
    return "told"


# --- how database and service are set up --------------------------------------------------------------
def _attest(row: FallsDue, now: datetime) -> str:
    """An entry every day; whoever looks after the service hears when anything is otherwise."""
    found = attestation.attest(actor=system("sweep"), also=set_up.of_service())
    if not found.alarming:
        return "done"
    said: dict[str, Any] = {"changed": len(found.changed), "not_as_made": found.differs}
    who = (Audience.ADMINISTRATOR, Audience.OFFICER)
    tell_of_service(Topic.SET_UP, *who, said=said, now=now)
    return "told"


register(
    chore("attest_set_up", _attest, each=timedelta(days=1)),
    chore("stamp_head", anchors.stamp, each=timedelta(days=1)),
    chore("print_head", anchors.print_head, each=timedelta(days=7)),
    chore("end_idle_sessions", _end_idle_sessions, each=_OFTEN),
    chore("forget_sessions", _forget_sessions),
    chore("forget_refusals", _forget_refusals),
    chore("forget_tokens", _forget_tokens),
    chore("forget_mailed_codes", _forget_codes),
    chore("forget_answers", _forget_answers),
    chore("forget_drafts", _forget_drafts),
    chore("forget_exports", _forget_exports),
    chore("forget_orphaned_files", _forget_orphaned_files),
    chore("make_keys", _make_keys, each=timedelta(hours=6)),
    Matter("key_grows_old", act=_say_key_is_old, finds=_new_key, event=events.KEY_GREW_OLD),
)
