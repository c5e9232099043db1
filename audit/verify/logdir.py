"""A whole log in a folder: every entry and every tile, against the signed head.

Entries are read bundle by bundle and never kept, so memory does not grow with the log.  Each row
of hashes is compared with its tile, and what is *published* goes up: so one altered entry is one
finding, at its index, and the rows above it still stand or fall by themselves.  At the top the
published tree has to be the one that was signed.
"""

from collections.abc import Sequence
from pathlib import Path

from audit import merkle, tiles
from audit.checkpoint import Checkpoint
from audit.merkle import HASH_SIZE, split_hashes
from audit.note import MAX_NOTE
from audit.tiles import HEIGHT, WIDTH, Folder, Tile
from audit.verify.files import beginning, bundles_there, earlier_than, leaf_row, read, read_tile
from audit.verify.heads import FAILED, Trust, check_head, tell
from audit.verify.report import Fault, Report


def check_log(
    folder: Path, trust: Trust, *, minimum: int = 0, seen: Sequence[tuple[str, bytes]] = ()
) -> Report:
    """Everything there is. Entries below `minimum` may have been pruned; their hashes may not.

    `seen` are (name, checkpoint) of earlier heads, which the log must still begin with.
    """
    report = Report("log")
    raw = read(folder / tiles.CHECKPOINT, MAX_NOTE)
    if raw is None:
        report.add(Fault.MISSING, tiles.CHECKPOINT)
        return report
    head = check_head(raw, trust, report)
    if head is not None:
        tell(report, head)
        _Walk(folder, head, minimum, report).run()
        for name, earlier in seen:
            _check_seen(folder, head, name, earlier, trust, report)
    return report


def _check_seen(
    folder: Path, head: Checkpoint, name: str, raw: bytes, trust: Trust, report: Report
) -> None:
    # Who kept an old head may not have had the witnesses' lines; the log's own is enough.
    old = check_head(raw, Trust(trust.log), report, name)
    if old is None:
        return
    try:
        same = old.size <= head.size and Folder(folder, head.size).root(old.size) == old.root
    except (OSError, *FAILED):
        report.add(Fault.MISSING, f"tiles to compare with {name}")
        return
    if not same or old.origin != head.origin:
        report.add(Fault.ROLLBACK, name)


