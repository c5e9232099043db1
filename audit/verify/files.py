"""Reading what somebody else wrote: nothing here raises, and nothing is read without an end."""

from hashlib import sha256
from pathlib import Path
from stat import S_ISREG
from typing import Protocol

from audit import tiles
from audit.merkle import HASH_SIZE
from audit.tiles import ENTRIES, WIDTH, Tile

LARGEST_FILE = WIDTH * (2 + tiles.MAX_ENTRY)
#: By level; a tile of hashes that goes on where it should end is read that far, and found out.
_LARGEST = {ENTRIES: LARGEST_FILE}
_LARGEST_ROW = 2 * WIDTH * HASH_SIZE


class Readable(Protocol):
    """Whatever gives a file's content by its path, or None."""

    def read(self, path: str, limit: int) -> bytes | None: ...


def read(path: Path, limit: int) -> bytes | None:
    """A file's content; None if it is not there, cannot be read or is longer than any can be."""
    try:
        about = path.stat()
        if not S_ISREG(about.st_mode) or about.st_size > limit:
            return None
        return path.read_bytes()
    except OSError:
        return None


def read_tile(source: Readable, tile: Tile) -> tuple[int, bytes | None]:
    """Width and content of the tile's own file, or else of the full one."""
    limit = _LARGEST.get(tile.level, _LARGEST_ROW)
    content = source.read(tile.path, limit)
    if content is not None or tile.width == WIDTH:
        return tile.width, content
    return WIDTH, source.read(tile.full.path, limit)


def leaf_row(content: bytes, width: int) -> tuple[bytes, int]:
    """The leaf hashes of a bundle's first `width` entries, and where those end.

    Fewer, if the bundle ends before.  A large log spends its time in this loop.
    """
    hashes: list[bytes] = []
    at, size = 0, len(content)
    while at + 2 <= size and len(hashes) < width:
        start = at + 2
        end = start + (content[at] << 8 | content[at + 1])
        if end > size:
            break
        hashes.append(sha256(b"\0" + content[start:end]).digest())
        at = end
    return b"".join(hashes), at


def beginning(content: bytes, tile: Tile) -> bytes:
    """What a narrower file of the same tile must hold."""
    if tile.level != ENTRIES:
        return content[: tile.width * HASH_SIZE]
    at = 0
    for _ in range(tile.width):
        at += 2 + int.from_bytes(content[at : at + 2], "big")
    return content[:at]
