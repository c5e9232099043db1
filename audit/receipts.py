"""Receipts: the proof that one entry stands in the log, in a file that needs nothing of us.

    receipts.proof_of(eid)      None until a signed head covers the entry

The file is a `.tlog-proof` (FORMAT.md, section 9) with the sealed entry in its `extra` line: the
entry's hash, the way to the root, and the head that the log and its witnesses signed.  Nobody reads
a word of the entry with it; that takes the entry's own secret.
"""

from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db import connections

from audit import checkpoint, former, merkle, proof, published
from audit.errors import MalformedProof, ProofFailed
from audit.proof import Proof
from audit.tiles import Folder

#: Each witness's newest line under the newest head, in the order of their names.
_NEWEST = """
    SELECT leaf.idx, event.entry, newest.size, newest.note, (
        SELECT coalesce(string_agg(line, '' ORDER BY name), '') FROM (
            SELECT DISTINCT ON (name) name, line FROM audit.cosignature
            WHERE size = newest.size ORDER BY name, at DESC
        ) AS witnesses
    )
    FROM audit.leaf AS leaf
    JOIN (SELECT size, note FROM audit.checkpoint ORDER BY size DESC LIMIT 1) AS newest
        ON leaf.idx < newest.size
    LEFT JOIN audit.event AS event USING (eid)
    WHERE leaf.eid = %s
"""


@dataclass(frozen=True, slots=True)
class Receipt:
    """The file's bytes, and the place of the entry in the log."""

    index: int
    content: bytes


def proof_of(eid: UUID, *, using: str = "default") -> Receipt | None:
    """The receipt of an entry under the newest signed head; None if no head covers it yet.

    An entry that was pruned after its retention still has its receipt, without the entry in it.  One
    that stands in a log that was closed has it from that log, under the largest head that its files
    still lead to.
    """
    if not settings.LOG_FOLDER:
        return None
    with connections[using].cursor() as cursor:
        cursor.execute(_NEWEST, [eid])
        row = cursor.fetchone()
    if row is None:
        return _of_a_closed_log(eid, using)
    index, entry, size, note, lines = row
    made = proof.make(index, Folder(published.place(), size).node, (note + lines).encode())
    return _receipt(made, bytes(entry) if entry is not None else None)


def _receipt(made: Proof, entry: bytes | None) -> Receipt:
    return Receipt(made.index, Proof(made.index, made.path, made.checkpoint, entry).to_bytes())


def _of_a_closed_log(eid: UUID, using: str) -> Receipt | None:
    """Files beyond what was kept may be gone, so each proof is tried before it is handed out."""
    place = former.place_of(eid, using=using)
    for note in place.heads if place else ():
        assert place is not None
        with suppress(OSError, MalformedProof, ProofFailed):
            made = _leads(place, note)
            return _receipt(made, place.entry)
    return None


def _leads(place: former.Place, note: bytes) -> Proof:
    head = checkpoint.read_unsigned(note)
    made = proof.make(place.index, Folder(former.folder_of(place.origin), head.size).node, note)
    merkle.verify_inclusion(
        index=made.index, size=head.size, leaf=place.leaf, path=made.path, root=head.root
    )
    return made
