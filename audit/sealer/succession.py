"""The last case of recovery: entries are gone for good, so the log is closed and another goes on.

Nothing is ever signed again under the old name, so never a smaller head than one that was signed.
What is still here and proved keeps its places under the old heads; whatever else is here waits for a
place in the new log.  Its first entry names the largest head that anybody remembers of the old one,
the places whose entries are missing, and the reason.

    look      what would be done; nothing is changed
    succeed   in one transaction: old rows aside, the telling entry first in the new log, fenced

and then `beginning.finish`.  Killed between any two lines it is begun again: before the transaction
nothing is done, after it `finish` does what is left, as often as one likes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import psycopg

from audit import merkle, origins
from audit.checkpoint import Checkpoint
from audit.errors import CannotRecover, MalformedProof, ProofFailed
from audit.merkle import Frontier
from audit.sealer import recovery, remembered, table
from audit.sealer.pin import held
from audit.sealer.remembered import Known, Where
from audit.sealer.table import Connection, Head
from audit.tiles import ENTRIES, WIDTH, Folder, Tile
from audit.verify.source import Local

#: What the head says between the transaction and its end.
UNFINISHED = "another log goes on after this one: give recover --succeed once more to finish it"


@dataclass(frozen=True, slots=True)
class Plan:
    """What is closed and what goes on.

    size, root, note  the largest head that anybody remembers, with every signature under it
    kept              entries that keep their places; those from there to `size` are missing
    proof             a head of so many entries as the log has signed it; empty where it is the
                      closed log's own files that prove them
    put_back          how many of them the published files still had
    again             entries that are here, had a place that nothing proves, and wait for a new one
    """

    origin: str
    successor: str
    size: int
    root: bytes
    note: bytes
    kept: int
    proof: bytes
    put_back: int
    again: int

    def facts(self) -> dict[str, str | int]:
        """What the first entry of the new log says (FORMAT.md, section 17)."""
        return {
            "former": self.origin,
            "checkpoint": self.note.decode(),
            "missing_from": self.kept,
            "missing_to": self.size,
            "kept": self.proof.decode(),
        }


def look(url: str, where: Where) -> Plan:
    """What `succeed` would do.

    url  the database as portal_migrator, who becomes the log's owner for it; a secret
    CannotRecover if nothing is missing, or if what is remembered is not one history.
    """
    with (
        held(where.folder),
        recovery.as_owner(url) as connection,
        table.durable(connection, only_look=True),
    ):
        return _planned(connection, where)


def succeed(url: str, where: Where, *, agreed: Plan, event: UUID) -> None:
    """Close the log and begin the next one with the entry `event`, which tells `agreed`.

    CannotRecover if it is no longer as agreed; nothing is then changed.
    """
    with held(where.folder), recovery.as_owner(url) as connection, table.durable(connection):
        if _planned(connection, where) != agreed:
            raise CannotRecover("Somebody remembers something else than a moment ago: begin again.")
        connection.execute("SET LOCAL statement_timeout = '30min'")
        connection.execute(
            "INSERT INTO audit.former_log (epoch, origin, successor, size, root, note, kept, event) "
            "SELECT epoch, %s, %s, %s, %s, %s, %s, %s FROM audit.head",
            [agreed.origin, agreed.successor, agreed.size, agreed.root, agreed.note.decode(),
             agreed.kept, event],
        )  # fmt: skip
        connection.execute("SELECT audit.close_log(%s)", [UNFINISHED])
        _place_first(connection, event)


def _place_first(connection: Connection, event: UUID) -> None:
    row = connection.execute(
        "WITH first AS (DELETE FROM audit.pending WHERE eid = %s RETURNING eid) "
        "SELECT entry FROM first JOIN audit.event USING (eid)",
        [event],
    ).fetchone()
    if row is None:
        raise CannotRecover("The entry that tells of it is not there.")
    tree = Frontier()
    tree.append(merkle.leaf_hash(bytes(row[0])))
    table.place(connection, 0, [event], [merkle.leaf_hash(bytes(row[0]))])
    table.grow(connection, tree)


# --- what is still there ------------------------------------------------------------------------
def _planned(connection: Connection, where: Where) -> Plan:
    """All but closing it: entries that the files still have are put back."""
    head = recovery.locked(connection, where)
    if head.says == UNFINISHED:
        raise CannotRecover("It was begun and is not finished.")
    newest = recovery.newest_signed(connection, where.keys)
    known = remembered.heads(where, newest[1] if newest else None)
    if not known:
        raise CannotRecover("Nobody remembers a head of this log: nothing was signed.")
    note, largest = remembered.largest(known)
    here = _put_back(connection, where, head)
    kept, proof = (here, b"") if here is not None else _signed_here(connection, head)
    _one_history(connection, known, kept)
    if kept >= largest.size:
        raise CannotRecover(
            "Nothing is missing: the entries of every head that is remembered are here. Give "
            "recover alone, or recover --accept-loss if it is the files that are gone."
        )
    successor = origins.successor(where.origin)
    back = max(kept - head.size, 0)
    again = _count(connection, kept)
    return Plan(where.origin, successor, largest.size, largest.root, note, kept, proof, back, again)


def _put_back(connection: Connection, where: Where, head: Head) -> int | None:
    """How many entries are here once the files have given what they have beyond the database.

    None if the files prove nothing, or have nothing beyond it; it is then as it was.
    """
    raw = remembered.published(where.folder)
    shown = remembered.opened(raw, where.keys, "the folder") if raw is not None else None
    if shown is None or shown.size <= head.size:
        return None
    files, tree = Folder(where.folder, shown.size), head.tree()
    try:
        with connection.transaction():
            for start, entries in _there(files, where.folder, head.size, shown.size):
                recovery.store(connection, start, entries, tree)
            _proves(files, tree, shown)
    except (OSError, MalformedProof, psycopg.errors.ForeignKeyViolation):
        return None  # tiles are missing, or the keys of the entries: they stay where they are
    except ProofFailed:
        raise CannotRecover(
            "The published entries do not lead to the root that was signed. One of files and "
            "database was tampered with: keep both as they are."
        ) from None
    return tree.size


def _proves(files: Folder, tree: Frontier, shown: Checkpoint) -> None:
    """The log that was signed begins with these entries, as its tiles have it."""
    path = merkle.consistency_path(tree.size, shown.size, files.node)
    merkle.verify_consistency(
        old=tree.size, new=shown.size, path=path, old_root=tree.root(), new_root=shown.root
    )
    if files.root(tree.size) != tree.root():
        raise ProofFailed("the tiles are of another tree")


def _there(files: Folder, folder: Path, old: int, new: int) -> Iterator[tuple[int, list[bytes]]]:
    """Published entries from `old` on, as far as there are any, a bundle at a time."""
    while old < new:
        number, width = old // WIDTH, min(WIDTH, new - old // WIDTH * WIDTH)
        entries = _bundle(files, folder, Tile(ENTRIES, number, width))[old % WIDTH :]
        if entries:
            yield old, entries
        old += len(entries)
        if old % WIDTH:
            return


def _bundle(files: Folder, folder: Path, whole: Tile) -> list[bytes]:
    """The entries of a bundle, or of the widest earlier file of it that is there."""
    earlier = sorted(Local(folder).earlier_than(whole), reverse=True)
    for one in (whole, *earlier):
        try:
            return files.entries(one)
        except (OSError, MalformedProof):
            continue
    return []


def _signed_here(connection: Connection, head: Head) -> tuple[int, bytes]:
    """The largest size that the database knows to have signed, and has all places of; its head."""
    row = connection.execute(
        "SELECT size, note FROM audit.checkpoint WHERE size <= %s ORDER BY size DESC LIMIT 1",
        [head.size],
    ).fetchone()
    return (int(row[0]), row[1].encode()) if row else (0, b"")


def _one_history(connection: Connection, known: Sequence[Known], kept: int) -> None:
    """Every head that is remembered of what is here is the head of what is here."""
    heads = [one for one in known if one.head.size <= kept]
    rows = connection.execute("SELECT size, root FROM audit.checkpoint WHERE size <= %s", [kept])
    must = {(one.head.size, one.head.root) for one in heads}
    must |= {(size, bytes(root)) for size, root in rows}
    found = _roots(connection, {size for size, _ in must}, kept)
    if any(found.get(size) != root for size, root in must):
        raise CannotRecover(
            "What is here does not lead to a head that was signed over it. Something was tampered "
            "with: keep everything as it is."
        )


def _roots(connection: Connection, sizes: set[int], kept: int) -> dict[int, bytes]:
    tree, found = Frontier(), {0: merkle.EMPTY}
    for start in range(0, kept, recovery.BATCH):
        for leaf in table.leaves(connection, start, min(start + recovery.BATCH, kept)):
            tree.append(leaf)
            if tree.size in sizes:
                found[tree.size] = tree.root()
    return found


def _count(connection: Connection, kept: int) -> int:
    row = connection.execute(
        "SELECT count(*) FROM audit.leaf JOIN audit.event USING (eid) WHERE idx >= %s", [kept]
    ).fetchone()
    return int(row[0]) if row else 0
