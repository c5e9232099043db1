"""The sealer's statements, under its own role. Whoever calls has begun the transaction."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg

from audit.merkle import Frontier

Connection = psycopg.Connection[tuple[Any, ...]]
#: Of the advisory lock; the same for every sealer.
_LOCK = 0x61756431_7365616C
_LOCK_SECONDS = 2.0
#: A sealer that lost its way gives its locks back. `on` is set anew in every transaction.
_SESSION = (
    "SET lock_timeout = '5s'",
    "SET idle_in_transaction_session_timeout = '60s'",
    "SET statement_timeout = '120s'",
)

_HEAD = (
    "SELECT size, frontier, state, says, "
    "coalesce(clock_timestamp() - published_at > interval '23 hours', true), origin FROM audit.head"
)


@dataclass(frozen=True, slots=True)
class Head:
    """The tree as the database has it.

    due     the day's sign of life has not been given yet
    origin  the log's name once it has succeeded another; empty for the first one
    """

    size: int
    frontier: bytes
    state: str
    says: str
    due: bool
    origin: str = ""

    @property
    def fenced(self) -> bool:
        return self.state != "ok"

    def tree(self) -> Frontier:
        return Frontier.from_bytes(self.size, self.frontier)


@dataclass(frozen=True, slots=True)
class Placed:
    """One entry with its place, as stored."""

    index: int
    eid: UUID
    leaf: bytes
    entry: bytes


def connect(url: str) -> Connection:
    """A session of the sealer's. The URL holds a password: never print it."""
    connection: Connection = psycopg.connect(
        url, autocommit=True, application_name="sealer", connect_timeout=5
    )
    for statement in _SESSION:
        connection.execute(statement.encode())
    return connection


@contextmanager
def durable(connection: Connection, *, only_look: bool = False) -> Iterator[None]:
    """A transaction that is on the disk once it has returned, whatever the server's default is.

    A head signed over entries that a crash could still take back would be a fork.

    only_look  it is taken back at the end: to see what would come of it
    """
    with connection.transaction(force_rollback=only_look):
        connection.execute(
            "SELECT set_config('synchronous_commit', 'on', true) "
            "WHERE current_setting('synchronous_commit') NOT IN ('on', 'remote_apply')"
        )
        yield


def lock(connection: Connection, *, patience: float = _LOCK_SECONDS) -> Head:
    """The head, locked to the end of the transaction.

    The advisory lock spares a second sealer the wait.  It may be held by a session long forgotten,
    so after a while this goes on without: what keeps two sealers apart is the row's lock, and the
    primary key of `leaf` if all else fails.
    """
    until = time.monotonic() + patience
    while not _one(connection, "SELECT pg_try_advisory_xact_lock(%s)", _LOCK)[0]:
        if time.monotonic() > until:
            break
        time.sleep(0.05)
    return _head(connection, _HEAD + " FOR UPDATE")


def head(connection: Connection) -> Head:
    return _head(connection, _HEAD)


def _head(connection: Connection, query: str) -> Head:
    size, frontier, state, says, due, origin = _one(connection, query)
    return Head(size, bytes(frontier), state, says, due, origin)


def claim(connection: Connection, most: int) -> list[tuple[UUID, bytes]]:
    """Entries taken off the waiting list, the oldest first; a rollback puts them back."""
    rows = connection.execute(
        "WITH claimed AS (DELETE FROM audit.pending WHERE eid IN "
        "(SELECT eid FROM audit.pending ORDER BY eid LIMIT %s) RETURNING eid) "
        "SELECT eid, entry FROM claimed JOIN audit.event USING (eid) ORDER BY eid",
        [most],
        binary=True,
    )
    return [(eid, bytes(entry)) for eid, entry in rows]


def place(
    connection: Connection, start: int, eids: Sequence[UUID], leaves: Sequence[bytes]
) -> None:
    """The leaves from index `start` on."""
    into = "COPY audit.leaf (idx, eid, leaf_hash) FROM STDIN (FORMAT BINARY)"
    with connection.cursor() as cursor, cursor.copy(into) as copy:
        copy.set_types(["int8", "uuid", "bytea"])
        for index, (eid, leaf) in enumerate(zip(eids, leaves, strict=True), start):
            copy.write_row((index, eid, leaf))


