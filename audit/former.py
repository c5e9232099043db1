"""Logs that were closed because entries of theirs are gone for good (FORMAT.md, section 17).

What is still here of them keeps its places and heads; whatever else was here has, or waits for, a
place in the log that went on.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import connections

from audit import events, log, origins
from audit.actors import Actor
from audit.published import top


@dataclass(frozen=True, slots=True)
class FormerLog:
    """A closed log: its name, that of the one after it, and what is missing of it.

    size  of the largest head that was remembered; kept: the entries from the first on that are here
    """

    origin: str
    successor: str
    size: int
    kept: int
    closed_at: datetime


@dataclass(frozen=True, slots=True)
class Place:
    """Where an entry stands in a closed log; `heads` are those over it, the largest first."""

    origin: str
    index: int
    leaf: bytes
    entry: bytes | None
    heads: tuple[bytes, ...]


_LOGS = """
    SELECT origin, successor, size, kept, closed_at FROM audit.former_log ORDER BY epoch DESC
"""
_PLACE = """
    SELECT closed.epoch, closed.origin, leaf.idx, leaf.leaf_hash, event.entry, closed.note
    FROM audit.former_leaf AS leaf JOIN audit.former_log AS closed USING (epoch)
    LEFT JOIN audit.event AS event USING (eid)
    WHERE leaf.eid = %s
"""
_NEWEST = """
    SELECT note || (
        SELECT coalesce(string_agg(line, '' ORDER BY name), '') FROM (
            SELECT DISTINCT ON (name) name, line FROM audit.former_cosignature
            WHERE epoch = head.epoch AND size = head.size ORDER BY name, at DESC
        ) AS witnesses
    ) FROM audit.former_checkpoint AS head
    WHERE epoch = %s AND size > %s ORDER BY size DESC LIMIT 1
"""


def logs(*, using: str = "default") -> list[FormerLog]:
    """Those that were closed, the last one first."""
    with connections[using].cursor() as cursor:
        cursor.execute(_LOGS)
        return [FormerLog(*row) for row in cursor.fetchall()]


def place_of(eid: UUID, *, using: str = "default") -> Place | None:
    """Where an entry stands in a closed log; None if it stands in none."""
    with connections[using].cursor() as cursor:
        cursor.execute(_PLACE, [eid])
        row = cursor.fetchone()
        if row is None:
            return None
        epoch, origin, index, leaf, entry, note = row
        cursor.execute(_NEWEST, [epoch, index])
        newest = cursor.fetchone()
    heads = [note, *([newest[0]] if newest else [])]
    raw = None if entry is None else bytes(entry)
    return Place(origin, index, bytes(leaf), raw, tuple(one.encode() for one in heads))


def folder_of(origin: str) -> Path:
    """The folder of a closed log's files."""
    return origins.place(top(), origin, first=settings.LOG_ORIGIN)


def announce(facts: Mapping[str, str | int], *, reason: str, actor: Actor) -> UUID:
    """The entry that a log begins with which goes on after another; one that waits is found again."""
    return next(_waiting(facts), None) or log.append(
        events.SUCCEEDED, actor=actor, reason=reason, extra=facts, using=log.REFUSALS
    )


def _waiting(facts: Mapping[str, str | int]) -> Iterator[UUID]:
    """Such an entry of an attempt that was broken off."""
    for one in log.find(log.Facet.NAME, events.SUCCEEDED).entries:
        if dict(one.entry.extra or {}) == dict(facts) and _waits(one.eid):
            yield one.eid


def _waits(eid: UUID) -> bool:
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT FROM audit.pending WHERE eid = %s", [eid])
        return cursor.fetchone() is not None
