"""Many entries of the log at once: each sealed as any other, all sent in one statement.

For work that records thousands of things in one transaction, where a statement an entry would cost
more than the sealing.  What an entry holds, and what it is found by, is the same as by `log.append`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connections

from audit import clock, context, eids, entry, keys, lanes, log, names
from audit.actors import Actor
from audit.crypto import blind_index
from audit.entry import Entry, Lane, Obj, Who
from audit.errors import NotTaken, OutsideTransaction

__all__ = ["Draft", "append_all"]

_INSERT = """
    WITH stored AS (
        INSERT INTO audit.event (eid, entry) SELECT * FROM unnest(%s::uuid[], %s::bytea[])
    )
    INSERT INTO audit.event_index (facet, token, at, eid)
    SELECT * FROM unnest(%s::smallint[], %s::bytea[], %s::timestamptz[], %s::uuid[])
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One entry to be; the members are those of `log.append`."""

    name: str
    actor: Actor
    patient: str | None = None
    request: str | None = None
    obj: Obj | None = None
    purpose: str | None = None
    recipient: str | None = None
    after: Mapping[str, Any] | None = None
    extra: Mapping[str, Any] | None = None
    day: date | None = None
    zone: str | None = None
    openable: bool = False


def append_all(drafts: Sequence[Draft], *, using: str = "default") -> list[UUID]:
    """Append these entries in the transaction of `using`; their ids, in the same order.

    Raises OutsideTransaction without one, and whatever `log.append` raises for what an entry holds.
    """
    connection = connections[using]
    if not connection.in_atomic_block:
        raise OutsideTransaction("append inside the transaction of what happened")
    if not drafts:
        return []
    # One lane for all: the first entry that may bear one names what was committed before.
    begun = None if all(one.openable for one in drafts) else lanes.begin(connection)
    bears = next((place for place, one in enumerate(drafts) if not one.openable), None)
    borne = [begun if place == bears else None for place in range(len(drafts))]
    batch = _Batch()
    ids = [batch.add(_entry(draft, lane)) for draft, lane in zip(drafts, borne, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [ids, batch.blobs, *map(list, zip(*batch.index, strict=True))])
        if cursor.rowcount != len(batch.index):
            raise NotTaken("the entries were sent and not stored")
    for eid, lane in zip(ids, borne, strict=True):
        lanes.appended(connection, eid, lane)
    return ids


class _Batch:
    """Sealed entries and their index rows; a token that many share is made once."""

    def __init__(self) -> None:
        self.blobs: list[bytes] = []
        self.index: list[tuple[int, bytes, Any, UUID]] = []
        self._ring = keys.keyring()
        self._tokens: dict[tuple[log.Facet, str], bytes] = {}

    def add(self, facts: Entry) -> UUID:
        time_ms = entry.millis(facts.at)
        eid = eids.fresh(time_ms)
        key = self._ring.active(keys.AUDIT, facts.at.date())
        origin = settings.LOG_ORIGIN
        blob = entry.seal(entry.encode(facts), key=key, eid=eid, time_ms=time_ms, origin=origin)
        self.blobs.append(blob)
        at = eids.instant(eid)
        for facet, value in log.facets_of(facts).items():
            self.index.append((facet.value, self._token(facet, value), at, eid))
        return eid

    def _token(self, facet: log.Facet, value: str) -> bytes:
        known = self._tokens.get((facet, value))
        if known is None:
            known = blind_index.token(log.index_of(facet), value, ring=self._ring)
            self._tokens[facet, value] = known
        return known


def _entry(draft: Draft, lane: Lane | None) -> Entry:
    around, actor = context.current(), draft.actor
    return Entry(
        name=names.require(draft.name),
        at=clock.now(),
        actor=Who(actor.id, actor.name, tuple(sorted(actor.roles)), actor.via),
        outcome="success",
        day=draft.day,
        zone=draft.zone,
        acting_for=actor.acting_for,
        patient=draft.patient,
        request=draft.request,
        object=draft.obj,
        purpose=draft.purpose,
        recipient=draft.recipient,
        after=draft.after,
        network=log.network_of(around),
        app=around.app,
        lane=lane,
        extra=draft.extra,
    )
