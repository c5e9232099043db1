"""Checkpoints: the signed head of a log (C2SP tlog-checkpoint).

    <origin>                 the log's own name, which is also the name of its key
    <number of entries>
    <base64 of the root>

signed as a note by the log, and cosigned by witnesses.  Further lines may follow the root; none is
ever written here, since some cosignatures do not cover them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from audit import merkle, note, strict
from audit.errors import MalformedProof, ProofFailed
from audit.note import Signer, Verifier


@dataclass(frozen=True)
class Checkpoint:
    """A log's size and root, claimed; believed once opened. `more` holds extension lines."""

    origin: str
    size: int
    root: bytes
    more: tuple[str, ...] = ()

    def body(self) -> str:
        """The text that is signed; MalformedProof if it could not be read back."""
        lines = [self.origin, str(self.size), strict.to_b64(self.root), *self.more]
        body = "".join(line + "\n" for line in lines)
        if parse_body(body) != self:
            raise MalformedProof("no checkpoint is written like this")
        return body


@dataclass(frozen=True)
class Signed:
    """A checkpoint that the log signed. `witnesses` gives each name's time of signing."""

    checkpoint: Checkpoint
    witnesses: Mapping[str, int]


def parse_body(text: str) -> Checkpoint:
    """The checkpoint in a note's text; MalformedProof if there is none."""
    lines = text.split("\n")
    if len(lines) < 4 or lines.pop() != "" or not all(lines):
        raise MalformedProof("not a checkpoint")
    origin, size, root, *more = lines
    found = Checkpoint(origin, strict.number(size), strict.b64(root, merkle.HASH_SIZE), tuple(more))
    if found.size == 0 and found.root != merkle.EMPTY:
        raise MalformedProof("an empty log has one root")
    return found


def sign(checkpoint: Checkpoint, *signers: Signer) -> bytes:
    """The note, signed by the log: by an old and a new key while one succeeds the other."""
    if any(signer.name != checkpoint.origin for signer in signers):
        raise ValueError("a log signs under its own name")
    body = checkpoint.body()
    return note.write(body, [signer.line(body) for signer in signers])


def cosign(raw: bytes, witness: Signer, *, time: int) -> bytes:
    """The same note with a witness's line below. Whoever cosigns has opened it first."""
    body = note.parse(raw).text
    parse_body(body)
    return raw + witness.line(body, time=time).encode()


def read_unsigned(raw: bytes) -> Checkpoint:
    """What a checkpoint claims, by whomever."""
    return parse_body(note.parse(raw).text)


def open_signed(
    raw: bytes, *, log: Sequence[Verifier], witnesses: Sequence[Verifier] = ()
) -> Signed:
    """The checkpoint, signed by one of the log's keys and under their name.

    `log` are keys of one log: one, or two while a new one succeeds an old.  MalformedProof or
    ProofFailed if it is anything else.  How many witnesses are enough is the caller's rule.
    """
    opened = note.open_note(raw, [*log, *witnesses])
    found = parse_body(opened.text)
    if not any(key in opened.signers and key.name == found.origin for key in log):
        raise ProofFailed("not signed by this log under its own name")
    times = {key.name: opened.signers.get(key) for key in witnesses}
    return Signed(found, {name: time for name, time in times.items() if time is not None})
