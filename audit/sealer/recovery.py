"""Bringing a fenced log back: the entries that were published and that the database lost.

Run by the operator as the log's owner.  What is put back are the very bytes that were published,
and the root that was signed must come out; nothing is ever signed anew at a size that was signed.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import psycopg

from audit import merkle, note, publish, tiles
from audit.checkpoint import Checkpoint
from audit.errors import CannotRecover, MalformedProof
from audit.merkle import Frontier
from audit.note import Verifier
from audit.sealer import remembered, table
from audit.sealer.pin import Pin, held
from audit.sealer.remembered import Where, opened, published
from audit.sealer.table import Connection, Head
from audit.tiles import Folder, Tile

BATCH = 2_000


@dataclass(frozen=True, slots=True)
class Recovered:
    """From how many entries to how many; how many were put back, how many still waited here."""

    old: int
    new: int
    put_back: int
    matched: int


def recover(url: str, where: Where, *, dry_run: bool = False) -> Recovered:
    """Put back what the published files have beyond the database, and let sealing go on.

    url  the database as portal_migrator, who becomes the log's owner for it; a secret
    CannotRecover if files, pin and database do not make one history; nothing is then changed.
    """
    with held(where.folder), as_owner(url) as connection:
        with table.durable(connection, only_look=dry_run):
            made = _put_back(connection, where)
            if not dry_run:
                raw = (where.folder / tiles.CHECKPOINT).read_bytes()
                _agree(connection, where.pin, _ours(raw, where.keys))
        return made


def accept_loss(url: str, where: Where, *, dry_run: bool = False) -> Recovered:
    """Files or pin are gone for good, and nobody remembers more than the database: go on from it.

    The files are written anew from the database, as far as it knows to have signed; of entries that
    were pruned, their hashes alone.
    """
    with held(where.folder), as_owner(url) as connection, table.durable(connection):
        head = locked(connection, where)
        newest = newest_signed(connection, where.keys)
        signed = newest[0].size if newest else 0
        for one in remembered.heads(where, newest[1] if newest else None):
            if one.head.size > signed:
                raise CannotRecover(
                    f"{one.who} knows {one.head.size} entries, the database has signed {signed}: a "
                    "shorter log is never signed. Bring back the published files, or let another "
                    "log go on after this one: recover --succeed."
                )
            _same(connection, one.head, one.who)
        if newest is not None and not dry_run:
            write_anew(connection, where.folder, newest[0])
            publish.write_atomically(where.folder, tiles.CHECKPOINT, newest[1])
            _agree(connection, where.pin, newest[1])
        return Recovered(head.size, head.size, 0, 0)


# --- putting back ------------------------------------------------------------------------------
def _put_back(connection: Connection, where: Where) -> Recovered:
    head = locked(connection, where)
    raw = published(where.folder)
    if raw is None:
        raise CannotRecover("There is no published head. Bring back a copy of the log's folder.")
    shown = opened(raw, where.keys)
    _enough(connection, shown, head, where)
    if shown.size < head.size:
        return Recovered(head.size, head.size, 0, 0)
    files = Folder(where.folder, shown.size)
    _continues(head, shown, files)
    tree, matched = head.tree(), 0
    for start, entries in _bundles(files, head.size, shown.size):
        matched += store(connection, start, entries, tree)
    if tree.root() != shown.root:
        raise CannotRecover("The published entries do not lead to the root that was signed.")
    table.grow(connection, tree)
    _note(connection, shown, _ours(raw, where.keys))
    return Recovered(head.size, tree.size, tree.size - head.size - matched, matched)


def _enough(connection: Connection, shown: Checkpoint, head: Head, where: Where) -> None:
    raw = where.pin.read()
    pinned = opened(raw, where.keys) if raw is not None else None
    if pinned is not None and pinned.size > shown.size:
        raise CannotRecover(
            f"The pin knows {pinned.size} entries, the folder {shown.size}: bring back a newer "
            "copy of the log's folder."
        )
    newest = newest_signed(connection, where.keys)
    if shown.size < head.size and (newest is None or newest[0] != shown):
        raise CannotRecover(
            f"The folder knows {shown.size} entries, the database {head.size}: bring back the "
            "newest copy of the log's folder, or accept the loss of the files."
        )


def _continues(head: Head, shown: Checkpoint, files: Folder) -> None:
    try:
        roots = files.root(head.size), files.root()
    except (OSError, MalformedProof):
        raise CannotRecover("Tiles are missing in the log's folder: bring back a copy.") from None
    if roots != (head.tree().root(), shown.root):
        raise CannotRecover(
            "The published log does not continue this database's. One of them was tampered with: "
            "keep both as they are."
        )


def _bundles(files: Folder, old: int, new: int) -> Iterator[tuple[int, list[bytes]]]:
    """Published entries from `old` on, a bundle at a time."""
    while old < new:
        width = min(tiles.WIDTH, new - old // tiles.WIDTH * tiles.WIDTH)
        try:
            found = files.entries(Tile(tiles.ENTRIES, old // tiles.WIDTH, width))
        except (OSError, MalformedProof):
            raise CannotRecover(f"The entries from {old} on are not in the folder.") from None
        entries = found[old % tiles.WIDTH :]
        yield old, entries
        old += len(entries)


def store(connection: Connection, start: int, entries: Sequence[bytes], tree: Frontier) -> int:
    """The entries with their places; how many were here already, waiting."""
    eids = [UUID(bytes=one[8:24]) for one in entries]
    here = connection.execute(
        "SELECT eid, entry FROM audit.event WHERE eid = ANY(%s)", [eids], binary=True
    ).fetchall()
    there = dict(zip(eids, entries, strict=True))
    if any(bytes(entry) != there[eid] for eid, entry in here):
        raise CannotRecover("An entry here and its published copy differ: one was tampered with.")
    missing = [(eid, there[eid]) for eid in eids if eid not in {eid for eid, _ in here}]
    with connection.cursor() as cursor:
        cursor.executemany("INSERT INTO audit.event (eid, entry) VALUES (%s, %s)", missing)
        cursor.execute("DELETE FROM audit.pending WHERE eid = ANY(%s)", [eids])
    leaves = [merkle.leaf_hash(entry) for entry in entries]
    tree.extend(leaves)
    table.place(connection, start, eids, leaves)
    return len(here)


# --- heads -------------------------------------------------------------------------------------
def _note(connection: Connection, head: Checkpoint, ours: bytes) -> None:
    table.note_head(connection, head.size, head.root, ours.decode(), [])
    if head.size and table.root_signed(connection, head.size) != head.root:
        raise CannotRecover("The database knows another head of this size to have been signed.")


def _agree(connection: Connection, pin: Pin, newest: bytes) -> None:
    """The pin is first: killed here, the log is still fenced."""
    pin.swap(pin.read(), newest)
    connection.execute("UPDATE audit.head SET state = 'ok', says = ''")


def _ours(raw: bytes, keys: Sequence[Verifier]) -> bytes:
    """The checkpoint with the log's own signatures alone, as the database keeps it."""
    found, known = note.parse(raw), {(key.name, key.key_id) for key in keys}
    text = raw.decode().partition("\n\n")[0] + "\n"
    lines = raw.decode().removeprefix(f"{text}\n").splitlines(keepends=True)
    kept = [
        line
        for line, one in zip(lines, found.signatures, strict=True)
        if (one.name, one.key_id) in known
    ]
    return note.write(text, kept)


