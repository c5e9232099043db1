"""Lanes: each process says in its next entry which entries it has committed since its last.

Before an entry is sealed into the tree, somebody with the database's own powers could delete it
without a trace.  Then the process's next entry names something that is not there.

An entry is named once it is committed, and by the first entry that is committed after it; one that
was rolled back is never named.  When a connection breaks while a commit is under way nobody knows
what became of it: a new lane begins, and says so.  What a patient may open bears no lane, since
ids of other entries are a trace of them; it is named by the next entry that bears one.

    begun = lanes.begin(connection)            what the next entry says, if it bears a lane
    lanes.appended(connection, eid, begun)     once it is stored; None if it bore none
"""

import os
import secrets
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice
from typing import Any
from uuid import UUID

from django.db.backends.base.base import BaseDatabaseWrapper

from audit.entry import Lane

#: How many an entry names; what is over is named by the next.
MOST = 50


def _fresh_id() -> str:
    return secrets.token_hex(8)


@dataclass
class _Process:
    """What this process has committed in one database and not yet named."""

    id: str = field(default_factory=_fresh_id)
    unnamed: dict[str, None] = field(default_factory=dict)
    doubtful: dict[str, None] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def next(self) -> Lane:
        with self.lock:
            doubt = tuple(self.doubtful)[:MOST]
            return Lane(self.id, tuple(islice(self.unnamed, MOST)), doubt or None)

    def committed(self, eids: Iterable[str], lane: Lane | None) -> None:
        with self.lock:
            self.unnamed |= dict.fromkeys(eids)
            if lane is not None:
                _forget(self.unnamed, lane.prev)
                _forget(self.doubtful, lane.doubt or ())

    def doubts(self, eids: Iterable[str]) -> None:
        """Nobody knows what became of these: the lane ends, another names them."""
        with self.lock:
            self.doubtful |= dict.fromkeys(eids)
            self.id = _fresh_id()


@dataclass
class _Session:
    """What a thread has appended over one connection and not heard the end of."""

    link: Any = None
    open: dict[str, None] = field(default_factory=dict)


class _Sessions(threading.local):
    def __init__(self) -> None:
        self.by_alias: dict[str, _Session] = {}


#: By process and database: a forked child begins lanes of its own.
_processes: dict[tuple[int, str], _Process] = {}
_sessions = _Sessions()


def begin(connection: BaseDatabaseWrapper) -> Lane:
    """The lane as the next entry over this connection tells it."""
    process, session = _process(connection), _session(connection)
    if connection.connection is None:
        connection.ensure_connection()
    if session.link is not connection.connection:
        if session.open and session.link is not None and session.link.broken:
            process.doubts(session.open)
        session.link, session.open = connection.connection, {}
    elif not connection.run_on_commit:
        # The session lives and its transaction is over: what was not committed was taken back.
        session.open.clear()
    return process.next()


def appended(connection: BaseDatabaseWrapper, eid: UUID, lane: Lane | None) -> None:
    """An entry was stored; from its commit on it waits to be named."""
    appended_all(connection, [eid], lane)


def appended_all(connection: BaseDatabaseWrapper, eids: Iterable[UUID], lane: Lane | None) -> None:
    """Entries were stored, of which one bore this lane or none did."""
    process, session, found = _process(connection), _session(connection), [str(e) for e in eids]
    session.open |= dict.fromkeys(found)

    def committed() -> None:
        _forget(session.open, found)
        process.committed(found, lane)

    connection.on_commit(committed)


def unnamed(connection: BaseDatabaseWrapper) -> tuple[str, ...]:
    """Entries this process has committed that no entry names yet."""
    return tuple(_process(connection).unnamed)


def _process(connection: BaseDatabaseWrapper) -> _Process:
    key = os.getpid(), str(connection.settings_dict["NAME"])
    found = _processes.get(key)
    return found if found is not None else _processes.setdefault(key, _Process())


def _session(connection: BaseDatabaseWrapper) -> _Session:
    return _sessions.by_alias.setdefault(connection.alias, _Session())


def _forget(held: dict[str, None], eids: Iterable[str]) -> None:
    for eid in eids:
        held.pop(eid, None)
