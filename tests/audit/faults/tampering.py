"""What somebody with the database's own powers, or with the published files, does to a log."""

from uuid import UUID

from audit import merkle, tiles
from audit.merkle import Frontier
from audit.tiles import ENTRIES, WIDTH, Folder, Tile
from tests.audit.faults.stage import Stage


def eid_at(stage: Stage, index: int) -> UUID:
    """The entry that has this place."""
    found = stage.ask("SELECT eid FROM audit.leaf WHERE idx = %s", index)
    assert isinstance(found, UUID)
    return found


def entry_at(stage: Stage, index: int) -> bytes:
    query = "SELECT entry FROM audit.event JOIN audit.leaf USING (eid) WHERE idx = %s"
    return bytes(stage.ask(query, index))


def turned(content: bytes, place: int = -1) -> bytes:
    """One bit of it, turned over."""
    changed = bytearray(content)
    changed[place] ^= 1
    return bytes(changed)


def set_entry(stage: Stage, index: int, entry: bytes) -> None:
    """Other bytes under the same id, in the database alone."""
    stage.force(
        f"UPDATE audit.event SET entry = '\\x{entry.hex()}' WHERE eid = '{eid_at(stage, index)}'"
    )


def set_leaf(stage: Stage, index: int, leaf: bytes) -> None:
    stage.force(f"UPDATE audit.leaf SET leaf_hash = '\\x{leaf.hex()}' WHERE idx = {index}")


def set_head_to_leaves(stage: Stage) -> Frontier:
    """The head as it would be of the leaves that are there now; the tree."""
    found = stage.ask("SELECT array_agg(leaf_hash ORDER BY idx) FROM audit.leaf") or []
    tree = Frontier()
    tree.extend(map(bytes, found))
    peaks = tree.to_bytes().hex()
    stage.force(f"UPDATE audit.head SET size = {tree.size}, frontier = '\\x{peaks}'")
    return tree


def set_published(stage: Stage, entries: dict[int, bytes], *, with_hashes: bool) -> None:
    """Other entries in the published bundles; with their hashes in the tiles of the lowest row."""
    size = stage.published()
    folder = Folder(stage.folder, size)
    for index, entry in entries.items():
        number, place = divmod(index, WIDTH)
        bundle = Tile(ENTRIES, number, min(WIDTH, size - number * WIDTH))
        held = folder.entries(bundle)
        held[place] = entry
        (stage.folder / bundle.path).write_bytes(tiles.pack_bundle(held))
        if with_hashes:
            leaves = b"".join(map(merkle.leaf_hash, held))
            (stage.folder / Tile(0, number, bundle.width).path).write_bytes(leaves)


def as_it_was(stage: Stage, size: int, frontier: bytes, *waits: UUID) -> None:
    """The database as a backup of then would have it."""
    waiting = ", ".join(f"'{one}'" for one in waits)
    gone = f"SELECT eid FROM audit.leaf WHERE idx >= {size}"
    stage.force(
        f"DELETE FROM audit.cosignature WHERE size > {size}",
        f"DELETE FROM audit.checkpoint WHERE size > {size}",
        f"DELETE FROM audit.event_index WHERE eid IN ({gone})",
        f"DELETE FROM audit.event WHERE eid IN ({gone}) AND eid <> ALL (ARRAY[{waiting}]::uuid[])",
        f"DELETE FROM audit.leaf WHERE idx >= {size}",
        f"INSERT INTO audit.pending SELECT unnest(ARRAY[{waiting}]::uuid[])",
        f"UPDATE audit.head SET size = {size}, frontier = '\\x{frontier.hex()}'",
    )
