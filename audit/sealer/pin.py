"""The pin: the newest head once more, in a file on another disk than database and tiles.

Whoever puts back an old database and old tiles finds a pin that remembers more.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from audit import publish
from audit.errors import PinMoved


class Pin:
    """One file; its folder must be there, since a disk that is not mounted has forgotten all."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def read(self) -> bytes | None:
        """The pinned checkpoint as it was signed; None if there is none."""
        try:
            return self.file.read_bytes()
        except FileNotFoundError:
            return None

    def swap(self, before: bytes | None, after: bytes) -> None:
        """Compare and swap, on the disk before this returns. PinMoved unless `before` stands there."""
        with held(self.file.parent):
            if self.read() != before:
                raise PinMoved("another head was pinned meanwhile")
            publish.write_atomically(self.file.parent, self.file.name, after)


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """One process at a time works in this folder; the lock ends with its holder, however it ends."""
    handle = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
