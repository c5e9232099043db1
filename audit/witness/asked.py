"""What is asked of a witness (C2SP tlog-witness), to the byte: written here and read here.

old 3                    how many entries the witness has signed for, as far as the log knows
<base64 of a hash>       from there to the new head; no line where nothing lies between
                         <- an empty line
<the checkpoint, signed by the log>
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from audit import checkpoint, merkle, note, proof, strict
from audit.checkpoint import Checkpoint
from audit.errors import MalformedProof

ADD = "/add-checkpoint"
SIZE_KIND = "text/x.tlog.size"
#: 63 hashes, and a checkpoint with every signature a note may have, are shorter.
MAX_ASKED = 64_000
MAX_HASHES = 63


@dataclass(frozen=True)
class Asked:
    """Read, not yet believed. `note` are the checkpoint's bytes, `head` what they claim."""

    old: int
    path: tuple[bytes, ...]
    note: bytes
    head: Checkpoint


def write(old: int, path: Sequence[bytes], checkpoint_note: bytes) -> bytes:
    """The body of the question; MalformedProof if no witness could read it."""
    raw = f"old {old}\n".encode() + proof.consistency_to_bytes(path) + b"\n" + checkpoint_note
    parse(raw)
    return raw


def parse(raw: bytes) -> Asked:
    """The question in these bytes; MalformedProof unless it is one."""
    text = strict.text(raw, MAX_ASKED)
    # The first empty line ends the proof; the checkpoint below has one of its own.
    above, gap, below = text.partition("\n\n")
    first, *hashes = above.split("\n")
    if not gap or not first.startswith("old ") or len(hashes) > MAX_HASHES:
        raise MalformedProof("not a question to a witness")
    old = strict.number(first.removeprefix("old "))
    path = tuple(strict.b64(one, merkle.HASH_SIZE) for one in hashes)
    head = checkpoint.parse_body(note.parse(below.encode()).text)
    return Asked(old, path, below.encode(), head)


def last_path(origin: str) -> str:
    """Where a witness shows the last checkpoint of this log that it signed."""
    return f"/{sha256(origin.encode()).hexdigest()}/checkpoint"


def parse_size(raw: bytes) -> int:
    """The size in the body of a 409."""
    text = strict.text(raw, 32)
    if not text.endswith("\n"):
        raise MalformedProof("not a size")
    return strict.number(text[:-1])
