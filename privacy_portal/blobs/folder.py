"""Sealed files in a folder of this machine, readable by its owner only.

FOLDER/3f/3f2b8c1e5d474a909c367e1d2a4b6f80           a file
FOLDER/3f/3f2b8c1e5d474a909c367e1d2a4b6f80.part      the beginning of one
"""

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from requests_app.documents.store import Missing, Unreachable

PIECE = 65_536
_NAME = re.compile(r"[0-9a-f]{32}", re.ASCII)
_PART = ".part"


class Folder:
    """A storage on the file system. Several processes may use one folder at once."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, name: str, pieces: Iterable[bytes]) -> None:
        place = self._place(name)
        part = place.with_name(place.name + _PART)
        with _unreachable():
            self._make(place.parent)
            handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "wb") as file:
                for piece in pieces:
                    with _unreachable():
                        file.write(piece)
                with _unreachable():
                    file.flush()
                    os.fsync(file.fileno())
            with _unreachable():
                part.rename(place)
                _settle(place.parent)
        except BaseException:
            part.unlink(missing_ok=True)
            raise

    def read(self, name: str) -> Iterator[bytes]:
        with _unreachable(), self._place(name).open("rb") as file:
            while piece := file.read(PIECE):
                yield piece

    def delete(self, name: str) -> None:
        place = self._place(name)
        with _unreachable():
            place.with_name(place.name + _PART).unlink(missing_ok=True)
            place.unlink(missing_ok=True)
            if place.parent.exists():
                _settle(place.parent)

    def older_than(self, instant: datetime) -> Iterator[str]:
        with _unreachable():
            folders = sorted(self._root.iterdir()) if self._root.exists() else []
        for folder in folders:
            yield from sorted(self._old(folder, instant.timestamp()))

    def _old(self, folder: Path, before: float) -> set[str]:
        found = set()
        with _unreachable():
            for entry in os.scandir(folder):
                name = entry.name.removesuffix(_PART)
                with suppress(FileNotFoundError):  # another sweep was quicker
                    if _NAME.fullmatch(name) and entry.stat().st_mtime < before:
                        found.add(name)
        return found

    def _place(self, name: str) -> Path:
        """No other name leads anywhere: nothing climbs out of the folder."""
        if not _NAME.fullmatch(name):
            raise Missing
        return self._root / name[:2] / name

    def _make(self, folder: Path) -> None:
        if not folder.exists():
            self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder.mkdir(mode=0o700, exist_ok=True)
            _settle(self._root)


class _unreachable:  # noqa: N801  read as a clause of `with`
    """What the operating system says against it, in the storage's own words."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, error: object, _trace: object) -> None:
        if isinstance(error, FileNotFoundError):
            raise Missing from None
        if isinstance(error, OSError):
            raise Unreachable from None


def _settle(folder: Path) -> None:
    """A file's name is on the disk only once its folder is."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