def grow(connection: Connection, tree: Frontier) -> None:
    """The head as it is now."""
    connection.execute(
        "UPDATE audit.head SET size = %s, frontier = %s", [tree.size, tree.to_bytes()]
    )


def placed(connection: Connection, start: int, end: int) -> list[Placed]:
    """What the database holds from `start` to `end`, leaf and entry; pruned entries are left out."""
    rows = connection.execute(
        "SELECT idx, eid, leaf_hash, entry FROM audit.leaf JOIN audit.event USING (eid) "
        "WHERE idx >= %s AND idx < %s ORDER BY idx",
        [start, end],
        binary=True,
    )
    return [Placed(index, eid, bytes(leaf), bytes(entry)) for index, eid, leaf, entry in rows]


def pruned_below(connection: Connection) -> int:
    """Below which index entries were pruned; 0 if none were."""
    return int(_one(connection, "SELECT coalesce(max(min_index), 0) FROM audit.retention")[0])


def leaves(connection: Connection, start: int, end: int) -> list[bytes]:
    """The hashes from `start` to `end`, of entries that are there and of pruned ones."""
    rows = connection.execute(
        "SELECT leaf_hash FROM audit.leaf WHERE idx >= %s AND idx < %s ORDER BY idx", [start, end]
    )
    return [bytes(leaf) for (leaf,) in rows]


def seen(connection: Connection) -> None:
    """The sealer is there; written a few times a minute."""
    connection.execute(
        "UPDATE audit.head SET seen_at = clock_timestamp() "
        "WHERE seen_at IS NULL OR clock_timestamp() - seen_at > interval '10 seconds'"
    )


def fence(connection: Connection, reason: str) -> None:
    """Stop sealing until somebody has looked. Appends go on."""
    connection.execute("UPDATE audit.head SET state = 'fenced', says = %s", [reason[:400]])


def say(connection: Connection, words: str) -> None:
    """The sealer's trouble, for the health page; empty once it is over."""
    connection.execute(
        "UPDATE audit.head SET says = %s WHERE state = 'ok' AND says <> %s", [words[:400]] * 2
    )


def root_signed(connection: Connection, size: int) -> bytes | None:
    """The root that was signed at this size; None if no head of this size was."""
    row = connection.execute("SELECT root FROM audit.checkpoint WHERE size = %s", [size]).fetchone()
    return bytes(row[0]) if row else None


def ever_signed(connection: Connection) -> bool:
    return bool(_one(connection, "SELECT EXISTS (SELECT FROM audit.checkpoint)")[0])


def note_head(
    connection: Connection, size: int, root: bytes, note: str, lines: Sequence[tuple[str, str]]
) -> None:
    """A signed head and its witnesses' (name, line). Noting the same again changes nothing."""
    if size:
        connection.execute(
            "INSERT INTO audit.checkpoint (size, root, note) VALUES (%s, %s, %s) "
            "ON CONFLICT (size) DO NOTHING",
            [size, root, note],
        )
        for name, line in lines:
            connection.execute(
                "INSERT INTO audit.cosignature (size, name, line) VALUES (%s, %s, %s) "
                "ON CONFLICT (size, name, line) DO NOTHING",
                [size, name, line],
            )


def note_anchor(connection: Connection, size: int, kind: str, blob: bytes) -> None:
    connection.execute(
        "INSERT INTO audit.anchor (size, kind, blob) VALUES (%s, %s, %s)", [size, kind, blob]
    )


def published(connection: Connection, says: str) -> None:
    """The newest head is out; `says` is what went wrong without stopping it."""
    connection.execute(
        "UPDATE audit.head SET published_at = clock_timestamp(), says = %s", [says[:400]]
    )


def _one(connection: Connection, query: str, *values: object) -> tuple[Any, ...]:
    row = connection.execute(query.encode(), values, binary=True).fetchone()
    if row is None:
        raise psycopg.DataError("a row that must be there is not")
    return row
