"""A log that has lost its end for good, on the stage of the fault tests."""

from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg

from audit import (
    bundle,
    checkpoint,
    clock,
    entry,
    former,
    invariants,
    keys,
    log,
    origins,
)
from audit.bundle import Cover, Part
from audit.note import Kind, Signer
from audit.sealer import beginning, remembered, succession
from audit.sealer import keys as signing
from audit.sealer.beginning import Finished
from audit.sealer.pin import Pin
from audit.sealer.succession import Plan
from audit.sealer.work import Done, Sealer
from audit.tiles import Folder
from tests.audit.faults.stage import ORIGIN, Stage
from tests.audit.faults.tampering import entry_at
from tests.audit.faults.test_08_restored_with_files import Remembers
from tests.audit.support import OFFICER

NEXT = "privacy-portal.local/log/2"
WITNESS = Signer("witness.example/w1", bytes([2]) * 32, Kind.COSIGNATURE)
#: Sealed when the backup was made; published by then; sealed and published when all was lost.
BACKED_UP, COPIED, SIGNED = 260, 300, 310


@dataclass
class Witness(Remembers):
    """One that shows the note as well, with its line under it."""

    note: bytes | None = None

    def cosign(self, note: bytes, way: Any) -> Any:
        lines = super().cosign(note, way)
        self.note = note + "".join(lines).encode()
        return lines

    def last_note(self) -> bytes | None:
        return self.note


@dataclass
class Lost:
    """A log of which the end is gone, and everything that somebody still has of it."""

    stage: Stage
    witness: Witness
    heads: list[bytes] = field(default_factory=list)

    @property
    def url(self) -> str:
        return self.stage.database.url("portal_migrator")

    @property
    def key(self) -> Path:
        return self.stage.home / "keys" / signing.FILE

    def begin(self) -> None:
        self.key.parent.mkdir(mode=0o700)
        signing._write_private(self.key, f"{self.stage.signer.secret()}\n")

    def where(self, **more: Any) -> remembered.Where:
        return self.stage.where(**{"witness": self.witness, **more})

    def look(self, **more: Any) -> Plan:
        return succession.look(self.url, self.where(**more))

    def announced(self, plan: Plan) -> UUID:
        return former.announce(plan.facts(), reason="The disk broke", actor=OFFICER)

    def succeed(self, **more: Any) -> Plan:
        plan = self.look(**more)
        succession.succeed(self.url, self.where(**more), agreed=plan, event=self.announced(plan))
        return plan

    def finish(self) -> Finished:
        return beginning.finish(
            self.url, top=self.stage.folder, first=ORIGIN, pin=Pin(self.stage.pin), key=self.key
        )

    def through(self) -> Finished:
        self.succeed()
        return self.finish()

    def signers(self) -> tuple[Signer, ...]:
        return signing.of_the_open_log(self.key, ORIGIN)

    def seal(self) -> Done:
        """One step of a sealer started anew, as the command starts it."""
        signers = self.signers()
        folder = origins.place(self.stage.folder, signers[0].name, first=ORIGIN)
        sealer = Sealer(
            self.stage.database.url("portal_sealer"), folder=folder, pin=Pin(self.stage.pin),
            signers=signers, first=ORIGIN, witness=self.witness,
        )  # fmt: skip
        try:
            return sealer.step()
        finally:
            sealer.forget()

    def broken(self) -> list[str]:
        """Every invariant, over the log that is open."""
        with psycopg.connect(self.stage.database.url()) as connection:
            found = invariants.check(
                connection, folder=origins.newest(self.stage.folder),
                keys=[one.verifier for one in self.signers()], opener=log.opened,
            )  # fmt: skip
        return [str(one) for one in found]

    def told(self, done: Finished) -> Path:
        """The export bundle with the first entry opened, as an auditor is given it."""
        raw = entry_at(self.stage, 0)
        key = keys.keyring().named(entry.header(raw).dek_id)
        part = Part(0, raw, entry.secret_of(raw, key=key, origin=ORIGIN))
        head = (done.folder / "checkpoint").read_bytes()
        size = checkpoint.read_unsigned(head).size
        cover = Cover(head, [done.signer.verifier], "Succession", clock.now())
        out = BytesIO()
        bundle.write(out, cover, [part], Folder(done.folder, size).node)
        file = self.stage.home / "first.zip"
        file.write_bytes(out.getvalue())
        return file
