"""One step of the sealer; `Sealer.step` is repeated for ever."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg

from audit import checkpoint, merkle, note, publish, tiles
from audit.checkpoint import Checkpoint
from audit.errors import AuditError, KeyOfAnotherLog, TreesDiffer, WitnessRefuses
from audit.note import Signer
from audit.sealer import fence, table
from audit.sealer.pin import Pin, held
from audit.sealer.points import Point, pass_by
from audit.sealer.table import Connection, Head
from audit.sealer.witness import Witness
from audit.tiles import Folder

BATCH = 10_000


@dataclass(frozen=True, slots=True)
class Done:
    """What a step did: entries given a place, the size published with this step if any was."""

    placed: int = 0
    published: int | None = None
    fenced: str = ""


class Sealer:
    """What one process seals with.

    url      the database as portal_sealer; a secret
    folder   where checkpoint, tiles and bundles are published; must exist
    pin      the newest head on another disk
    signers  the log's key, or the old one and the new one while it is succeeded
    first    the name of the first log, where another may have gone on after it (audit.origins)
    at       called after each point of a step; for tests, which stop the process there
    leaf     hashes an entry; for tests, which turn a bit there
    """

    def __init__(
        self,
        url: str,
        *,
        folder: Path,
        pin: Pin,
        signers: Sequence[Signer],
        first: str = "",
        witness: Witness | None = None,
        batch: int = BATCH,
        at: Callable[[Point], None] = pass_by,
        leaf: Callable[[bytes], bytes] = merkle.leaf_hash,
    ) -> None:
        self._url = url
        self.folder, self.pin, self.signers = folder, pin, tuple(signers)
        self.keys = tuple(signer.verifier for signer in self.signers)
        self.origin = self.signers[0].name
        self._first = first or self.origin
        self.witness, self.batch, self._at, self._leaf = witness, batch, at, leaf
        self._connection: Connection | None = None
        self._asked = False
        #: Why the newest head has no line of the witness; empty if it has, or if there is none.
        self.unwitnessed = ""

    # --- the step ----------------------------------------------------------------------------
    def step(self) -> Done:
        """Place what waits, then publish what is not published yet. Raises what went wrong.

        After a failure call `forget`; the next step does what is left.
        """
        connection = self._connected()
        with table.durable(connection):
            head = table.lock(connection)
            self._need_own(head)
            self._at(Point.LOCKED)
            reason = head.says if head.fenced else self._forbidden(connection, head)
            if reason and not head.fenced:
                table.fence(connection, reason)
            count = 0 if reason else self._place(connection, head)
            table.seen(connection)
        self._at(Point.COMMITTED)
        if reason:
            return Done(fenced=reason)
        return self._published(connection, count)

    def forget(self) -> None:
        """Drop the session; locks and what was not committed go with it."""
        if self._connection is not None:
            with suppress(psycopg.Error):
                self._connection.close()
        self._connection = None

    def say(self, words: str) -> None:
        """Put the trouble where health can see it, if the database can be reached."""
        with suppress(psycopg.Error):
            table.say(self._connected(), words)

    def _connected(self) -> Connection:
        if self._connection is None or self._connection.closed:
            self._connection = table.connect(self._url)
        return self._connection

    # --- may it go on? -----------------------------------------------------------------------
    def _need_own(self, head: Head) -> None:
        """A log that was closed gets no head any more, nor its successor one of another's key."""
        if (head.origin or self._first) != self.origin:
            raise KeyOfAnotherLog(f"the key signs {self.origin}, the open log is another")

    def _forbidden(self, connection: Connection, head: Head) -> str:
        """Asked at the start and before each seal; the witness at the start only, and by signing."""
        if not head.size and not table.ever_signed(connection):
            self._begin()
        sources = {"the folder": self._checkpoint(), "the pin": self.pin.read()}
        for name, raw in sources.items():
            reason = fence.differs(
                name, raw, keys=self.keys, head=head,
                signed=lambda size: table.root_signed(connection, size),
            )  # fmt: skip
            if reason:
                return reason
        return self._outgrown(head)

    def _outgrown(self, head: Head) -> str:
        if self.witness is None or self._asked:
            return ""
        known = self.witness.known()
        self._asked = known is not None
        return fence.longer(known, head)

    def _begin(self) -> None:
        """A log without entries is pinned and published first: from then on both must be there."""
        empty = checkpoint.sign(Checkpoint(self.origin, 0, merkle.EMPTY), *self.signers)
        if self.pin.read() is None:
            self.pin.swap(None, empty)
        if self._checkpoint() is None:
            publish.write_atomically(self.folder, tiles.CHECKPOINT, empty)

    def _checkpoint(self) -> bytes | None:
        try:
            return (self.folder / tiles.CHECKPOINT).read_bytes()
        except FileNotFoundError:
            return None

    # --- places ------------------------------------------------------------------------------
    def _place(self, connection: Connection, head: Head) -> int:
        """Claim, hash, store, and verify what was stored; how many."""
        claimed = table.claim(connection, self.batch)
        self._at(Point.CLAIMED)
        if not claimed:
            return 0
        leaves = [self._leaf(entry) for _, entry in claimed]
        tree = head.tree()
        tree.extend(leaves)
        table.place(connection, head.size, [eid for eid, _ in claimed], leaves)
        table.grow(connection, tree)
        self._at(Point.PLACED)
        _verify(connection, head)
        self._at(Point.VERIFIED)
        return len(claimed)

    # --- files and heads ---------------------------------------------------------------------
    def _published(self, connection: Connection, placed: int) -> Done:
        with held(self.folder):
            head = table.head(connection)
            self._need_own(head)
            raw = self._checkpoint()
            if head.fenced or raw is None:
                return Done(placed)
            old = checkpoint.open_signed(raw, log=self.keys).checkpoint.size
            if old > head.size or (old == head.size and not head.due):
                return Done(placed)
            self._write(connection, old, head)
            return self._sign(connection, placed, old, head)

    def _write(self, connection: Connection, old: int, head: Head) -> None:
        """Bundles and tiles from the published size on, read back and compared with the tree."""
        for start in range(old, head.size, self.batch):
            end = min(start + self.batch, head.size)
            batch = table.placed(connection, start, end)
            if [one.index for one in batch] != list(range(start, end)):
                raise TreesDiffer("an entry is not there any more, and was not published yet")
            publish.extend(self.folder, start, [one.entry for one in batch])
        if Folder(self.folder, head.size).root() != head.tree().root():
            raise TreesDiffer("the tiles on the disk are not those of the tree")
        self._at(Point.WRITTEN)

    def _sign(self, connection: Connection, placed: int, old: int, head: Head) -> Done:
        pinned = self.pin.read()
        made = Checkpoint(self.origin, head.size, head.tree().root())
        signed = checkpoint.sign(made, *self.signers)
        self._at(Point.SIGNED)
        lines = self._cosigned(connection, signed, head)
        if lines is None:
            return Done(placed, fenced="the witness has signed another history")
        self._at(Point.COSIGNED)
        with table.durable(connection):
            named = [
                (note.parse(signed + line.encode()).signatures[-1].name, line) for line in lines
            ]
            table.note_head(connection, made.size, made.root, signed.decode(), named)
        self._at(Point.NOTED)
        if table.root_signed(connection, made.size) not in {made.root, None}:
            raise TreesDiffer("another head of this size was signed before")
        self.pin.swap(pinned, signed)
        self._at(Point.PINNED)
        whole = signed + "".join(lines).encode()
        publish.write_atomically(self.folder, tiles.CHECKPOINT, whole)
        self._at(Point.PUBLISHED)
        table.published(connection, self.unwitnessed)
        publish.drop_partials(self.folder, old=old, new=head.size)
        return Done(placed, made.size)

    def _cosigned(self, connection: Connection, signed: bytes, head: Head) -> Sequence[str] | None:
        """The witness's lines; none if it cannot be asked, None if it refuses: then it is fenced."""
        self.unwitnessed = ""
        if self.witness is None:
            return []
        nodes = Folder(self.folder, head.size).node
        try:
            return self.witness.cosign(
                signed, lambda old: merkle.consistency_path(old, head.size, nodes)
            )
        except WitnessRefuses:
            with table.durable(connection):
                table.note_anchor(connection, head.size, "refused", signed)
                table.fence(connection, "the witness has signed another history")
            return None
        except (OSError, AuditError) as trouble:
            self.unwitnessed = f"witness: {type(trouble).__name__}"
            return []


def _verify(connection: Connection, before: Head) -> None:
    """Read the batch and the head back and compute both anew; TreesDiffer if anything differs.

    A log once signed a head over one flipped bit and could never prove anything again.
    """
    after = table.head(connection)
    tree = before.tree()
    for expected, one in enumerate(table.placed(connection, before.size, after.size), before.size):
        leaf = merkle.leaf_hash(one.entry)
        if one.index != expected or one.leaf != leaf or one.entry[8:24] != one.eid.bytes:
            raise TreesDiffer(f"entry {expected} is not what was hashed")
        tree.append(leaf)
    if (tree.size, tree.to_bytes()) != (after.size, after.frontier):
        raise TreesDiffer("the tree that was stored is not the tree of what was stored")
