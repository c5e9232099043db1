"""The export bundle: entries, their proofs, and the secrets of exactly those that were asked for.

One zip file, nothing compressed, that proves itself: `audit.verify bundle FILE --vkey KEY`.

    checkpoint  [checkpoint.tsr]  [previous-checkpoint  consistency.txt]
    entries/<index>.bin  proofs/<index>.tlog-proof
    secrets/<index>.hex  opened/<index>.json  fhir/<index>.json       of those that are opened
    README.txt  manifest.json

The same contents give the same bytes.  What is written has been checked on the way: an entry that
the head does not hold, or a secret of another entry, ends in an exception and not in the file.
"""

import io
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any, BinaryIO
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from audit import checkpoint, fhir, merkle, opening, origins, proof
from audit.errors import SealBroken
from audit.note import Verifier

SCHEMA = "audit-bundle/1"
MANIFEST = "manifest.json"
_LONG_AGO = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Part:
    """One entry, sealed, at its index; with its own secret if it is handed over opened."""

    index: int
    entry: bytes
    secret: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Cover:
    """What the bundle is about.

    checkpoint  the head that all proofs lead to, signed and cosigned
    keys        the log's keys, told in README.txt for convenience
    purpose     why it was made, in the words of whoever asked
    stamp       the timestamp over exactly this checkpoint, if there is one
    previous    an older head that the reader may hold, of at least one entry
    """

    checkpoint: bytes
    keys: Sequence[Verifier]
    purpose: str
    made_at: datetime
    stamp: bytes | None = None
    previous: bytes | None = None


@dataclass(frozen=True)
class Written:
    """What went into the file: how many entries, how many of them opened, under a head of which size,
    and the file's SHA-256."""

    entries: int
    opened: int
    size: int
    sha256: str


def write(out: BinaryIO, cover: Cover, parts: Iterable[Part], nodes: merkle.Nodes) -> Written:
    """Write the bundle to `out` as it comes; `parts` in the order of the log, `nodes` its tree.

    Any failure raises, and what was written is then no zip file: it lacks its end.
    """
    head = checkpoint.open_signed(cover.checkpoint, log=cover.keys).checkpoint
    tail = _Tail(out)
    with ZipFile(tail, "w", ZIP_STORED) as archive:
        box = _Box(archive, tail)
        for name, content in _heads(cover, head, nodes):
            box.put(name, content)
        counted = _Count()
        for part in _in_order(parts):
            for name, content in _files(part, cover, head, nodes):
                box.put(name, content)
            counted.add(part)
        box.put("README.txt", _readme(cover, head))
        box.put(MANIFEST, to_json(_manifest(cover, head, counted, box.hashes)))
    tail.finish()
    return Written(counted.entries, counted.opened, head.size, tail.hash.hexdigest())


def to_json(told: dict[str, Any]) -> bytes:
    text = json.dumps(told, sort_keys=True, ensure_ascii=False, indent=1)
    return f"{text}\n".encode()


# --- what goes in ------------------------------------------------------------------------------
def _heads(
    cover: Cover, head: checkpoint.Checkpoint, nodes: merkle.Nodes
) -> Iterator[tuple[str, bytes]]:
    yield "checkpoint", cover.checkpoint
    if cover.stamp is not None:
        yield "checkpoint.tsr", cover.stamp
    if cover.previous is not None:
        old = checkpoint.open_signed(cover.previous, log=cover.keys).checkpoint
        path = merkle.consistency_path(old.size, head.size, nodes)
        merkle.verify_consistency(
            old=old.size, new=head.size, path=path, old_root=old.root, new_root=head.root
        )
        yield "previous-checkpoint", cover.previous
        yield "consistency.txt", proof.consistency_to_bytes(path)


def _files(
    part: Part, cover: Cover, head: checkpoint.Checkpoint, nodes: merkle.Nodes
) -> Iterator[tuple[str, bytes]]:
    path = merkle.inclusion_path(part.index, head.size, nodes)
    merkle.verify_inclusion(
        index=part.index, size=head.size, leaf=merkle.leaf_hash(part.entry), path=path,
        root=head.root,
    )  # fmt: skip
    yield f"entries/{part.index}.bin", part.entry
    proved = proof.Proof(part.index, tuple(path), cover.checkpoint)
    yield f"proofs/{part.index}{proof.SUFFIX}", proved.to_bytes()
    if part.secret is not None:
        yield from opened_files(part.index, part.entry, part.secret, head.origin)


