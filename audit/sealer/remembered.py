"""What is remembered of a log: by its folder, the pin, the database, a witness, and kept copies.

Whoever goes on from less than somebody remembers takes back what was signed.  So everybody is asked,
and whoever cannot be asked now stops it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from audit import checkpoint, note, tiles
from audit.checkpoint import Checkpoint
from audit.errors import AuditError, CannotRecover, MalformedProof, ProofFailed
from audit.note import Verifier
from audit.sealer.pin import Pin


class Rememberer(Protocol):
    """A witness, asked for what it has signed of this log."""

    def last_note(self) -> bytes | None:
        """The last head it signed, with its line; None if it has signed none. Raises AuditError."""


@dataclass(frozen=True)
class Where:
    """The open log, and who may remember it.

    folder   its published files           pin    its newest head on another disk
    keys     the log's own                 first  the name of the first log (audit.origins)
    witness  asked, if there is one        kept   heads that somebody brings: (name, note)
    """

    folder: Path
    pin: Pin
    keys: Sequence[Verifier]
    first: str = ""
    witness: Rememberer | None = None
    kept: Sequence[tuple[str, bytes]] = field(default=())

    @property
    def origin(self) -> str:
        return self.keys[0].name


@dataclass(frozen=True, slots=True)
class Known:
    """A head that the log has signed, and who remembers it."""

    who: str
    note: bytes
    head: Checkpoint


def heads(where: Where, database: bytes | None) -> list[Known]:
    """Every head that is remembered, the largest first; CannotRecover if somebody cannot be asked.

    database  the newest head that the database has, as it was signed
    """
    found = {
        "the folder": published(where.folder),
        "the pin": where.pin.read(),
        "the database": database,
        "the witness": _witnessed(where.witness),
        **dict(where.kept),
    }
    known = [
        Known(who, raw, opened(raw, where.keys, who)) for who, raw in found.items()
        if raw is not None
    ]  # fmt: skip
    return sorted(known, key=lambda one: one.head.size, reverse=True)


def largest(known: Sequence[Known]) -> tuple[bytes, Checkpoint]:
    """The largest head with every signature that anybody has of it; CannotRecover if there are two."""
    newest = [one for one in known if one.head.size == known[0].head.size]
    for one in newest:
        if one.head != newest[0].head:
            raise CannotRecover(
                f"{newest[0].who} and {one.who} remember two different heads of "
                f"{one.head.size} entries, both signed by this log. Keep both: this is an incident."
            )
    return _together([one.note for one in newest]), newest[0].head


def opened(raw: bytes, keys: Sequence[Verifier], who: str = "A head") -> Checkpoint:
    """The head, if this log has signed it."""
    try:
        return checkpoint.open_signed(raw, log=keys).checkpoint
    except (MalformedProof, ProofFailed) as reason:
        raise CannotRecover(f"{who}: not a head that this log has signed: {reason}.") from None


def published(folder: Path) -> bytes | None:
    """The newest head as its file has it; None if it is gone."""
    try:
        return (folder / tiles.CHECKPOINT).read_bytes()
    except FileNotFoundError:
        return None


def _witnessed(witness: Rememberer | None) -> bytes | None:
    try:
        return witness.last_note() if witness is not None else None
    except AuditError as reason:
        raise CannotRecover(
            f"The witness cannot be asked what it remembers: {reason}. Bring it back; or, if it is "
            "gone for good, start without its address and name a head that it signed."
        ) from None


def _together(notes: Sequence[bytes]) -> bytes:
    """One note with the signature lines of all, each once."""
    text = note.parse(notes[0]).text
    above = len(f"{text}\n".encode())
    lines = [line for raw in notes for line in raw[above:].decode().splitlines(keepends=True)]
    return note.write(text, list(dict.fromkeys(lines)))
