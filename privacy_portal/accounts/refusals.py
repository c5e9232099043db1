"""Refusals of callers who are not signed in: counted, limited, and one entry a source and minute.

What was typed is never kept: counts stand under keyed digests.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection, models, transaction
from django.utils.crypto import salted_hmac

from audit import clock, log
from audit.actors import system
from privacy_portal import events
from privacy_portal.accounts.model_refusals import RefusalCount

#: Refused sign-ins after which the next is not even tried.
PER_SOURCE, SOURCE_WINDOW = 10, timedelta(minutes=1)
PER_NAME, NAME_WINDOW = 5, timedelta(minutes=5)
KEPT = timedelta(days=7)


class TooManyAttempts(Exception):
    """Wait, then try again."""


def check(source: str, name: str, *, now: datetime) -> None:
    """Raise TooManyAttempts when this source, or this typed name, was refused too often."""
    by_source = _count(_key("source", source), now - SOURCE_WINDOW)
    by_name = _count(_key("name", name), now - NAME_WINDOW)
    if by_source >= PER_SOURCE or by_name >= PER_NAME:
        note(source, what="too_many")
        raise TooManyAttempts


def note(source: str, *, what: str, name: str | None = None) -> None:
    """Count one refusal; `what` is sign_in, too_many, token, or what was counted.

    The first of a source in a minute is an entry of the log, which holds the source, encrypted.
    """
    minute = clock.now().replace(second=0, microsecond=0)
    with transaction.atomic():
        if name is not None:
            _add(_key("name", name), minute)
        if _add(_key("source", source), minute) == 1:
            log.append(
                events.CALLER_REFUSED,
                actor=system("sign-in"),
                outcome="refused",
                extra={"what": what, "minute": minute.isoformat()},
            )


def count(what: str, source: str, *, most: int, within: timedelta, now: datetime) -> None:
    """Count one thing that a caller without an account does; TooManyAttempts beyond `most` of them.

    A caller who is turned away is an entry of the log, the first in each minute.
    """
    key = _key(what, source)
    if _count(key, now - within) >= most:
        note(source, what=what)
        raise TooManyAttempts
    with transaction.atomic():
        _add(key, now.replace(second=0, microsecond=0))


def purge(now: datetime) -> int:
    """Forget counts older than a week; for a task, safe to repeat."""
    gone, _ = RefusalCount.objects.filter(minute__lt=now - KEPT).delete()
    return gone


def _key(kind: str, value: str) -> bytes:
    return salted_hmac("privacy_portal.refusals", f"{kind}\0{value}", algorithm="sha256").digest()[
        :16
    ]


def _count(key: bytes, since: datetime) -> int:
    rows = RefusalCount.objects.filter(key=key, minute__gt=since - timedelta(minutes=1))
    return rows.aggregate(total=models.Sum("count"))["total"] or 0


def _add(key: bytes, minute: datetime) -> int:
    """Add one and return the new count: one statement, so that no two callers are both first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO account_refusal_count AS c (key, minute, count) VALUES (%s, %s, 1) "
            "ON CONFLICT (key, minute) DO UPDATE SET count = c.count + 1 RETURNING count",
            [key, minute],
        )
        row: tuple[Any, ...] = cursor.fetchone()
    return int(row[0])
