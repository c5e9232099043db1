"""Logs in a folder, made by our own writers, for programs that check them."""

from collections.abc import Sequence
from pathlib import Path
from random import Random

from audit import checkpoint, publish, tiles
from audit.checkpoint import Checkpoint
from audit.note import Kind, Signer
from audit.tiles import Folder

SIGNER = Signer("log.example/trial", bytes([3]) * 32)
WITNESS = Signer("witness.example/trial", bytes([4]) * 32, Kind.COSIGNATURE)
TIME = 1_800_000_000


def random_entries(count: int, *, longest: int = 40) -> list[bytes]:
    """The same on every call: bytes nobody reads anything into."""
    chance = Random(count)
    return [chance.randbytes(chance.randint(0, longest)) for _ in range(count)]


def grow(folder: Path, size: int, entries: Sequence[bytes], *, drop: bool = True) -> bytes:
    """Entries and a signed, witnessed head, written in the order of publication; the head."""
    new = publish.extend(folder, size, entries)
    head = checkpoint.sign(Checkpoint(SIGNER.name, new, Folder(folder, new).root()), SIGNER)
    head = checkpoint.cosign(head, WITNESS, time=TIME)
    publish.write_atomically(folder, tiles.CHECKPOINT, head)
    if drop:
        publish.drop_partials(folder, old=size, new=new)
    return head


def altered(path: Path, place: int, bit: int = 1) -> None:
    """One bit of a file, turned over."""
    content = bytearray(path.read_bytes())
    content[place] ^= bit
    path.write_bytes(content)
