"""Writing a log's files so that no reader and no crash ever sees half of one.

The order is bundles, tiles, checkpoint: whoever has read a checkpoint finds everything under it.
Writing the same entries again gives the same bytes, so an interrupted run is simply repeated.
"""

import os
import shutil
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from secrets import token_hex

from audit import merkle, tiles
from audit.errors import MalformedProof
from audit.merkle import HASH_SIZE
from audit.tiles import WIDTH, Folder, Tile

_TEMPORARY = ".part-"


def write_atomically(folder: Path, path: str, content: bytes) -> None:
    """The file below `folder` has this content, or what it had before, also after a power cut.

    Written beside it under another name, flushed to disk, renamed, and the rename flushed as well.
    """
    target = folder / path
    _make_folders(target.parent, folder)
    temporary = target.with_name(f"{_TEMPORARY}{token_hex(8)}")
    try:
        _write_and_flush(temporary, content)
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    _flush_folder(target.parent)


def extend(folder: Path, size: int, entries: Sequence[bytes]) -> int:
    """Bundles and tiles that take the log from `size` entries to `size` and these; the new size.

    The partial bundle and tiles of `size`, if any, are read from the folder.  Whoever signs the
    new head has compared `Folder(folder, new).root()` with the root it computed itself.
    """
    new = size + len(entries)
    if not entries:
        return size
    _write_bundles(folder, size, entries)
    _write_tiles(folder, size, list(map(merkle.leaf_hash, entries)))
    return new


def extend_hashes(folder: Path, size: int, leaves: Sequence[bytes]) -> int:
    """The tiles alone, of entries that were pruned; the new size."""
    _write_tiles(folder, size, list(leaves))
    return size + len(leaves)


def drop_partials(folder: Path, *, old: int, new: int) -> None:
    """Remove partial tiles and bundles whose full ones are published with the head at `new`.

    A reader with an older checkpoint takes the beginning of the full one.
    """
    for tile in [*tiles.bundles_of(new, since=old), *tiles.tiles_of(new, since=old)]:
        if tile.width == WIDTH:
            with suppress(FileNotFoundError):
                shutil.rmtree(folder / f"{tile.path}.p")


def _write_bundles(folder: Path, size: int, entries: Sequence[bytes]) -> None:
    begun = _begun(folder, size)
    bundles = tiles.bundles_of(size + len(entries), since=size)
    for bundle, group in zip(bundles, tiles.grouped_by_bundle(size, entries), strict=True):
        write_atomically(folder, bundle.path, begun + tiles.pack_bundle(group))
        begun = b""


def _begun(folder: Path, size: int) -> bytes:
    """The entries of the bundle that is not full yet, as bytes."""
    if not size % WIDTH:
        return b""
    partial = Tile(tiles.ENTRIES, size // WIDTH, size % WIDTH)
    return tiles.pack_bundle(Folder(folder, size).entries(partial))


def _write_tiles(folder: Path, size: int, leaves: list[bytes]) -> None:
    """Level by level: the tiles that become full give the level above its new hashes."""
    level, before, hashes = 0, size, leaves
    while hashes:
        row = _begun_row(folder, level, before) + b"".join(hashes)
        after, hashes = before + len(hashes), []
        for tile in tiles.row_of(level, before, after):
            at = (tile.number - before // WIDTH) * WIDTH * HASH_SIZE
            content = row[at : at + tile.width * HASH_SIZE]
            write_atomically(folder, tile.path, content)
            if tile.width == WIDTH:
                hashes.append(merkle.row_root(content))
        level, before = level + 1, before // WIDTH


def _begun_row(folder: Path, level: int, count: int) -> bytes:
    """The hashes of the tile that is not full yet, out of `count` hashes of its level."""
    if not count % WIDTH:
        return b""
    partial = Tile(level, count // WIDTH, count % WIDTH)
    row = Folder(folder, count).read(partial)[: partial.width * HASH_SIZE]
    if len(row) != partial.width * HASH_SIZE:
        raise MalformedProof(f"{partial.path} is cut short")
    return row


def _make_folders(folder: Path, top: Path) -> None:
    """Each new folder's name is flushed into the one above it."""
    if folder.is_dir():
        return
    if folder != top:
        _make_folders(folder.parent, top)
    folder.mkdir(exist_ok=True)
    _flush_folder(folder.parent)


def _write_and_flush(path: Path, content: bytes) -> None:
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
