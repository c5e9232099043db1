"""What a witness answers: one question, what it remembers, the time, and nothing else.

200   the cosignature line
400   not a question, or an older size above the newer
403   the log's own key has not signed this
404   a log that this witness was not told of
409   the size it has signed, where the log believes another
422   another history: the proof does not hold, or one size has two roots; kept as evidence
503   its own clock stands before a time it has signed: it does not sign backwards
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from audit import checkpoint, merkle, note
from audit.errors import MalformedProof, ProofFailed
from audit.note import Signer, Verifier
from audit.witness import asked
from audit.witness.asked import Asked
from audit.witness.store import Decision, Kept, Store

#: The keys of each log by its origin: one, or two while a new one succeeds an old.
Logs = Mapping[str, Sequence[Verifier]]


@dataclass(frozen=True)
class Verdict:
    """What is answered. `kind` is its media type."""

    status: int
    body: bytes
    kind: str = "text/plain"


@dataclass(frozen=True)
class Judge:
    """A witness's key, the logs it was told of, and its memory."""

    signer: Signer
    logs: Logs
    store: Store

    def add_checkpoint(self, raw: bytes, *, now: int) -> Verdict:
        """The answer to a question, stored before it is given. `now`: seconds since 1970."""
        try:
            found = asked.parse(raw)
        except MalformedProof:
            return _said(400, "not a question to a witness")
        keys = self.logs.get(found.head.origin)
        if keys is None:
            return _said(404, "this log is not known here")
        try:
            checkpoint.open_signed(found.note, log=keys)
        except ProofFailed:
            return _said(403, "not signed by the key of this log")
        if found.old > found.head.size:
            return _said(400, "the older size is above the newer")
        with self.store.deciding() as decision:
            return self._decide(found, raw, now, keys, decision)

    def last(self, name: str) -> Verdict:
        """The last checkpoint that was signed, by the hexadecimal hash of its log's origin."""
        origins = (origin for origin in self.logs if asked.last_path(origin) == name)
        origin = next(origins, None)
        kept = self.store.last(origin) if origin is not None else None
        if kept is None:
            return _said(404, "nothing was signed under this name")
        return Verdict(200, kept.note)

    def _decide(
        self, found: Asked, raw: bytes, now: int, keys: Sequence[Verifier], decision: Decision
    ) -> Verdict:
        last = decision.last(found.head.origin)
        known = last.head.size if last else 0
        if found.old != known:
            return Verdict(409, f"{known}\n".encode(), asked.SIZE_KIND)
        if not _continues(found, last):
            decision.keep_evidence(found.head.origin, time=now, known=known, asked=raw)
            return _said(422, "this is not the history that was signed here")
        if now < decision.newest_time():
            return _said(503, "the clock of this witness stands before a time it has signed")
        line = self.signer.line(found.head.body(), time=now)
        decision.keep(Kept(found.head, now, _note_to_show(found, keys, line)))
        return Verdict(200, line.encode())


def _continues(found: Asked, last: Kept | None) -> bool:
    old_root = last.head.root if last else merkle.EMPTY
    try:
        merkle.verify_consistency(
            old=found.old, new=found.head.size, path=found.path,
            old_root=old_root, new_root=found.head.root,
        )  # fmt: skip
    except (MalformedProof, ProofFailed):
        return False
    return True


def _note_to_show(found: Asked, keys: Sequence[Verifier], line: str) -> bytes:
    """The log's own lines and ours; what else stood below, nobody here has checked."""
    parsed = note.parse(found.note)
    ids = {(key.name, key.key_id) for key in keys}
    lines = found.note.decode().rpartition("\n\n")[2].splitlines(keepends=True)
    own = [
        written
        for written, signature in zip(lines, parsed.signatures, strict=True)
        if (signature.name, signature.key_id) in ids
    ]
    return note.write(parsed.text, [*own, line])


def _said(status: int, words: str) -> Verdict:
    return Verdict(status, f"{words}\n".encode())


def by_origin(keys: Sequence[Verifier]) -> dict[str, list[Verifier]]:
    """The keys of each log: a log's key has its name."""
    found: dict[str, list[Verifier]] = {}
    for key in keys:
        found.setdefault(key.name, []).append(key)
    return found
