"""The log as it is published: the newest signed head, its files, and proofs made from them.

What is read here is in the sealer's folder for everybody to copy; it tells nothing of what entries say.
"""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from django.conf import settings

from audit import checkpoint, merkle, origins, tiles
from audit.errors import MalformedProof
from audit.note import Verifier
from audit.tiles import Folder


@dataclass(frozen=True)
class Published:
    """The newest head as its file has it, and the files below it."""

    folder: Path
    note: bytes
    size: int
    root: bytes
    origin: str

    @cached_property
    def files(self) -> Folder:
        return Folder(self.folder, self.size)

    def root_at(self, size: int) -> bytes:
        """The root of the first `size` entries; MalformedProof beyond the head."""
        self._within(size)
        return self.files.root(size) if size else merkle.EMPTY

    def inclusion(self, index: int, size: int) -> list[bytes]:
        """From the entry's leaf to the root at `size`, the leaf's sibling first."""
        self._within(size)
        return merkle.inclusion_path(index, size, self.files.node)

    def consistency(self, old: int, new: int) -> list[bytes]:
        """That the log of `new` entries begins with that of `old`."""
        self._within(new)
        return merkle.consistency_path(old, new, self.files.node)

    def _within(self, size: int) -> None:
        if not 0 <= size <= self.size:
            raise MalformedProof("that is beyond the end of the log")


def top() -> Path:
    """The folder of the first log, with those of its successors in it (audit.origins)."""
    return Path(settings.LOG_FOLDER)


def place() -> Path:
    """The folder of the log that is open now."""
    return origins.newest(top())


def newest() -> Published | None:
    """What is published; None while no head is, or where this process knows no folder of the log."""
    if not settings.LOG_FOLDER:
        return None
    folder = place()
    try:
        raw = (folder / tiles.CHECKPOINT).read_bytes()
    except FileNotFoundError:
        return None
    head = checkpoint.read_unsigned(raw)
    return Published(folder, raw, head.size, head.root, head.origin)


def file(path: str) -> bytes:
    """A tile or bundle by its path (`tile/0/000`).

    MalformedProof unless that is the path of one; FileNotFoundError while there is none.
    """
    return (place() / tiles.parse_path(path).path).read_bytes()


def keys() -> list[Verifier]:
    """The log's keys as they lie beside its files: a convenience, never what anything rests on."""
    lines = (place() / tiles.VKEYS).read_text(encoding="ascii").split()
    return [Verifier.parse(line) for line in lines]