def opened_files(
    index: int, entry: bytes, secret: bytes, origin: str
) -> Iterator[tuple[str, bytes]]:
    """The three files of an opened entry. SealBroken unless the secret is its own.

    origin  of the head; the entry itself may bear the name of a log before it
    """
    plain, told = _facts(entry, secret, [origin, *origins.former(origin)])
    eid = str(opening.header(entry).eid)
    event = fhir.audit_event(told, origin=origin, index=index, eid=eid)
    yield f"secrets/{index}.hex", f"{secret.hex()}\n".encode()
    yield f"opened/{index}.json", plain
    yield f"fhir/{index}.json", fhir.to_bytes(event)


def _facts(entry: bytes, secret: bytes, names: Sequence[str]) -> tuple[bytes, dict[str, Any]]:
    for name in names[:-1]:
        with suppress(SealBroken):
            return opening.facts(entry, secret=secret, origin=name)
    return opening.facts(entry, secret=secret, origin=names[-1])


def _in_order(parts: Iterable[Part]) -> Iterator[Part]:
    before = -1
    for part in parts:
        if part.index <= before:
            raise ValueError("the entries come in the order of the log, each once")
        before = part.index
        yield part


@dataclass
class _Count:
    """How many, from which to which; parts themselves are not kept."""

    entries: int = 0
    opened: int = 0
    first: int | None = None
    last: int | None = None

    def add(self, part: Part) -> None:
        self.entries += 1
        self.opened += part.secret is not None
        self.first = part.index if self.first is None else self.first
        self.last = part.index


def _manifest(
    cover: Cover, head: checkpoint.Checkpoint, counted: _Count, hashes: dict[str, str]
) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "fhir": fhir.VERSION,
        "origin": head.origin,
        "size": head.size,
        "root": head.root.hex(),
        "made_at": cover.made_at.isoformat(),
        "purpose": cover.purpose,
        "range": {"first": counted.first, "last": counted.last},
        "entries": counted.entries,
        "opened": counted.opened,
        "files": hashes,
    }


def _readme(cover: Cover, head: checkpoint.Checkpoint) -> bytes:
    keys = " ".join(f"--vkey '{key}'" for key in cover.keys)
    return _README.format(origin=head.origin, keys=keys).encode()


_README = """\
Entries of the log {origin}, with the proofs that they stand in it as they are.
What is in opened/ is about people: keep it as you keep their records.

Check this file, with Python 3.11 or later and `pip install cryptography`:

    python audit-verify.pyz bundle THIS-FILE.zip {keys}

Check that the log of today still begins with the head in here:

    python audit-verify.pyz log FOLDER-OR-ADDRESS {keys} --seen checkpoint

The key above is written by the log itself. Compare it with the one that you were given elsewhere.
"""


# --- the zip file --------------------------------------------------------------------------------
class _Box:
    """Files into the archive, and their hashes into the list."""

    def __init__(self, archive: ZipFile, tail: "_Tail") -> None:
        self.archive = archive
        self.tail = tail
        self.hashes: dict[str, str] = {}

    def put(self, name: str, content: bytes) -> None:
        about = ZipInfo(name, _LONG_AGO)
        about.external_attr = 0o600 << 16
        about.create_system = 3
        self.archive.writestr(about, content)
        self.tail.let_go()
        self.hashes[name] = sha256(content).hexdigest()


class _Tail(io.RawIOBase):
    """What ZipFile writes to: it goes back within the newest file only, so the rest can go out.

    So a bundle of any size leaves as it is made, and has the same bytes wherever it goes.
    """

    def __init__(self, out: BinaryIO) -> None:
        self.out = out
        self.hash = sha256()
        self._gone = 0
        self._held = io.BytesIO()

    def seekable(self) -> bool:
        return True

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._gone + self._held.tell()

    def seek(self, place: int, whence: int = 0) -> int:
        if whence != 0 or place < self._gone:
            raise io.UnsupportedOperation("that has gone out")
        return self._gone + self._held.seek(place - self._gone)

    def write(self, content: Any) -> int:
        return self._held.write(content)

    def let_go(self) -> None:
        content = self._held.getvalue()
        self.hash.update(content)
        self.out.write(content)
        self._gone += len(content)
        self._held = io.BytesIO()

    finish = let_go
