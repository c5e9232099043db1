"""Taking out what an entry of the log says may go: rows, index, bundles, and keys nobody needs.

Run by the operator as the log's owner; `audit.retention` has planned it and told of it.  Leaves,
tiles and heads stay for ever, so every proof still verifies.  Killed between any two lines it is run
again: rows and keys go in one transaction, and the bundles below what the database says are gone.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import psycopg

from audit.errors import AuditError
from audit.sealer import table
from audit.sealer.pin import held
from audit.sealer.table import Connection
from audit.tiles import ENTRIES, WIDTH, Tile

#: 45 CFR 164.316(b)(2)(i), 164.530(j)(2). The database holds to it as well.
LEAST_YEARS = 6


class CannotPrune(AuditError):
    """The database refuses it; says why."""


@dataclass(frozen=True, slots=True)
class Pruned:
    """How many entries, files of entries and keys went."""

    entries: int
    bundles: int
    keys: int


def prune(
    url: str, *, folder: Path, min_index: int, policy: str, event: UUID, keys: Sequence[int]
) -> Pruned:
    """Everything below `min_index`, told by the sealed entry `event`; these data keys with it.

    url  the database as portal_migrator, who becomes the log's owner for it; a secret
    CannotPrune if the database refuses; nothing is then changed.
    """
    with _as_owner(url) as connection, table.durable(connection):
        connection.execute("SET LOCAL ROLE audit_owner")
        row = connection.execute(
            "SELECT audit.prune(%s, %s, %s)", [min_index, policy, event]
        ).fetchone()
        for key in keys:
            connection.execute("SELECT audit.dek_destroy(%s, %s)", [key, event])
    return Pruned(row[0] if row else 0, drop_bundles(folder, min_index), len(keys))


def drop_bundles(folder: Path, min_index: int) -> int:
    """Remove the published entries below an index, which the database says were pruned; how many."""
    with held(folder):
        gone = sum(_removed(folder, number) for number in range(min_index // WIDTH))
        _flush(folder)
    return gone


def pruned_below(url: str) -> int:
    """Below which index the database says that entries were pruned."""
    with _as_owner(url) as connection, connection.transaction():
        connection.execute("SET LOCAL ROLE audit_owner")
        return table.pruned_below(connection)


def _removed(folder: Path, number: int) -> bool:
    file = folder / Tile(ENTRIES, number, WIDTH).path
    with suppress(FileNotFoundError):
        file.unlink()
        return True
    return False


def _flush(folder: Path) -> None:
    """What was removed stays removed: the next run would do it again, but a copy may be made now."""
    with suppress(FileNotFoundError):
        handle = os.open(folder / "tile" / "entries", os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextmanager
def _as_owner(url: str) -> Iterator[Connection]:
    connection = table.connect(url)
    try:
        yield connection
    except psycopg.errors.CheckViolation as refused:
        said = (refused.diag.message_primary or "refused").replace('"', "")
        raise CannotPrune(f"The database refuses it: {said}.") from None
    finally:
        connection.close()
