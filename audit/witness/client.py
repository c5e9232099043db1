"""Asking a witness to sign a head, and what it has signed so far.

    cosigned(witness, note, way)   the note with the witness's line below, or an error
    last_signed(witness, ...)      the last head it signed: it sees a log that was put back

The errors are the three things that the caller can do next:

    Unreachable        go on without, raise an alarm, try again later
    WitnessDeclined     go on without, and have somebody look at keys and clocks
    WitnessRefuses   stop: the witness signed more than this log holds, or another history
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import monotonic

from audit import checkpoint, note
from audit.checkpoint import Checkpoint, Signed
from audit.errors import MalformedProof, ProofFailed, Unreachable, WitnessDeclined, WitnessRefuses
from audit.fetch import SECONDS, Answer, Line, checked
from audit.note import Kind, Verifier
from audit.witness import asked

#: The hashes between the tree of the first size and that of the second, as a log makes them.
Way = Callable[[int, int], Sequence[bytes]]
_MAX_LINES = 16_000
_MAX_SHOWN = 64_000


@dataclass(frozen=True)
class Witness:
    """Where it is and by which key it is known. `url` is what stands before `/add-checkpoint`."""

    url: str
    verifier: Verifier
    seconds: float = SECONDS

    def __post_init__(self) -> None:
        checked(self.url)
        if self.verifier.kind is not Kind.COSIGNATURE:
            raise ValueError("this is not the key of a witness")

    def line(self) -> Line:
        return Line(self.url, seconds=self.seconds)


@dataclass(frozen=True)
class Cosigned:
    """`line` goes below the note; `time` is the witness's own, in seconds since 1970."""

    note: bytes
    line: str
    time: int


def cosigned(witness: Witness, raw: bytes, way: Way, *, guess: int = 0) -> Cosigned:
    """The checkpoint with the line of this witness, who made sure that it continues the last.

    `raw` is signed by the log; `guess` is the size at which the witness signed last, if anybody
    remembers: a wrong one costs one question more.  `way` is asked for the hashes from there.
    """
    head = checkpoint.read_unsigned(raw)
    line = witness.line()
    try:
        answer = _add(line, min(guess, head.size), head, raw, way)
        if answer.status == 409:
            known = _size_told(answer)
            if known > head.size:
                raise WitnessRefuses(f"the witness has signed {known} entries")
            answer = _add(line, known, head, raw, way)
    finally:
        line.close()
    return _read(answer, raw, witness)


def _add(line: Line, old: int, head: Checkpoint, raw: bytes, way: Way) -> Answer:
    path = way(old, head.size) if 0 < old < head.size else ()
    body = asked.write(old, path, raw)
    answer = line.ask(asked.ADD, limit=_MAX_LINES, body=body)
    if answer.status == 422 or (answer.status == 409 and answer.kind != asked.SIZE_KIND):
        # Some witnesses tell another root at the same size by a 409 without a size.
        raise WitnessRefuses("the witness has signed another history")
    return answer


def _size_told(answer: Answer) -> int:
    try:
        return asked.parse_size(answer.body)
    except MalformedProof:
        raise Unreachable("the answer could not be read") from None


def _read(answer: Answer, raw: bytes, witness: Witness) -> Cosigned:
    if answer.status == 409:
        raise WitnessDeclined(409, "it signed something else in the meantime")
    if answer.status >= 500:
        raise Unreachable(f"the witness answered {answer.status}")
    if answer.status != 200:
        raise WitnessDeclined(answer.status, _REFUSALS.get(answer.status, "no reason known here"))
    return _own_line(answer.body, raw, witness.verifier)


_REFUSALS = {
    400: "it could not read the question",
    403: "it does not know the key that signed this",
    404: "it does not know this log",
    413: "the question is too long",
    429: "it was asked too often",
}


def _own_line(body: bytes, raw: bytes, key: Verifier) -> Cosigned:
    """The line that this key signed; lines of others, which nobody asked for, are left out."""
    text = note.parse(raw).text
    try:
        opened = note.open_note(text.encode() + b"\n" + body, [key])
        mine = next(
            line
            for line in body.decode().splitlines(keepends=True)
            if _signer(text, line) == (key.name, key.key_id)
        )
    except (MalformedProof, ProofFailed):
        raise WitnessDeclined(200, "what it signed is not this head, or not by this key") from None
    return Cosigned(raw + mine.encode(), mine, opened.signers[key] or 0)


def _signer(text: str, line: str) -> tuple[str, bytes]:
    signature = note.parse(f"{text}\n{line}".encode()).signatures[0]
    return signature.name, signature.key_id


def last_signed(witness: Witness, origin: str, log: Sequence[Verifier]) -> Signed | None:
    """The last head of this log that the witness signed; None if it has signed none.

    Unreachable, or WitnessDeclined if what it shows is not signed by both of them.
    """
    found = _last(witness, origin, log)
    return found[1] if found else None


def _last(witness: Witness, origin: str, log: Sequence[Verifier]) -> tuple[bytes, Signed] | None:
    """The same with the note as the witness shows it."""
    line = witness.line()
    try:
        answer = line.ask(asked.last_path(origin), limit=_MAX_SHOWN)
    finally:
        line.close()
    if answer.status == 404:
        return None
    if answer.status != 200:
        raise Unreachable(f"the witness answered {answer.status}")
    try:
        signed = checkpoint.open_signed(answer.body, log=log, witnesses=[witness.verifier])
    except (MalformedProof, ProofFailed):
        raise WitnessDeclined(200, "what it shows is not signed by this log") from None
    if signed.checkpoint.origin != origin or witness.verifier.name not in signed.witnesses:
        raise WitnessDeclined(200, "what it shows is not what it signed for this log")
    return answer.body, signed


class ForLog:
    """A witness as a sealer wants it: one log, and the size the witness signed last kept in mind.

    Once it could not be asked it is left alone for `pause` seconds, so that a witness that is away
    for a week costs a sealer one wait a minute and not one a head.
    """

    def __init__(
        self, witness: Witness, origin: str, log: Sequence[Verifier], *, pause: float = 60.0
    ) -> None:
        self.witness = witness
        self.origin = origin
        self.log = log
        self.pause = pause
        self._signed = 0
        self._not_before = 0.0

    def known(self) -> int | None:
        """The size it last signed, 0 before the first; None if it cannot be asked now."""
        try:
            signed = last_signed(self.witness, self.origin, self.log)
        except (Unreachable, WitnessDeclined):
            return None
        self._signed = signed.checkpoint.size if signed else 0
        return self._signed

    def last_note(self) -> bytes | None:
        """The last head it signed, as it shows it; None before the first. As `last_signed` raises."""
        found = _last(self.witness, self.origin, self.log)
        return found[0] if found else None

    def cosign(self, raw: bytes, way: Callable[[int], Sequence[bytes]]) -> Sequence[str]:
        """Its signature line for this checkpoint, checked; `way` leads from an older size to it.

        WitnessRefuses if it has signed another history; Unreachable or WitnessDeclined if there is
        no line now.
        """
        if monotonic() < self._not_before:
            raise Unreachable("it was not there a moment ago")
        try:
            done = cosigned(self.witness, raw, lambda old, _: way(old), guess=self._signed)
        except Unreachable:
            self._not_before = monotonic() + self.pause
            raise
        self._signed = checkpoint.read_unsigned(raw).size
        return [done.line]
