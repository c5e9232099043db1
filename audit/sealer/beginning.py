"""The log that goes on after a closed one: its files, its pin and its key; then sealing goes on.

What `succession` has committed is the beginning of it.  Everything here may be done again.
"""

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from audit import checkpoint, merkle, origins, publish, tiles
from audit.checkpoint import Checkpoint
from audit.errors import CannotRecover
from audit.note import Signer
from audit.sealer import keys, recovery, remembered, table
from audit.sealer.pin import Pin, held
from audit.sealer.succession import UNFINISHED
from audit.sealer.table import Connection
from audit.tiles import VKEYS, WIDTH, Folder


@dataclass(frozen=True, slots=True)
class Finished:
    """The new log: its name, its folder, its signer, and the entry that it begins with."""

    origin: str
    folder: Path
    signer: Signer
    event: UUID


@dataclass(frozen=True, slots=True)
class _Closed:
    epoch: int
    origin: str
    successor: str
    note: bytes
    kept: int
    event: UUID


def unfinished(url: str) -> bool:
    """Whether a succession was begun that `finish` has to end."""
    with recovery.as_owner(url) as connection, connection.transaction():
        connection.execute("SET LOCAL ROLE audit_owner")
        return table.head(connection).says == UNFINISHED


def finish(url: str, *, top: Path, first: str, pin: Pin, key: Path) -> Finished:
    """Give the new log its files, its pin and its key, and let sealing go on.

    top, first  the folder and the name of the first log; key: the signing key's file
    """
    with recovery.as_owner(url) as connection, table.durable(connection):
        connection.execute("SET LOCAL ROLE audit_owner")
        if table.lock(connection).says != UNFINISHED:
            raise CannotRecover("There is no succession to finish.")
        closed = _closed(connection)
        folder = origins.place(top, closed.successor, first=first)
        folder.mkdir(parents=True, exist_ok=True)
        _complete(connection, closed, origins.place(top, closed.origin, first=first))
        signer = _signer(key, closed.successor, first)
        empty = checkpoint.sign(Checkpoint(closed.successor, 0, merkle.EMPTY), signer)
        publish.write_atomically(folder, VKEYS, f"{signer.verifier}\n".encode())
        publish.write_atomically(folder, tiles.CHECKPOINT, empty)
        pin.swap(pin.read(), empty)
        keys.take_next(key)
        connection.execute("UPDATE audit.head SET state = 'ok', says = ''")
        return Finished(closed.successor, folder, signer, closed.event)


def _signer(key: Path, origin: str, first: str) -> Signer:
    """The new log's key: it signs already, or is made and waits beside the old one."""
    held_now = keys.of_the_open_log(key, first)
    return held_now[0] if held_now[0].name == origin else keys.prepare_next(key, origin)


def _closed(connection: Connection) -> _Closed:
    row: Any = connection.execute(
        "SELECT epoch, origin, successor, note, kept, event FROM audit.former_log "
        "ORDER BY epoch DESC LIMIT 1"
    ).fetchone()
    epoch, origin, successor, note, kept, event = row
    return _Closed(epoch, origin, successor, note.encode(), kept, event)


def _complete(connection: Connection, closed: _Closed, folder: Path) -> None:
    """Files of the closed log that are missing for what it keeps; none that is there is changed."""
    folder.mkdir(parents=True, exist_ok=True)
    with held(folder):
        pruned = _pruned(connection, closed)
        if not _whole(folder, closed.kept, pruned):
            _write_missing(connection, closed, folder, pruned)
        if remembered.published(folder) is None:
            publish.write_atomically(folder, tiles.CHECKPOINT, closed.note)


def _pruned(connection: Connection, closed: _Closed) -> int:
    row = connection.execute(
        "SELECT coalesce(max(min_index), 0) FROM audit.former_retention WHERE epoch = %s",
        [closed.epoch],
    ).fetchone()
    return int(row[0]) if row else 0


def _whole(folder: Path, kept: int, pruned: int) -> bool:
    files = Folder(folder, kept)
    bundles = (one for one in tiles.bundles_of(kept) if one.start >= pruned)
    try:
        for tile in [*bundles, *tiles.tiles_of(kept)]:
            files.read(tile)
    except OSError:
        return False
    return True


def _write_missing(connection: Connection, closed: _Closed, folder: Path, pruned: int) -> None:
    with TemporaryDirectory(dir=folder.parent) as aside:
        made = Path(aside)
        for start in range(0, closed.kept, WIDTH):
            leaves, entries = _kept(connection, closed, start, min(start + WIDTH, closed.kept))
            if start < pruned:
                publish.extend_hashes(made, start, leaves)
            else:
                publish.extend(made, start, entries)
        for tile in [*tiles.bundles_of(closed.kept), *tiles.tiles_of(closed.kept)]:
            if (made / tile.path).exists() and not (folder / tile.path).exists():
                publish.write_atomically(folder, tile.path, (made / tile.path).read_bytes())


def _kept(
    connection: Connection, closed: _Closed, start: int, end: int
) -> tuple[list[bytes], list[bytes]]:
    """Leaves and entries; entries that were pruned are left out."""
    rows = connection.execute(
        "SELECT leaf_hash, entry FROM audit.former_leaf LEFT JOIN audit.event USING (eid) "
        "WHERE epoch = %s AND idx >= %s AND idx < %s ORDER BY idx",
        [closed.epoch, start, end], binary=True,
    ).fetchall()  # fmt: skip
    return [bytes(one) for one, _ in rows], [bytes(one) for _, one in rows if one is not None]
