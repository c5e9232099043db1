"""Tiles: how a log is laid out in files, so that anybody can fetch, copy and check it (C2SP tlog-tiles).

    checkpoint                        the newest signed head
    tile/<level>/<number>             256 hashes, 8,192 bytes; one every 256^(level + 1) entries
    tile/<level>/<number>.p/<width>   the first `width` hashes of a tile that is not full yet
    tile/entries/<number>[.p/<width>] a bundle: the entries themselves, each after its length as u16

Numbers are written in groups of three digits, all but the last with an x before them:
0 is 000, 1234067 is x001/x234/067.  A tile's hash i is that of the complete subtree over the
256^level entries from (number * 256 + i) * 256^level on.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from audit import merkle, strict
from audit.errors import MalformedProof
from audit.merkle import HASH_SIZE

WIDTH = 256
HEIGHT = 8
MAX_LEVEL = 63
MAX_ENTRY = 65_535
CHECKPOINT = "checkpoint"
#: The keys that verify, beside the log's files for everybody to take along.
VKEYS = "log.vkey"
#: The level of a bundle, in a `Tile`: below the hashes.
ENTRIES = -1
_PATH = re.compile(
    r"tile/(entries|[0-9]|[1-5][0-9]|6[0-3])/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True, order=True)
class Tile:
    """One file: `width` hashes of `level` (entries, if ENTRIES), 1 to 256, from number * 256 on."""

    level: int
    number: int
    width: int = WIDTH

    def __post_init__(self) -> None:
        if not (ENTRIES <= self.level <= MAX_LEVEL and self.number >= 0):
            raise MalformedProof("there is no such tile")
        if not 1 <= self.width <= WIDTH:
            raise MalformedProof("a tile is 1 to 256 wide")

    @property
    def path(self) -> str:
        level = "entries" if self.level == ENTRIES else str(self.level)
        partial = "" if self.width == WIDTH else f".p/{self.width}"
        return f"tile/{level}/{_grouped(self.number)}{partial}"

    @property
    def full(self) -> "Tile":
        return Tile(self.level, self.number)

    @property
    def start(self) -> int:
        """Index of the first hash, among those of its level."""
        return self.number * WIDTH


def parse_path(path: str) -> Tile:
    """The tile of a path. MalformedProof unless it is the one path of that tile."""
    found = _PATH.fullmatch(path)
    if not found:
        raise MalformedProof("not the path of a tile")
    level, number, width = found.groups()
    tile = Tile(
        ENTRIES if level == "entries" else int(level),
        int(number.replace("x", "").replace("/", "")),
        int(width) if width else WIDTH,
    )
    if tile.path != path or tile.number > strict.LARGEST:
        raise MalformedProof("not the path of a tile")
    return tile


def _grouped(number: int) -> str:
    digits = str(number)
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    return "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])


def tiles_of(size: int, *, since: int = 0) -> Iterator[Tile]:
    """The tiles of a log with `size` entries, level by level; those that `since` entries lacked."""
    level, now, before = 0, size, since
    while now:
        yield from row_of(level, before, now)
        level, now, before = level + 1, now // WIDTH, before // WIDTH


def bundles_of(size: int, *, since: int = 0) -> Iterator[Tile]:
    """The bundles of a log with `size` entries; those that it lacked with `since` entries."""
    yield from row_of(ENTRIES, since, size)


def row_of(level: int, before: int, now: int) -> Iterator[Tile]:
    """The tiles of one level with `now` hashes, without those it had with `before`."""
    for number in range(before // WIDTH, now // WIDTH):
        yield Tile(level, number)
    if now % WIDTH and now != before:
        yield Tile(level, now // WIDTH, now % WIDTH)


# --- bundles ---------------------------------------------------------------------------------
def pack_bundle(entries: Iterable[bytes]) -> bytes:
    """The bytes of a bundle; ValueError for an entry that cannot be in one."""
    parts: list[bytes] = []
    for entry in entries:
        if len(entry) > MAX_ENTRY:
            raise ValueError(f"an entry has at most {MAX_ENTRY} bytes")
        parts += (len(entry).to_bytes(2, "big"), entry)
    return b"".join(parts)


def unpack_bundle(content: bytes, width: int) -> list[bytes]:
    """The `width` entries of a bundle; MalformedProof if it holds fewer, more or half of one."""
    entries, at = [], 0
    while at < len(content):
        end = at + 2 + int.from_bytes(content[at : at + 2], "big")
        if end > len(content) or at + 2 > len(content):
            raise MalformedProof("a bundle ends within an entry")
        entries.append(content[at + 2 : end])
        at = end
    if len(entries) != width:
        raise MalformedProof(f"a bundle holds {len(entries)} entries, not {width}")
    return entries


# --- reading a log's files ---------------------------------------------------------------------
#: The content of the file at this path, FileNotFoundError if there is none.
Reader = Callable[[str], bytes]


class Files:
    """The files of a log, wherever they are kept, as a tree of `size` entries.

    FileNotFoundError for what is not there; MalformedProof for what is cut short.
    """

    def __init__(self, reader: Reader, size: int) -> None:
        self.reader = reader
        self.size = size
        self._tile = lru_cache(64)(self._read_tile)

    def read(self, tile: Tile) -> bytes:
        """The bytes of a tile or bundle: its own file or, where that is gone, the full one's."""
        return self._read_from(tile)[1]

    def entries(self, tile: Tile) -> list[bytes]:
        """The entries of a bundle, `tile.width` of them, from wherever it is kept."""
        width, content = self._read_from(tile)
        return unpack_bundle(content, width)[: tile.width]

    def entry(self, index: int) -> bytes:
        """One entry, sealed as it is stored."""
        return self.entries(self._holding(ENTRIES, index, self.size))[index % WIDTH]

    def node(self, level: int, index: int) -> bytes:
        """The hash of a complete subtree, as `merkle.Nodes`."""
        if not 0 <= index < self.size >> level:
            raise MalformedProof("that is beyond the end of the log")
        height = level // HEIGHT
        first = index << level % HEIGHT
        row = self._tile(self._holding(height, first, self.size >> height * HEIGHT))
        at = first % WIDTH * HASH_SIZE
        return merkle.row_root(row[at : at + (HASH_SIZE << level % HEIGHT)])

    def root(self, size: int | None = None) -> bytes:
        """The root of the tree, or of its first `size` entries, as the tiles have it."""
        return merkle.range_root(0, self.size if size is None else size, self.node)

    @staticmethod
    def _holding(level: int, index: int, count: int) -> Tile:
        if not 0 <= index < count:
            raise MalformedProof("that is beyond the end of the log")
        number = index // WIDTH
        return Tile(level, number, min(WIDTH, count - number * WIDTH))

    def _read_from(self, tile: Tile) -> tuple[int, bytes]:
        """The width and content of the tile's own file or, where that is gone, of the full one."""
        with suppress(FileNotFoundError):
            return tile.width, self.reader(tile.path)
        return WIDTH, self.reader(tile.full.path)

    def _read_tile(self, tile: Tile) -> bytes:
        content = self.read(tile)[: tile.width * HASH_SIZE]
        if len(content) != tile.width * HASH_SIZE:
            raise MalformedProof(f"{tile.path} is cut short")
        return content


class Folder(Files):
    """The files of a log on this machine."""

    def __init__(self, folder: Path, size: int) -> None:
        self.folder = folder
        super().__init__(lambda path: (folder / path).read_bytes(), size)


def grouped_by_bundle(start: int, entries: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
    """Entries from index `start` on, divided where a new bundle begins."""
    cut = WIDTH - start % WIDTH
    yield entries[:cut]
    yield from (entries[at : at + WIDTH] for at in range(cut, len(entries), WIDTH))
