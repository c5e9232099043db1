"""What a witness remembers, in one SQLite file: the last head of each log, and what it refused.

A head is compared and stored in one transaction, and is on the disk before anybody is answered:
after a power cut the witness still knows what it has signed.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from audit import checkpoint
from audit.checkpoint import Checkpoint

#: Each stays one of these; more would be somebody filling the disk.
MAX_EVIDENCE = 1000
_WAIT = 10.0
_TABLES = """
CREATE TABLE IF NOT EXISTS head (
    origin TEXT PRIMARY KEY, size INTEGER NOT NULL, root BLOB NOT NULL,
    time INTEGER NOT NULL, note BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS refused (
    id INTEGER PRIMARY KEY, time INTEGER NOT NULL, origin TEXT NOT NULL,
    known INTEGER NOT NULL, asked BLOB NOT NULL);
"""


@dataclass(frozen=True)
class Kept:
    """The last head of a log and the note that was cosigned, with the time of signing."""

    head: Checkpoint
    time: int
    note: bytes


class Store:
    """The file. Several threads and processes may use it at once; one at a time writes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with closing(self._connect()) as base:
            base.executescript(_TABLES)

    def last(self, origin: str) -> Kept | None:
        with closing(self._connect()) as base:
            return self._last(base, origin)

    @contextmanager
    def deciding(self) -> Iterator["Decision"]:
        """Nobody else writes until the block ends; then what it did is on the disk, or undone."""
        with closing(self._connect()) as base:
            base.execute("BEGIN IMMEDIATE")
            try:
                yield Decision(base)
            except BaseException:
                base.execute("ROLLBACK")
                raise
            base.execute("COMMIT")

    def evidence(self, origin: str) -> list[bytes]:
        """What was refused although the log had signed it, newest first."""
        with closing(self._connect()) as base:
            told = base.execute(
                "SELECT asked FROM refused WHERE origin = ? ORDER BY id DESC", [origin]
            )
            return [row[0] for row in told]

    def _connect(self) -> sqlite3.Connection:
        base = sqlite3.connect(self.path, timeout=_WAIT, isolation_level=None)
        # EXTRA also flushes the folder when the rollback journal goes: without it the last
        # transaction could come undone in a power cut, after it was answered.
        base.execute("PRAGMA synchronous = EXTRA")
        return base

    @staticmethod
    def _last(base: sqlite3.Connection, origin: str) -> Kept | None:
        row = base.execute("SELECT time, note FROM head WHERE origin = ?", [origin]).fetchone()
        return None if row is None else Kept(checkpoint.read_unsigned(row[1]), row[0], row[1])


class Decision:
    """The store while one question is being decided."""

    def __init__(self, base: sqlite3.Connection) -> None:
        self._base = base

    def last(self, origin: str) -> Kept | None:
        return Store._last(self._base, origin)

    def newest_time(self) -> int:
        """The latest time that was ever signed, for whichever log."""
        found = self._base.execute("SELECT max(time) FROM head").fetchone()[0]
        return 0 if found is None else int(found)

    def keep(self, kept: Kept) -> None:
        head = kept.head
        self._base.execute(
            "INSERT INTO head (origin, size, root, time, note) VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT (origin) DO UPDATE SET "
            "size = excluded.size, root = excluded.root, time = excluded.time, note = excluded.note",
            [head.origin, head.size, head.root, kept.time, kept.note],
        )

    def keep_evidence(self, origin: str, *, time: int, known: int, asked: bytes) -> None:
        """The first thousand of a log, never overwritten: the oldest tell most."""
        count = self._base.execute("SELECT count(*) FROM refused WHERE origin = ?", [origin])
        if count.fetchone()[0] < MAX_EVIDENCE:
            self._base.execute(
                "INSERT INTO refused (time, origin, known, asked) VALUES (?, ?, ?, ?)",
                [time, origin, known, asked],
            )
