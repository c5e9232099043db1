"""A proof in one small file, checked without the service (C2SP tlog-proof, `.tlog-proof`).

    c2sp.org/tlog-proof@v1
    extra <base64>           optional; nobody vouches for it
    index 5
    <base64 of a hash>       the leaf's neighbour first; none in a log of one entry
                             <- an empty line
    <the signed checkpoint, as it is>

It says that the entry, which comes beside it, stands at this index of the log at this head.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from audit import checkpoint, merkle, strict
from audit.checkpoint import Signed
from audit.errors import MalformedProof
from audit.note import MAX_NOTE, Verifier

SUFFIX = ".tlog-proof"
_HEAD = "c2sp.org/tlog-proof@v1"
_MAX_HASHES = 63
#: Path, index and an `extra` of a few pages come on top of the checkpoint.
MAX_FILE = MAX_NOTE + 100_000


@dataclass(frozen=True)
class Proof:
    """Read, not yet believed. `checkpoint` are the bytes of the signed note."""

    index: int
    path: tuple[bytes, ...]
    checkpoint: bytes
    extra: bytes | None = None

    def to_bytes(self) -> bytes:
        """The file; MalformedProof if it could not be read back."""
        head = [_HEAD]
        if self.extra is not None:
            head.append(f"extra {strict.to_b64(self.extra)}")
        lines = [*head, f"index {self.index}", *map(strict.to_b64, self.path)]
        raw = ("\n".join(lines) + "\n\n").encode() + self.checkpoint
        if parse(raw) != self:
            raise MalformedProof("no proof is written like this")
        return raw


def make(index: int, nodes: merkle.Nodes, checkpoint_note: bytes) -> Proof:
    """The proof for one entry under this head, from the tree below it."""
    size = checkpoint.read_unsigned(checkpoint_note).size
    path = merkle.inclusion_path(index, size, nodes)
    return Proof(index, tuple(path), checkpoint_note)


def parse(raw: bytes) -> Proof:
    """The proof in a file's bytes; MalformedProof unless it is one."""
    found = strict.text(raw, MAX_FILE)
    # The first empty line ends the proof; the checkpoint below has one of its own.
    above, gap, note = found.partition("\n\n")
    lines = above.split("\n")
    if not gap or lines.pop(0) != _HEAD:
        raise MalformedProof("not a proof")
    extra = _extra(lines)
    if not lines or not lines[0].startswith("index ") or len(lines) - 1 > _MAX_HASHES:
        raise MalformedProof("not a proof")
    index = strict.number(lines.pop(0).removeprefix("index "))
    path = tuple(strict.b64(line, merkle.HASH_SIZE) for line in lines)
    checkpoint.read_unsigned(note.encode())
    return Proof(index, path, note.encode(), extra)


def _extra(lines: list[str]) -> bytes | None:
    """Takes the optional line off."""
    if not lines or not lines[0].startswith("extra "):
        return None
    return strict.b64(lines.pop(0).removeprefix("extra "))


def verify(
    proof: Proof, leaf: bytes, *, log: Sequence[Verifier], witnesses: Sequence[Verifier] = ()
) -> Signed:
    """The head under which the entry with this leaf hash stands at `proof.index`, or it raises."""
    signed = checkpoint.open_signed(proof.checkpoint, log=log, witnesses=witnesses)
    head = signed.checkpoint
    merkle.verify_inclusion(
        index=proof.index, size=head.size, leaf=leaf, path=proof.path, root=head.root
    )
    return signed


# --- two heads -------------------------------------------------------------------------------
def consistency_to_bytes(path: Sequence[bytes]) -> bytes:
    """The hashes that lead from one head to a later one: base64, one a line."""
    return "".join(f"{strict.to_b64(one)}\n" for one in path).encode()


def parse_consistency(raw: bytes) -> tuple[bytes, ...]:
    """What `consistency_to_bytes` wrote."""
    lines = strict.text(raw, _MAX_HASHES * 64).split("\n")
    if lines.pop() != "" or len(lines) > _MAX_HASHES:
        raise MalformedProof("not a list of hashes")
    return tuple(strict.b64(line, merkle.HASH_SIZE) for line in lines)
