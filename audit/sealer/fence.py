"""Whether sealing may go on: database, folder, pin and witness must tell one history.

An old database put back knows fewer entries than were signed.  Sealing on from there would give one
place in the log two entries: a fork, which no honest log has.  So whoever remembers more than the
database stops the sealing, and so does a head that the database does not know to have signed.
"""

from collections.abc import Callable, Sequence

from audit import checkpoint, merkle
from audit.errors import MalformedProof, ProofFailed
from audit.note import Verifier
from audit.sealer.table import Head

#: The root that the database has of a size, or None.
RootAt = Callable[[int], bytes | None]


def differs(
    name: str, raw: bytes | None, *, keys: Sequence[Verifier], head: Head, signed: RootAt
) -> str:
    """Why this source forbids sealing, as a sentence; empty if it does not."""
    if raw is None:
        return f"{name} is gone, and heads were signed before"
    try:
        found = checkpoint.open_signed(raw, log=keys).checkpoint
    except (MalformedProof, ProofFailed) as reason:
        return f"{name} holds no head of this log: {reason}"
    if found.size > head.size:
        return f"{name} knows {found.size} entries, the database {head.size}"
    if found.root != _root(found.size, head, signed):
        return f"{name} holds another head of {found.size} entries than the database"
    return ""


def longer(size: int | None, head: Head) -> str:
    """The same for the witness, which tells its size alone; None when it cannot be asked."""
    if size is not None and size > head.size:
        return f"the witness knows {size} entries, the database {head.size}"
    return ""


def _root(size: int, head: Head, signed: RootAt) -> bytes | None:
    if size == 0:
        return merkle.EMPTY
    return head.tree().root() if size == head.size else signed(size)
