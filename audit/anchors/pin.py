"""The pin: the newest signed head in a file on another disk, moved forward and never back.

It holds the checkpoint as it is, so that `audit.verify log FOLDER --seen PIN` reads it too.  Who put
the database and its files back to yesterday has not put back the other disk.
"""

import fcntl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from audit import checkpoint, publish
from audit.checkpoint import Checkpoint
from audit.errors import (
    HeadContradicted,
    MalformedProof,
    PinMoved,
    ProofFailed,
    Unreachable,
)
from audit.note import Verifier

#: The root that the log had at a size not above its present one, from its own tiles or leaves.
RootAt = Callable[[int], bytes]


def begin(path: Path, note: bytes) -> None:
    """Make the pin, once, by hand. PinMoved if there is one."""
    checkpoint.read_unsigned(note)
    with _alone(path):
        if path.exists():
            raise PinMoved("there is a pin already")
        _write(path, note)


def read(path: Path, keys: Sequence[Verifier]) -> Checkpoint:
    """The pinned head, signed by the log. PinMoved if it is gone or is not one."""
    try:
        return checkpoint.open_signed(path.read_bytes(), log=keys).checkpoint
    except FileNotFoundError:
        raise PinMoved("the pin is gone") from None
    except (MalformedProof, ProofFailed):
        raise PinMoved("the pin is not a head of this log") from None
    except OSError:
        raise Unreachable("the disk of the pin cannot be read") from None


def compare(pinned: Checkpoint, head: Checkpoint, root_at: RootAt) -> None:
    """HeadContradicted unless the log of `head` begins with the pinned one."""
    if pinned.origin != head.origin:
        raise HeadContradicted("the pin is of another log")
    if pinned.size > head.size:
        raise HeadContradicted(f"{pinned.size} entries were pinned, and now {head.size}")
    if root_at(pinned.size) != pinned.root:
        raise HeadContradicted("another history was pinned")


def advance(path: Path, note: bytes, keys: Sequence[Verifier], root_at: RootAt) -> Checkpoint:
    """Compare and swap: pin this head, if it continues the pinned one; the head that was there.

    Nobody else moves the pin in between.  A pin that is gone is never quietly made anew: whoever
    can put a log back can also delete a file.
    """
    head = checkpoint.open_signed(note, log=keys).checkpoint
    with _alone(path):
        pinned = read(path, keys)
        compare(pinned, head, root_at)
        _write(path, note)
    return pinned


def on_another_disk(path: Path, folder: Path) -> bool:
    """Whether the pin lies on another disk than the log's files: on the same it proves little."""
    return path.parent.stat().st_dev != folder.stat().st_dev


def _write(path: Path, note: bytes) -> None:
    try:
        publish.write_atomically(path.parent, path.name, note)
    except OSError:
        raise Unreachable("the disk of the pin cannot be written") from None


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    lock = _locked(path.with_name(path.name + ".lock"))
    try:
        yield
    finally:
        lock.close()


def _locked(path: Path) -> BinaryIO:
    try:
        lock = path.open("ab")
        fcntl.flock(lock, fcntl.LOCK_EX)
    except OSError:
        raise Unreachable("the disk of the pin cannot be reached") from None
    return lock
