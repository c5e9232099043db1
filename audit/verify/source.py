"""Where a log is read from: a folder, or a server. Nothing here raises; what cannot be read is None."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from audit import tiles
from audit.errors import MalformedProof, Unreachable
from audit.fetch import SECONDS, Line
from audit.tiles import Tile
from audit.verify import files


class Source(Protocol):
    """The files of a log. `folder` is set where they are on this machine."""

    folder: Path | None

    def read(self, path: str, limit: int) -> bytes | None:
        """A file's content; None if it is not there, cannot be read, or is longer than any can be."""

    def bundles_there(self, size: int) -> int:
        """One more than the highest number of any bundle or lowest tile, of a log of this size.

        A head may claim any size; what is beyond this is missing, and need not be looked for.
        """

    def earlier_than(self, tile: Tile) -> Iterator[Tile]:
        """The narrower partial files of a tile that are still there; older heads needed them."""

    def close(self) -> None:
        """Nothing more is read."""


class Local:
    """A folder that holds `checkpoint` and `tile/`."""

    def __init__(self, folder: Path) -> None:
        self.folder: Path | None = folder
        self._top = folder

    def read(self, path: str, limit: int) -> bytes | None:
        return files.read(self._top / path, limit)

    def bundles_there(self, size: int) -> int:
        highest = -1
        for level in ("entries", "0"):
            for place, _, names in os.walk(self._top / "tile" / level):
                for name in names:
                    with suppress(MalformedProof):
                        path = (Path(place) / name).relative_to(self._top).as_posix()
                        highest = max(highest, tiles.parse_path(path).number)
        return highest + 1

    def earlier_than(self, tile: Tile) -> Iterator[Tile]:
        with suppress(OSError):
            for file in sorted((self._top / f"{tile.full.path}.p").iterdir()):
                with suppress(MalformedProof):
                    found = tiles.parse_path(f"{tile.full.path}.p/{file.name}")
                    if found.width < tile.width:
                        yield found

    def close(self) -> None:
        """There is nothing to close."""


class Remote:
    """A server that shows the same files below an address. It is given up after a few silences."""

    PATIENCE = 3

    def __init__(self, url: str, *, seconds: float = SECONDS, token: str | None = None) -> None:
        self.folder: Path | None = None
        self._line = Line(url, seconds=seconds, token=token)
        self._silences = 0

    def read(self, path: str, limit: int) -> bytes | None:
        if self._silences >= self.PATIENCE:
            return None
        try:
            answer = self._line.ask(f"/{path}", limit=limit)
        except Unreachable:
            self._silences += 1
            return None
        self._silences = 0
        return answer.body if answer.status == 200 else None

    def bundles_there(self, size: int) -> int:
        """By asking for lowest tiles: the last that the head claims, or else ever nearer ones."""
        claimed = -(-size // tiles.WIDTH)
        if claimed == 0 or self._has(claimed - 1, size):
            return claimed
        low, step = 0, 1
        while low + step < claimed and self._has(low + step - 1, size):
            low, step = low + step, step * 2
        while step:
            if low + step <= claimed and self._has(low + step - 1, size):
                low += step
            step //= 2
        return low

    def earlier_than(self, tile: Tile) -> Iterator[Tile]:
        """A server has no list of its files: heads that were seen earlier are to be named."""
        return iter(())

    def close(self) -> None:
        self._line.close()

    def _has(self, number: int, size: int) -> bool:
        width = min(tiles.WIDTH, size - number * tiles.WIDTH)
        return files.read_tile(self, Tile(0, number, width))[1] is not None


def reader(source: Source) -> tiles.Reader:
    """As `tiles.Files` wants it."""

    def read(path: str) -> bytes:
        content = source.read(path, files.LARGEST_FILE)
        if content is None:
            raise FileNotFoundError(2, "not there", path)
        return content

    return read
