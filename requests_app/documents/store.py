"""Where sealed files lie: four things a storage must do. The shell says which one it is.

A file is under its name whole or not at all, and is never written over.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Protocol


class Missing(Exception):
    """There is no file of that name."""


class Unreachable(Exception):
    """The storage does not answer, or is full: nothing was stored. Worth trying again later."""


class Store(Protocol):
    """One storage. Names are made here: 32 hexadecimal digits, and say nothing.

    Every method may raise Unreachable.
    """

    def put(self, name: str, pieces: Iterable[bytes]) -> None:
        """Store the pieces as one file. When `pieces` raises, nothing is stored."""

    def read(self, name: str) -> Iterator[bytes]:
        """The file, piece by piece; Missing before the first one."""

    def delete(self, name: str) -> None:
        """The file is gone afterwards; one that is not there is gone already."""

    def older_than(self, instant: datetime) -> Iterator[str]:
        """The names of files stored before that instant; beginnings of files count as well."""


_find: Callable[[], Store] | None = None


def use(find: Callable[[], Store]) -> None:
    """Say where this process finds its storage. Called once, when the program starts."""
    global _find
    _find = find


def current() -> Store:
    """The storage of this process; LookupError before the program has started."""
    if _find is None:
        raise LookupError("the program has no storage yet")
    return _find()
