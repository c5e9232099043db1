"""Finding entries without opening them, and opening those that are asked for.

The keyed index leads from a patient, an actor, a name or a request to entries; ids begin with the
time, so a span of time is a range of the primary key.  Nothing is opened to find anything.  A row of
the index is a hint that anybody with the table could have written: whoever opens, lets the entry decide.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connections

from audit import eids, entry, log
from audit.crypto import blind_index
from audit.errors import SealBroken
from audit.log import Facet, Opened, Page

_END = (eids.instant(eids.LAST), eids.LAST)


@dataclass(frozen=True, slots=True)
class Which:
    """Which entries, newest first.

    facet, value  by what they are found; none for all
    since, until  the service's clock as they were written: from the one on, and before the other
    before        continues after this entry
    """

    facet: Facet | None = None
    value: str = ""
    since: datetime | None = None
    until: datetime | None = None
    before: UUID | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Sealed:
    """What may be known of an entry without opening it.

    at      when it was written, by the service's clock; arrived: by the database's
    index   its place in the log, leaf its hash there; None while it waits for one
    log     the closed log in which that place is; empty for the one that is open
    key     the number of its data key
    length  of its bytes
    """

    eid: UUID
    at: datetime
    arrived: datetime
    key: int
    length: int
    index: int | None
    leaf: bytes | None
    log: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page; `before` continues it, None at the end."""

    entries: tuple[Sealed, ...]
    before: UUID | None


def listed(which: Which, *, using: str = "default") -> Sheet:
    """The entries, sealed."""
    found = _found(which, using)
    rows = {row[0]: _sealed(row) for row in _rows(_SEALED, found, using)}
    return Sheet(tuple(rows[eid] for eid in found if eid in rows), _following(found, which))


def opened(which: Which, *, using: str = "default") -> Page:
    """The entries, opened. Whoever calls has a reason, and appends an entry that says it."""
    found = _found(which, using)
    rows = {row[0]: _opened(row) for row in _rows(_WHOLE, found, using)}
    true = tuple(rows[eid] for eid in found if eid in rows and _is(which, rows[eid]))
    return Page(true, _following(found, which))


def sealed(eid: UUID, *, using: str = "default") -> Sealed:
    """One entry, sealed. LookupError if there is none of that id."""
    for row in _rows(_SEALED, [eid], using):
        return _sealed(row)
    raise LookupError("no entry of that id")


def at_places(places: Sequence[int], *, using: str = "default") -> dict[int, bytes]:
    """The bytes of the entries at these places; those without an entry, or pruned, are left out."""
    return {row[0]: bytes(row[1]) for row in _rows(_AT, list(places), using)}


# --- finding -------------------------------------------------------------------------------------
_HITS = """
    SELECT eid FROM audit.event_index
    WHERE facet = %s AND token = %s AND (at, eid) < (%s, %s) AND at >= %s
    ORDER BY at DESC, eid DESC LIMIT %s
"""
_ALL = "SELECT eid FROM audit.event WHERE eid < %s AND eid >= %s ORDER BY eid DESC LIMIT %s"


def _found(which: Which, using: str) -> list[UUID]:
    upper, lower = _upper(which), eids.first(which.since) if which.since else UUID(int=0)
    values: list[Any] = [upper[1], lower, which.limit]
    if which.facet is not None:
        token = blind_index.token(log.index_of(which.facet), which.value)
        values = [which.facet.value, token, *upper, eids.instant(lower), which.limit]
    with connections[using].cursor() as cursor:
        cursor.execute(_ALL if which.facet is None else _HITS, values)
        return [eid for (eid,) in cursor.fetchall()]


def _upper(which: Which) -> tuple[datetime, UUID]:
    """Where the page begins: before what was shown last, and before the end of the span."""
    bounds = [_END]
    if which.before is not None:
        bounds.append((eids.instant(which.before), which.before))
    if which.until is not None:
        first = eids.first(which.until)
        bounds.append((eids.instant(first), first))
    return min(bounds)


def _following(found: Sequence[UUID], which: Which) -> UUID | None:
    return found[-1] if len(found) == which.limit else None


# --- reading ------------------------------------------------------------------------------------
_SEALED = """
    SELECT event.eid, event.inserted_at, substring(event.entry FROM 1 FOR 112),
           octet_length(event.entry), coalesce(leaf.idx, aside.idx),
           coalesce(leaf.leaf_hash, aside.leaf_hash), coalesce(closed.origin, '')
    FROM audit.event AS event LEFT JOIN audit.leaf AS leaf USING (eid)
    LEFT JOIN audit.former_leaf AS aside USING (eid)
    LEFT JOIN audit.former_log AS closed ON closed.epoch = aside.epoch
    WHERE event.eid = ANY(%s)
"""
_WHOLE = "SELECT eid, inserted_at, entry FROM audit.event WHERE eid = ANY(%s)"
_AT = "SELECT idx, entry FROM audit.leaf JOIN audit.event USING (eid) WHERE idx = ANY(%s)"


def _rows(query: str, wanted: Sequence[Any], using: str) -> list[tuple[Any, ...]]:
    with connections[using].cursor() as cursor:
        cursor.execute(query, [list(wanted)])
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def _sealed(row: tuple[Any, ...]) -> Sealed:
    eid, arrived, head, length, index, leaf, closed = row
    key = entry.header(bytes(head)).dek_id
    hashed = None if leaf is None else bytes(leaf)
    return Sealed(eid, eids.instant(eid), arrived, key, length, index, hashed, closed)


def _opened(row: tuple[Any, ...]) -> Opened:
    eid, arrived, blob = row[0], row[1], bytes(row[2])
    if entry.header(blob).eid != eid:
        raise SealBroken("does not open")
    return Opened(eid, arrived, log.opened(blob))


def _is(which: Which, found: Opened) -> bool:
    return which.facet is None or log.facets_of(found.entry).get(which.facet) == which.value