def newest_signed(
    connection: Connection, keys: Sequence[Verifier]
) -> tuple[Checkpoint, bytes] | None:
    row = connection.execute(
        "SELECT note FROM audit.checkpoint ORDER BY size DESC LIMIT 1"
    ).fetchone()
    if row is None:
        return None
    raw: bytes = row[0].encode()
    return opened(raw, keys), raw


def _same(connection: Connection, head: Checkpoint, who: str) -> None:
    """What somebody remembers is what was signed here."""
    if head.size and table.root_signed(connection, head.size) != head.root:
        raise CannotRecover(
            f"{who} remembers a head of {head.size} entries that the database does not know to have "
            "been signed. Keep both: this is an incident."
        )


def write_anew(connection: Connection, folder: Path, head: Checkpoint) -> None:
    pruned = table.pruned_below(connection)
    for start in range(0, pruned, BATCH):
        leaves = table.leaves(connection, start, min(start + BATCH, pruned))
        publish.extend_hashes(folder, start, leaves)
    for start in range(pruned, head.size, BATCH):
        end = min(start + BATCH, head.size)
        batch = table.placed(connection, start, end)
        if len(batch) != end - start:
            raise CannotRecover(
                "Entries are missing, so the files cannot be made from what is here."
            )
        publish.extend(folder, start, [one.entry for one in batch])
    if Folder(folder, head.size).root() != head.root:
        raise CannotRecover("The database's entries do not lead to the root that was signed.")


def locked(connection: Connection, where: Where) -> Head:
    """The head, locked, for the log's owner; CannotRecover if this database is of another log."""
    connection.execute("SET LOCAL ROLE audit_owner")
    head = table.lock(connection)
    known = head.origin or where.first or where.origin
    if known != where.origin:
        raise CannotRecover(
            f"The open log is {where.origin}, and this database is from when it was {known}. "
            "Restore a backup made after the one had succeeded the other."
        )
    return head


@contextmanager
def as_owner(url: str) -> Iterator[Connection]:
    connection = table.connect(url)
    try:
        yield connection
    except psycopg.errors.ForeignKeyViolation:
        raise CannotRecover(
            "A data key that the published entries name is not in this database. Restore a backup "
            "made later, which has it."
        ) from None
    finally:
        connection.close()
