"""The door of the log: append, read, find.

An entry is appended inside the transaction of what it tells of: both are kept or neither is.
Sealed in this process, one statement to the database, nothing waits for another writer.
Its place in the tree, and the head signed over it, come later from another process.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum
from functools import cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from audit import actors, clock, context, eids, entry, events, keys, lanes, names
from audit.actors import Actor
from audit.crypto import blind_index
from audit.entry import Entry, Network, Obj, Who
from audit.errors import NotTaken, OutsideTransaction, SealBroken

__all__ = [
    "Facet", "Obj", "Opened", "Page", "append", "close_lane", "find",
    "number_all", "numbered", "opened", "page_end", "read", "recent",
]  # fmt: skip

REFUSALS = "refusals"


class Facet(IntEnum):
    """By what an entry can be found. The numbers are stored."""

    SUBJECT = 1
    ACTOR = 2
    NAME = 3
    REQUEST = 4


_FACETS = (Facet.SUBJECT, Facet.ACTOR, Facet.NAME, Facet.REQUEST)
_INDEX = {facet: f"log.{facet.name.lower()}" for facet in Facet}
blind_index.register(*_INDEX.values())


@dataclass(frozen=True, slots=True)
class Opened:
    """An entry as read back. `inserted_at` is the database's clock, `entry.at` the service's."""

    eid: UUID
    inserted_at: datetime
    entry: Entry


@dataclass(frozen=True, slots=True)
class Page:
    """Newest first; `before` continues after the last one and is None at the end."""

    entries: tuple[Opened, ...]
    before: UUID | None


def append(
    name: str,
    *,
    actor: Actor,
    patient: str | None = None,
    request: str | None = None,
    obj: Obj | None = None,
    outcome: str = "success",
    reason: str | None = None,
    purpose: str | None = None,
    recipient: str | None = None,
    acting_for: str | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    extra: Mapping[str, Any] | None = None,
    day: date | None = None,
    zone: str | None = None,
    openable: bool = False,
    using: str = "default",
) -> UUID:
    """Append one entry in the transaction of `using`; its id.

    name     registered in audit.names; another raises UnknownEventName
    patient, request  opaque ids as text; recipient, reason, purpose  text, sealed with the rest
    before, after, extra  flat facts: text, whole numbers, truth values; MalformedEntry for others
    day, zone  the site's own day and time zone, where "the day" matters
    openable  a patient may be given the key to this entry, so it bears no lane (audit.lanes)

    OutsideTransaction without one, except on `refusals`, whose entries outlive what they refuse.
    """
    around, connection = context.current(), connections[using]
    begun = lanes.begin(connection)
    lane = None if openable else begun
    facts = Entry(
        name=names.require(name),
        at=clock.now(),
        actor=Who(actor.id, actor.name, tuple(sorted(actor.roles)), actor.via),
        outcome=outcome,
        day=day,
        zone=zone,
        acting_for=acting_for or actor.acting_for,
        patient=patient,
        request=request,
        object=obj,
        reason=reason,
        purpose=purpose,
        recipient=recipient,
        before=before,
        after=after,
        network=network_of(around),
        app=around.app,
        lane=lane,
        extra=extra,
    )
    if using != REFUSALS and not connection.in_atomic_block:
        raise OutsideTransaction("append inside the transaction of what happened")
    eid = _store(facts, connection)
    lanes.appended(connection, eid, lane)
    return eid


def number_all(
    of: Sequence[tuple[str, UUID]], *, using: str = "default"
) -> list[tuple[int, UUID | None]]:
    """The next numbers among each person's entries of this sort, each with the entry of the one before.

    of  each a person and the entry that is numbered, in the order of the numbers

    Whoever takes numbers appends them as entries of their own, in the same transaction; the numbers of
    one person are given one transaction after another.
    """
    places: dict[str, list[int]] = {}
    for place, (patient, _) in enumerate(of):
        places.setdefault(patient, []).append(place)
    eids = [eid for _, eid in of]
    given: dict[int, tuple[int, UUID | None]] = {}
    for taken, (number, before) in zip(places.values(), _taken(places, eids, using), strict=True):
        for step, place in enumerate(taken):
            given[place] = number + step, before
            before = eids[place]
    return [given[place] for place in range(len(of))]


def _taken(
    places: Mapping[str, Sequence[int]], eids: Sequence[UUID], using: str
) -> list[tuple[int, UUID | None]]:
    """For each person the first number, and the entry with the one before; one statement for all."""
    tokens = [blind_index.token(_INDEX[Facet.SUBJECT], patient) for patient in places]
    last = [eids[own[-1]] for own in places.values()]
    with connections[using].cursor() as cursor:
        cursor.execute(_TAKE, [tokens, last, [len(own) for own in places.values()]])
        return [(number, before) for _, number, before in sorted(cursor.fetchall())]


_TAKE = """
    SELECT one.place, given.number, given.before
    FROM unnest(%s::bytea[], %s::uuid[], %s::bigint[])
        WITH ORDINALITY AS one (token, eid, many, place),
         LATERAL audit.subject_next(one.token, one.eid, one.many) AS given
"""


def numbered(patient: str, *, using: str = "default") -> tuple[int, UUID | None]:
    """How many numbers a person's entries have been given, and the entry with the last one."""
    token = blind_index.token(_INDEX[Facet.SUBJECT], patient)
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT seq, last_eid FROM audit.subject_lane WHERE subject_token = %s", [token]
        )
        found: tuple[int, UUID] | None = cursor.fetchone()
    return found or (0, None)


