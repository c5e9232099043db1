"""A whole log, in a folder or on a server: every entry and every tile, against the signed head.

Entries are read bundle by bundle and never kept, so memory does not grow with the log.  Each row
of hashes is compared with its tile, and what is *published* goes up: so one altered entry is one
finding, at its index, and the rows above it still stand or fall by themselves.  At the top the
published tree has to be the one that was signed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from audit import merkle, tiles
from audit.anchors.printed import Printed, matches
from audit.checkpoint import Checkpoint
from audit.merkle import HASH_SIZE, split_hashes
from audit.note import MAX_NOTE
from audit.tiles import HEIGHT, WIDTH, Tile
from audit.verify import ahead
from audit.verify.files import beginning, leaf_row, read_tile
from audit.verify.heads import FAILED, Trust, check_head, tell
from audit.verify.report import Fault, Report
from audit.verify.source import Source, reader


@dataclass(frozen=True)
class Also:
    """What else is held against a log.

    minimum  entries below may be gone; their hashes may not
    pruned   so many of those a retention event tells of
    seen     (name, checkpoint) of earlier heads, which the log must still begin with
    printed  a head on paper
    """

    minimum: int = 0
    pruned: int = 0
    seen: Sequence[tuple[str, bytes]] = ()
    printed: Printed | None = None


def check_log(source: Source, trust: Trust, also: Also = Also()) -> Report:
    """Everything there is, and that it continues what was seen of it."""
    report = Report("log")
    head = read_head(source, trust, report)
    if head is not None:
        tell(report, head)
        Walk(source, head, also, report).run()
        root_at = roots(source, head)
        for name, earlier in also.seen:
            _check_seen(root_at, head, name, earlier, trust, report)
        if also.printed is not None:
            _check_printed(root_at, head, also.printed, report)
    return report


def read_head(source: Source, trust: Trust, report: Report) -> Checkpoint | None:
    """The log's newest head, its faults reported; None if there is none that says anything."""
    raw = source.read(tiles.CHECKPOINT, MAX_NOTE)
    if raw is None:
        report.add(Fault.MISSING, tiles.CHECKPOINT)
        return None
    return check_head(raw, trust, report)


def trusted_head(source: Source, trust: Trust) -> Checkpoint | None:
    """The newest head, if it may be believed; what is wrong with it has been reported."""
    return read_head(source, Trust(trust.log), Report("head"))


def roots(source: Source, head: Checkpoint) -> Callable[[int], bytes]:
    """The root of the log's beginning of any size, as its tiles have it."""
    return tiles.Files(reader(source), head.size).root


def _check_seen(
    root_at: Callable[[int], bytes], head: Checkpoint, name: str, raw: bytes, trust: Trust,
    report: Report,
) -> None:  # fmt: skip
    # Who kept an old head may not have had the witnesses' lines; the log's own is enough.
    old = check_head(raw, Trust(trust.log), report, name)
    if old is not None:
        compare(root_at, head, old, name, report)


def compare(
    root_at: Callable[[int], bytes], head: Checkpoint, old: Checkpoint, name: str, report: Report
) -> None:
    """ROLLBACK unless the log of `head` begins with exactly the older one."""
    try:
        same = old.size <= head.size and root_at(old.size) == old.root
    except (OSError, *FAILED):
        report.add(Fault.MISSING, f"tiles to compare with {name}")
        return
    if not same or old.origin != head.origin:
        report.add(Fault.ROLLBACK, name)


def _check_printed(
    root_at: Callable[[int], bytes], head: Checkpoint, printed: Printed, report: Report
) -> None:
    try:
        same = printed.size <= head.size and matches(printed, head.origin, root_at)
    except (OSError, *FAILED):
        report.add(Fault.MISSING, "tiles to compare with the printed head")
        return
    if not same:
        report.add(Fault.PRINTED, f"{printed.size} entries")


class Walk:
    """One pass over the log, from its first entry to its root."""

    def __init__(self, source: Source, head: Checkpoint, also: Also, report: Report) -> None:
        self.source = source
        self.head = head
        self.also = also
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
        there = self.source.bundles_there(self.head.size)
        quick = ahead.hashes(self.source.folder, min(there, self.head.size // WIDTH))
        for bundle in tiles.bundles_of(self.head.size):
            if bundle.number >= there:
                self.report.add(Fault.MISSING, bundle.path, bundle.start, self.head.size - 1)
                self.lost = True
                return None
            tile = Tile(0, bundle.number, bundle.width)
            known = next(quick, None)
            if known is None:
                rest = self._leaf_tile(tile, self._bundle(bundle))
            else:
                self.entries += WIDTH
                self.tiles += 1
                rest = self._hand_up(tile, known)
        return rest

    # --- entries -----------------------------------------------------------------------------
    def _bundle(self, bundle: Tile) -> bytes | None:
        """The leaf hashes of a bundle, as many as can be read; None if it is not there."""
        width, content = read_tile(self.source, bundle)
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
        if last >= max(self.also.minimum, self.also.pruned):
            self.report.add(Fault.MISSING, bundle.path, bundle.start, last)
            return
        self.pruned += bundle.width
        if last >= self.also.pruned:
            self.report.add(Fault.PRUNED, bundle.path, bundle.start, last)

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
        width, content = read_tile(self.source, tile)
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
        for earlier in self.source.earlier_than(tile):
            self.tiles += earlier.level != tiles.ENTRIES
            if read_tile(self.source, earlier)[1] != beginning(content, earlier):
                self.report.add(Fault.EARLIER, earlier.path, *_under(earlier, 0, earlier.width))

    # --- upwards -----------------------------------------------------------------------------
    def _hand_up(self, tile: Tile, row: bytes | None) -> bytes | None:
        if tile.width < WIDTH:
            return row
        level = tile.level + 1
        if len(self.rows) < level:
            self.rows.append([])
        above = self.rows[level - 1]
        # Of a sound tile (`ahead`) there is one hash, over all of it, which is its own root.
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
        content = read_tile(self.source, above)[1] or b""
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
