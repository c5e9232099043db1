"""Many entries of the log at once: each sealed as any other, all sent in one stream.

For work that records thousands of things in one transaction, where a statement an entry would cost
more than the sealing.  What an entry holds, and what it is found by, is the same as by `log.append`.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from audit import clock, context, eids, entry, keys, lanes, loading, log, names
from audit.actors import Actor
from audit.crypto import blind_index
from audit.entry import Entry, Lane, Obj, Who
from audit.errors import OutsideTransaction

__all__ = ["Batch", "Draft", "append_all", "together"]

#: The two tables' columns, and their rows as they are sent: of each entry there are several.
_SIZE = blind_index.SIZE
_EVENT, _EVENT_ROW = ("eid", "entry"), loading.row_of("16s", "")
_INDEX, _INDEX_ROW = ("facet", "token", "at", "eid"), loading.row_of("h", f"{_SIZE}s", "q", "16s")
#: PostgreSQL counts the microseconds from here.
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


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
        # Python spells while PostgreSQL files, and seals while it stores: so each has work all the time.
        loading.copy_packed("audit.event_index", _INDEX, batch.found(), using=using)
        loading.copy_packed("audit.event", _EVENT, batch.sealed(), using=using)
        lanes.appended_all(connection, batch.ids, batch.lane)


class Batch:
    """Entries of one instant; what many of them share is made once."""

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self.ids: list[UUID] = []
        self.lane: Lane | None = None
        self._connection = connection
        self._drafts: list[tuple[Draft, Lane | None]] = []
        self._plain: list[bytes] = []
        self._now, self._around = clock.now(), context.current()
        self._time_ms, self._ring = entry.millis(self._now), keys.keyring()
        self._at = (eids.at(self._time_ms) - _EPOCH) // timedelta(microseconds=1)
        self._key = self._ring.active(keys.AUDIT, self._now.date())
        # Every key is at hand before anything is sent: meanwhile the database can be asked nothing.
        self._tokens = {
            facet: cache(blind_index.tokens(log.index_of(facet), ring=self._ring))
            for facet in log.Facet
        }
        self._actors: dict[Actor, Who] = {}

    def add_all(self, drafts: Sequence[Draft]) -> list[UUID]:
        """More entries; their ids, in the same order. Nothing is spelt, sealed or sent yet."""
        made = [eids.fresh(self._time_ms) for _ in drafts]
        self.ids += made
        self._drafts += [(draft, self._lane(draft)) for draft in drafts]
        return made

    def found(self) -> Iterator[bytes]:
        """The rows by which each entry is found; it is spelt as they are sent."""
        at = self._at
        for eid, (draft, lane) in zip(self.ids, self._drafts, strict=True):
            facts, raw = self._entry(draft, lane), eid.bytes
            self._plain.append(entry.encode(facts))
            for facet, value in log.facets_of(facts).items():
                token = self._tokens[facet](value)
                yield _INDEX_ROW.pack(4, 2, facet, _SIZE, token, 8, at, 16, raw)

    def sealed(self) -> Iterator[bytes]:
        """The rows that hold each entry, once all are spelt; it is sealed as they are sent."""
        origin = settings.LOG_ORIGIN
        for eid, plain in zip(self.ids, self._plain, strict=True):
            blob = entry.seal(plain, key=self._key, eid=eid, time_ms=self._time_ms, origin=origin)
            yield _EVENT_ROW.pack(2, 16, eid.bytes, len(blob)) + blob

    def _lane(self, draft: Draft) -> Lane | None:
        """One lane for all: the first entry that may bear one names what was committed before."""
        if draft.openable or self.lane is not None:
            return None
        self.lane = lanes.begin(self._connection)
        return self.lane

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
