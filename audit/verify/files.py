"""Reading what somebody else wrote: nothing here raises, and nothing is read without an end."""

import os
from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from stat import S_ISREG

from audit import tiles
from audit.errors import MalformedProof
from audit.merkle import HASH_SIZE
from audit.tiles import ENTRIES, WIDTH, Tile

#: By level; a tile of hashes that goes on where it should end is read that far, and found out.
_LARGEST = {ENTRIES: WIDTH * (2 + tiles.MAX_ENTRY)}
_LARGEST_ROW = 2 * WIDTH * HASH_SIZE


def read(path: Path, limit: int) -> bytes | None:
    """A file's content; None if it is not there, cannot be read or is longer than any can be."""
    try:
        about = path.stat()
        if not S_ISREG(about.st_mode) or about.st_size > limit:
            return None
        return path.read_bytes()
    except OSError:
        return None


def read_tile(folder: Path, tile: Tile) -> tuple[int, bytes | None]:
    """Width and content of the tile's own file, or else of the full one."""
    limit = _LARGEST.get(tile.level, _LARGEST_ROW)
    content = read(folder / tile.path, limit)
    if content is not None or tile.width == WIDTH:
        return tile.width, content
    return WIDTH, read(folder / tile.full.path, limit)


def bundles_there(folder: Path) -> int:
    """One more than the highest number of any bundle or lowest tile in the folder.

    A head may claim any size; what is beyond this is missing, and need not be looked for.
    """
    highest = -1
    for level in ("entries", "0"):
        for place, _, names in os.walk(folder / "tile" / level):
            for name in names:
                with suppress(MalformedProof):
                    path = (Path(place) / name).relative_to(folder).as_posix()
                    highest = max(highest, tiles.parse_path(path).number)
    return highest + 1


def earlier_than(folder: Path, tile: Tile) -> Iterator[Tile]:
    """The narrower partial files of a tile that are still there; heads before this needed them."""
    with suppress(OSError):
        for file in sorted((folder / f"{tile.full.path}.p").iterdir()):
            with suppress(MalformedProof):
                found = tiles.parse_path(f"{tile.full.path}.p/{file.name}")
                if found.width < tile.width:
                    yield found


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