class _Walk:
    """One pass over the log, from its first entry to its root."""

    def __init__(self, folder: Path, head: Checkpoint, minimum: int, report: Report) -> None:
        self.folder = folder
        self.head = head
        self.minimum = minimum
        self.report = report
        #: By level, the hashes of the tile that is being filled; None where nobody knows one.
        self.rows: list[list[bytes | None]] = []
        self.entries = self.tiles = self.pruned = 0
        #: The log ends before its head says.
        self.lost = False

    def run(self) -> None:
        root = self._root(self._bundles())
        if root is not None and root != self.head.root:
            self.report.add(Fault.ROOT, tiles.CHECKPOINT)
        self.report.facts |= {"entries_checked": self.entries, "tiles_checked": self.tiles}
        if self.pruned:
            self.report.facts["entries_pruned"] = self.pruned

    def _bundles(self) -> bytes | None:
        """Each bundle with its tile; the leaf hashes of the last ones, None if those are lost."""
        rest: bytes | None = b""
        there = bundles_there(self.folder)
        for bundle in tiles.bundles_of(self.head.size):
            if bundle.number >= there:
                self.report.add(Fault.MISSING, bundle.path, bundle.start, self.head.size - 1)
                self.lost = True
                return None
            rest = self._leaf_tile(Tile(0, bundle.number, bundle.width), self._bundle(bundle))
        return rest

    # --- entries -----------------------------------------------------------------------------
    def _bundle(self, bundle: Tile) -> bytes | None:
        """The leaf hashes of a bundle, as many as can be read; None if it is not there."""
        width, content = read_tile(self.folder, bundle)
        if content is None:
            self._without(bundle)
            return None
        row, end = leaf_row(content, bundle.width)
        count = len(row) // HASH_SIZE
        self.entries += count
        if count < bundle.width or (width == bundle.width and end != len(content)):
            last = bundle.start + bundle.width - 1
            self.report.add(Fault.BUNDLE, bundle.path, min(bundle.start + count, last), last)
        self._compare_earlier(bundle, content)
        return row

    def _without(self, bundle: Tile) -> None:
        last = bundle.start + bundle.width - 1
        if last < self.minimum:
            self.pruned += bundle.width
        else:
            self.report.add(Fault.MISSING, bundle.path, bundle.start, last)

    # --- tiles -------------------------------------------------------------------------------
    def _leaf_tile(self, tile: Tile, found: bytes | None) -> bytes | None:
        """Compare; a full tile is handed up, and what a partial one holds comes back."""
        published = self._published(tile)
        if published is None:
            whole = found is not None and len(found) == tile.width * HASH_SIZE
            return self._hand_up(tile, found if whole else None)
        if found is not None and found != published:
            self._compare(tile, split_hashes(found), published, Fault.ENTRY)
        return self._hand_up(tile, published)

    def _upper_tile(self, tile: Tile, found: list[bytes | None]) -> bytes | None:
        published = self._published(tile)
        if published is None:
            return self._hand_up(tile, _joined(found))
        self._compare(tile, found, published, Fault.TILE)
        return self._hand_up(tile, published)

    def _published(self, tile: Tile) -> bytes | None:
        """The hashes in a tile's file; the partial ones before it are compared with them."""
        width, content = read_tile(self.folder, tile)
        if content is None or len(content) != width * HASH_SIZE:
            fault = Fault.MISSING if content is None else Fault.TILE
            self.report.add(fault, tile.path, *_under(tile, 0, tile.width))
            return None
        self.tiles += 1
        self._compare_earlier(tile, content)
        return content[: tile.width * HASH_SIZE]

    def _compare(
        self, tile: Tile, found: Sequence[bytes | None], published: bytes, fault: Fault
    ) -> None:
        for place, (one, other) in enumerate(zip(found, split_hashes(published), strict=False)):
            if one is not None and one != other:
                self.report.add(fault, tile.path, *_under(tile, place, 1))

    def _compare_earlier(self, tile: Tile, content: bytes) -> None:
        for earlier in earlier_than(self.folder, tile):
            self.tiles += earlier.level != tiles.ENTRIES
            if read_tile(self.folder, earlier)[1] != beginning(content, earlier):
                self.report.add(Fault.EARLIER, earlier.path, *_under(earlier, 0, earlier.width))

    # --- upwards -----------------------------------------------------------------------------
    def _hand_up(self, tile: Tile, row: bytes | None) -> bytes | None:
        if tile.width < WIDTH:
            return row
        level = tile.level + 1
        if len(self.rows) < level:
            self.rows.append([])
        above = self.rows[level - 1]
        above.append(merkle.row_root(row) if row else self._hash_above(tile))
        if len(above) == WIDTH:
            self.rows[level - 1] = []
            self._upper_tile(Tile(level, tile.number // WIDTH), above)
        return b""

    def _hash_above(self, tile: Tile) -> bytes | None:
        """Where neither a row nor its tile is there: what the tile above says of it."""
        count = self.head.size >> HEIGHT * (tile.level + 1)
        number, place = divmod(tile.number, WIDTH)
        above = Tile(tile.level + 1, number, min(WIDTH, count - number * WIDTH))
        content = read_tile(self.folder, above)[1] or b""
        found = content[place * HASH_SIZE : (place + 1) * HASH_SIZE]
        return found if len(found) == HASH_SIZE else None

    def _root(self, rest: bytes | None) -> bytes | None:
        """The root over what no full tile covers; None if a hash in it is known to nobody.

        Bottom up: the rest of a level is hashed together with the one hash over all that lies to
        the right of it.
        """
        if self.lost:
            return None
        over = self._hash_over(rest, b"")
        for level, row in enumerate(self.rows, start=1):
            number = self.head.size >> HEIGHT * (level + 1)
            left = self._upper_tile(Tile(level, number, len(row)), row) if row else b""
            over = self._hash_over(left, over)
        return merkle.EMPTY if over == b"" else over

    @staticmethod
    def _hash_over(left: bytes | None, right: bytes | None) -> bytes | None:
        if left is None or right is None:
            return None
        return merkle.row_root(left + right)


def _under(tile: Tile, place: int, count: int) -> tuple[int, int]:
    """The first and last entry below some hashes of a tile or bundle."""
    shift = HEIGHT * max(tile.level, 0)
    first = tile.start + place
    return first << shift, ((first + count) << shift) - 1


def _joined(row: Sequence[bytes | None]) -> bytes | None:
    known = [one for one in row if one is not None]
    return b"".join(known) if len(known) == len(row) else None
