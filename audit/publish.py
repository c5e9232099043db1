"""Writing a log's files so that no reader and no crash ever sees half of one.

The order is bundles, tiles, checkpoint: whoever has read a checkpoint finds everything under it.
Writing the same entries again gives the same bytes, so an interrupted run is simply repeated.
"""

import os
import shutil
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from secrets import token_hex

from audit import merkle, tiles
from audit.errors import MalformedProof
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
    _write_leaves(folder, size, entries)
    grown = Folder(folder, new)
    for tile in tiles.tiles_of(new, since=size):
        if tile.level:
            write_atomically(folder, tile.path, tiles.tile_content(tile, grown.node))
    return new


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
    for bundle, group in _by_file(tiles.bundles_of(size + len(entries), since=size), size, entries):
        write_atomically(folder, bundle.path, begun + tiles.pack_bundle(group))
        begun = b""


def _begun(folder: Path, size: int) -> bytes:
    """The entries of the bundle that is not full yet, as bytes."""
    if not size % WIDTH:
        return b""
    partial = Tile(tiles.ENTRIES, size // WIDTH, size % WIDTH)
    return tiles.pack_bundle(Folder(folder, size).entries(partial))


def _write_leaves(folder: Path, size: int, entries: Sequence[bytes]) -> None:
    begun = b""
    if size % WIDTH:
        begun = Folder(folder, size).read(Tile(0, size // WIDTH, size % WIDTH))
    lowest = (tile for tile in tiles.tiles_of(size + len(entries), since=size) if not tile.level)
    for tile, group in _by_file(lowest, size, entries):
        row = begun[: size % WIDTH * merkle.HASH_SIZE] + b"".join(map(merkle.leaf_hash, group))
        if len(row) != tile.width * merkle.HASH_SIZE:
            raise MalformedProof(f"{tile.path} would continue a tile that is cut short")
        write_atomically(folder, tile.path, row)
        begun = b""


def _by_file(
    files: Iterable[Tile], size: int, entries: Sequence[bytes]
) -> Iterable[tuple[Tile, Sequence[bytes]]]:
    return zip(files, tiles.grouped_by_bundle(size, entries), strict=True)


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