def close_lane() -> None:
    """Called as a process ends: its last entries are named by one more."""
    if lanes.unnamed(connections[REFUSALS]):
        append(events.LANE_CLOSED, actor=actors.system("lane"), using=REFUSALS)


def read(eid: UUID, *, using: str = "default") -> Opened:
    """One entry, opened. LookupError if there is none of that id."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT eid, inserted_at, entry FROM audit.event WHERE eid = %s", [eid])
        row = cursor.fetchone()
    if row is None:
        raise LookupError("no entry of that id")
    return _opened(row)


def find(
    facet: Facet,
    value: str,
    *,
    before: UUID | None = None,
    limit: int = 50,
    using: str = "default",
) -> Page:
    """Entries about one patient, actor, name or request, newest first, a page at a time."""
    page = _page(_FIND, _found_by(facet, value, before or eids.LAST, limit), limit, using)
    # An index row is a hint that anybody with the table could have written: the entry decides.
    true = tuple(one for one in page.entries if facets_of(one.entry).get(facet) == value)
    return Page(true, page.before)


def recent(*, before: UUID | None = None, limit: int = 50, using: str = "default") -> Page:
    """All entries, newest first, a page at a time."""
    return _page(_RECENT, [before or eids.LAST, limit], limit, using)


def page_end(
    by: tuple[Facet, str] | None, *, before: UUID, limit: int, using: str = "default"
) -> UUID | None:
    """Where a page of `find`, or without a facet of `recent`, ends and another goes on; None where
    none does. No entry is read for it."""
    parameters: list[Any] = _found_by(*by, before, limit) if by else [before, limit]
    parameters[-1] -= 1
    query = (_FIND if by else _RECENT).format(_END)
    with connections[using].cursor() as cursor:
        cursor.execute(query + "OFFSET %s LIMIT 1", parameters)
        found: tuple[UUID] | None = cursor.fetchone()
    return found[0] if found else None


def _found_by(facet: Facet, value: str, upper: UUID, limit: int) -> list[Any]:
    token = blind_index.token(_INDEX[facet], value)
    return [facet.value, token, eids.instant(upper), upper, limit]


# --- writing -----------------------------------------------------------------------------------
_INSERT = "WITH stored AS (INSERT INTO audit.event (eid, entry) VALUES (%(eid)s, %(blob)s)) "
_INDEXED = "INSERT INTO audit.event_index (facet, token, at, eid) VALUES "


@cache
def _statement(facets: tuple[Facet, ...]) -> str:
    """The entry and its index rows: one statement, one round trip, each value sent once."""
    rows = (f"({one.value}, %(token{one.value})s, %(at)s, %(eid)s)" for one in facets)
    return _INSERT + _INDEXED + ", ".join(rows)


def _store(facts: Entry, connection: BaseDatabaseWrapper) -> UUID:
    time_ms = entry.millis(facts.at)
    eid = eids.fresh(time_ms)
    ring = keys.keyring()
    key = ring.active(keys.AUDIT, facts.at.date())
    blob = entry.seal(
        entry.encode(facts), key=key, eid=eid, time_ms=time_ms, origin=settings.LOG_ORIGIN
    )
    values: dict[str, Any] = {"eid": eid, "blob": blob, "at": eids.instant(eid)}
    facets = facets_of(facts)
    for facet, value in facets.items():
        values[f"token{facet.value}"] = blind_index.token(_INDEX[facet], value, ring=ring)
    with connection.cursor() as cursor:
        cursor.execute(_statement(tuple(facets)), values)
        if cursor.rowcount != len(facets):
            raise NotTaken("the entry was sent and not stored")
    return eid


def facets_of(facts: Entry) -> dict[Facet, str]:
    """What an entry is found by."""
    told = (facts.patient, facts.actor.id, facts.name, facts.request)
    return {facet: value for facet, value in zip(_FACETS, told, strict=True) if value}


def index_of(facet: Facet) -> str:
    """The name of the blind index of a facet."""
    return _INDEX[facet]


def network_of(around: context.RequestContext) -> Network | None:
    """The part of an entry that says from where it was asked."""
    if around.request_id is None and around.network is None:
        return None
    return Network(around.request_id, around.network)


# --- reading -----------------------------------------------------------------------------------
_ENTRY, _END = "event.eid, event.inserted_at, event.entry", "event.eid"
_RECENT = "SELECT {} FROM audit.event WHERE eid < %s ORDER BY eid DESC "
_FIND = """
    SELECT {}
    FROM audit.event_index AS hit JOIN audit.event AS event USING (eid)
    WHERE hit.facet = %s AND hit.token = %s AND (hit.at, hit.eid) < (%s, %s)
    ORDER BY hit.at DESC, hit.eid DESC
"""


def _page(query: str, parameters: list[Any], limit: int, using: str) -> Page:
    with connections[using].cursor() as cursor:
        cursor.execute(query.format(_ENTRY) + "LIMIT %s", parameters)
        rows = cursor.fetchall()
    following = rows[-1][0] if len(rows) == limit else None
    return Page(tuple(_opened(row) for row in rows), following)


def _opened(row: tuple[UUID, datetime, bytes]) -> Opened:
    eid, inserted_at, blob = row[0], row[1], bytes(row[2])
    if entry.header(blob).eid != eid:
        raise SealBroken("does not open")
    return Opened(eid, inserted_at, opened(blob))


def opened(blob: bytes) -> Entry:
    """The facts in an entry's bytes, with the keys of this process. Raises, never a guess."""
    key = keys.keyring().named(entry.header(blob).dek_id)
    return entry.open_entry(blob, key=key, origin=settings.LOG_ORIGIN)
