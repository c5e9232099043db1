"""A log of real, sealed entries in a folder, and export bundles of it."""

import io
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from uuid import UUID
from zipfile import ZipFile

from audit import bundle, entry
from audit.bundle import Cover, Part
from audit.entry import Entry, Network, Obj, Who
from audit.tiles import Folder
from tests.audit.support import KEY, NOON
from tests.support.logs import SIGNER, grow

OFFICER = Who("officer-1", "Ada Example", ("privacy_officer",), "session")


def fact(number: int, *, name: str = "ledger:disclosure:recorded", **more: object) -> Entry:
    told: dict[str, object] = {
        "outcome": "success", "patient": f"patient-{number % 3}", "request": "AAAA-BBBB",
        "object": Obj("disclosure", str(number), 1), "recipient": "Example Insurance",
        "purpose": "payment", "after": {"pages": number},
        "network": Network("req-1", "192.0.2.7"),
    } | more  # fmt: skip
    at = NOON + timedelta(seconds=number, milliseconds=number % 1000)
    return Entry(name=name, at=at, actor=OFFICER, **told)  # type: ignore[arg-type]


def sealed(facts: Entry, number: int) -> bytes:
    return entry.seal(
        entry.encode(facts), key=KEY, eid=UUID(int=number + 1), time_ms=entry.millis(facts.at),
        origin=SIGNER.name,
    )  # fmt: skip


@dataclass
class Sealed:
    """The log's folder, its entries, and the heads it had."""

    folder: Path
    entries: list[bytes]
    heads: list[bytes]

    @classmethod
    def grown(cls, folder: Path, facts: Sequence[Entry], *steps: int) -> "Sealed":
        """Published at each of these sizes and, in the end, whole."""
        made = cls(folder, [sealed(one, number) for number, one in enumerate(facts)], [])
        before = 0
        for size in [*steps, len(facts)]:
            made.heads.append(grow(folder, before, made.entries[before:size]))
            before = size
        return made

    def part(self, index: int, *, opened: bool = True) -> Part:
        blob = self.entries[index]
        secret = entry.secret_of(blob, key=KEY, origin=SIGNER.name) if opened else None
        return Part(index, blob, secret)

    def cover(self, *, stamp: bytes | None = None, previous: bytes | None = None) -> Cover:
        return Cover(
            self.heads[-1],
            [SIGNER.verifier],
            "A patient asked who was told.",
            NOON,
            stamp,
            previous,
        )

    def bundle(self, parts: Iterable[Part], cover: Cover | None = None) -> bytes:
        out = io.BytesIO()
        nodes = Folder(self.folder, len(self.entries)).node
        bundle.write(out, cover or self.cover(), parts, nodes)
        return out.getvalue()


def unzipped(raw: bytes) -> dict[str, bytes]:
    with ZipFile(io.BytesIO(raw)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(files: dict[str, bytes], *, list_anew: bool = True) -> bytes:
    """As somebody who changes files would do it, the list made right again."""
    if list_anew and "manifest.json" in files:
        told = json.loads(files["manifest.json"])
        told["files"] = {
            name: sha256(content).hexdigest()
            for name, content in files.items()
            if name != "manifest.json"
        }
        files = files | {"manifest.json": json.dumps(told).encode()}
    out = io.BytesIO()
    with ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


Change = Callable[[dict[str, bytes]], object]
