"""Many entries of the log at once: each sealed as any other, all sent in one stream.

For work that records thousands of things in one transaction, where a statement an entry would cost
more than the sealing.  What an entry holds, and what it is found by, is the same as by `log.append`.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from audit import clock, context, eids, entry, keys, lanes, log, names
from audit.actors import Actor
from audit.crypto import blind_index
from audit.entry import Entry, Lane, Obj, Who
from audit.errors import OutsideTransaction
from audit.loading import copy_in

__all__ = ["Batch", "Draft", "append_all", "together"]

_EVENT = {"eid": "uuid", "entry": "bytea"}
_INDEX = {"facet": "int2", "token": "bytea", "at": "timestamptz", "eid": "uuid"}


class Draft(NamedTuple):
    """One entry to be; the members are those of `log.append`. A tuple: thousands are made at once."""

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
    with together(using=using) as entries:
        return entries.add_all(drafts)


@contextmanager
def together(*, using: str = "default") -> Iterator["Batch"]:
    """Entries told one after another, sent in one stream at the end; nothing, if that is not reached.

    Raises as `append_all` does.
    """
    connection = connections[using]
    if not connection.in_atomic_block:
        raise OutsideTransaction("append inside the transaction of what happened")
    batch = Batch(connection)
    yield batch
    if batch.ids:
        copy_in("audit.event", _EVENT, batch.sealed(), using=using)
        copy_in("audit.event_index", _INDEX, batch.index, using=using)
        lanes.appended_all(connection, batch.ids, batch.lane)


class Batch:
    """Entries of one instant; what many of them share is made once."""

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self.ids: list[UUID] = []
        self.index: list[tuple[int, bytes, datetime, UUID]] = []
        self.lane: Lane | None = None
        self._connection = connection
        self._plain: list[bytes] = []
        self._now, self._around = clock.now(), context.current()
        self._time_ms, self._ring = entry.millis(self._now), keys.keyring()
        self._at = eids.at(self._time_ms)
        self._key = self._ring.active(keys.AUDIT, self._now.date())
        self._tokens: dict[tuple[log.Facet, str], bytes] = {}
        self._actors: dict[Actor, Who] = {}

    def add_all(self, drafts: Sequence[Draft]) -> list[UUID]:
        """More entries; their ids, in the same order."""
        return [self._add(draft) for draft in drafts]

    def _add(self, draft: Draft) -> UUID:
        """One more entry, spelt and found; nothing is sealed or sent yet."""
        facts, eid = self._entry(draft, self._lane(draft)), eids.fresh(self._time_ms)
        self._plain.append(entry.encode(facts))
        self.ids.append(eid)
        for facet, value in log.facets_of(facts).items():
            self.index.append((int(facet), self._token(facet, value), self._at, eid))
        return eid

    def _lane(self, draft: Draft) -> Lane | None:
        """One lane for all: the first entry that may bear one names what was committed before."""
        if draft.openable or self.lane is not None:
            return None
        self.lane = lanes.begin(self._connection)
        return self.lane

    def sealed(self) -> Iterator[tuple[UUID, bytes]]:
        """Each entry sealed as it is sent, so that PostgreSQL stores while the next is sealed."""
        origin = settings.LOG_ORIGIN
        for eid, plain in zip(self.ids, self._plain, strict=True):
            yield (
                eid,
                entry.seal(plain, key=self._key, eid=eid, time_ms=self._time_ms, origin=origin),
            )

    def _token(self, facet: log.Facet, value: str) -> bytes:
        known = self._tokens.get((facet, value))
        if known is None:
            known = blind_index.token(log.index_of(facet), value, ring=self._ring)
            self._tokens[facet, value] = known
        return known

    def _who(self, actor: Actor) -> Who:
        known = self._actors.get(actor)
        if known is None:
            known = Who(actor.id, actor.name, tuple(sorted(actor.roles)), actor.via)
            self._actors[actor] = known
        return known

    def _entry(self, draft: Draft, lane: Lane | None) -> Entry:
        return Entry(
            name=names.require(draft.name),
            at=self._now,
            actor=self._who(draft.actor),
            outcome="success",
            day=draft.day,
            zone=draft.zone,
            acting_for=draft.actor.acting_for,
            patient=draft.patient,
            request=draft.request,
            object=draft.obj,
            purpose=draft.purpose,
            recipient=draft.recipient,
            after=draft.after,
            network=log.network_of(self._around),
            app=self._around.app,
            lane=lane,
            extra=draft.extra,
        )
