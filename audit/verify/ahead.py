"""The quick way through a large log: full bundles hashed by several processes at once.

A process says of a bundle only that everything about it is as it should be, and then the hash over
it.  Of anything else it says nothing, and the one careful walk (`logdir`) looks at that bundle.
"""

import multiprocessing
import os
from collections.abc import Iterator
from pathlib import Path

from audit import merkle
from audit.merkle import HASH_SIZE
from audit.tiles import ENTRIES, WIDTH, Tile
from audit.verify.files import LARGEST_FILE, leaf_row, read

#: Below this many full bundles, starting processes takes longer than they save.
WORTH_IT = 256
_AT_ONCE = 16


def hashes(folder: Path | None, count: int) -> Iterator[bytes | None]:
    """For each of the first `count` bundles, all full: the hash over it if it is sound."""
    if folder is None or count < WORTH_IT or processes() < 2:
        yield from (None for _ in range(count))
        return
    # Forked: the packed verifier is one file that a fresh interpreter would run again.
    with multiprocessing.get_context("fork").Pool(processes()) as pool:
        tasks = (
            (folder, first, min(first + _AT_ONCE, count)) for first in range(0, count, _AT_ONCE)
        )
        for found in pool.imap(_sound_ones, tasks):
            yield from found


def processes() -> int:
    """How many hash at once; 1 where they cannot be forked."""
    can_fork = "fork" in multiprocessing.get_all_start_methods()
    return min(os.cpu_count() or 1, 4) if can_fork else 1


def _sound_ones(task: tuple[Path, int, int]) -> list[bytes | None]:
    folder, first, end = task
    return [sound(folder, number) for number in range(first, end)]


def sound(folder: Path, number: int) -> bytes | None:
    """The hash over a full bundle, if it is whole, has the hashes of its tile, and nothing else
    is there that would have to be compared; None otherwise."""
    bundle, tile = Tile(ENTRIES, number), Tile(0, number)
    content = read(folder / bundle.path, LARGEST_FILE)
    row = read(folder / tile.path, WIDTH * HASH_SIZE)
    if content is None or row is None:
        return None
    found, end = leaf_row(content, WIDTH)
    if end != len(content) or len(found) != WIDTH * HASH_SIZE or found != row:
        return None
    if any(os.path.lexists(folder / f"{one.path}.p") for one in (bundle, tile)):
        return None
    return merkle.row_root(row)
