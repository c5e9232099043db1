"""An export bundle: its list, its head, each entry's place under it, and what its secret opens.

Nothing in the file is believed for standing in it.  The list is there to find out what was cut or
added on the way; the head is believed for its signatures, an entry for its proof, and what it says
for the commitment in it.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, ClassVar
from zipfile import ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from audit import merkle, proof
from audit.checkpoint import Checkpoint, open_signed
from audit.errors import AuditError, MalformedProof, SignaturesUnavailable
from audit.note import MAX_NOTE
from audit.tiles import MAX_ENTRY
from audit.verify import stamps
from audit.verify.heads import FAILED, Trust, check_head, tell, try_growth
from audit.verify.report import Fault, Report

SCHEMA = "audit-bundle/1"
_INDEX = r"(0|[1-9][0-9]{0,18})"
#: The names a bundle may hold, and the most bytes that each may have.
_NAMES = {
    re.compile(pattern, re.ASCII): limit
    for pattern, limit in {
        r"manifest\.json": 200_000_000,
        r"README\.txt": 20_000,
        r"(previous-)?checkpoint": MAX_NOTE,
        r"checkpoint\.tsr": stamps.MAX_STAMP,
        r"consistency\.txt": 63 * 64,
        rf"entries/{_INDEX}\.bin": MAX_ENTRY,
        rf"proofs/{_INDEX}\.tlog-proof": proof.MAX_FILE,
        rf"secrets/{_INDEX}\.hex": 65,
        rf"opened/{_INDEX}\.json": MAX_ENTRY,
        rf"fhir/{_INDEX}\.json": 1_000_000,
    }.items()
}
_ENTRY = re.compile(rf"entries/{_INDEX}\.bin", re.ASCII)
_BESIDE = re.compile(rf"(?:proofs|secrets|opened|fhir)/{_INDEX}\.[a-z-]+", re.ASCII)
_NOT_A_ZIP = (BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError, EOFError)


@dataclass(frozen=True)
class Opened:
    """An entry that its secret opened: its place, and the JSON in it."""

    index: int
    told: Mapping[str, Any]


@dataclass
class Checked:
    """A bundle that was looked through. `opened` are the entries that may be believed."""

    report: Report
    head: Checkpoint | None = None
    opened: tuple[Opened, ...] = ()


def check_bundle(path: Path, trust: Trust, roots: bytes | None = None) -> Checked:
    """Everything in the file; `roots` are the certificates, PEM, that a timestamp must lead to."""
    checked = Checked(Report("bundle"))
    try:
        with ZipFile(path) as archive:
            _Look(archive, trust, checked).run(roots)
    except _NOT_A_ZIP as reason:
        checked.report.add(Fault.EXPORT, f"not a bundle that can be read: {type(reason).__name__}")
    return checked


@dataclass
class Window:
    """Between which times an entry can have been written, as witnesses of two heads tell.

    Seconds since 1970.  From `size` on, an entry was not there when `after` was signed; all were
    when `before` was.  The order of the log does not depend on anybody's clock: a time outside is
    told, and is no tampering.
    """

    size: int = 0
    after: int | None = None
    before: int | None = None
    TOLERANCE: ClassVar[int] = 300

    def doubts(self, opened: Opened) -> bool:
        at = datetime.fromisoformat(opened.told["at"]).timestamp()
        late = self.before is not None and at > self.before + self.TOLERANCE
        early = self.after is not None and opened.index >= self.size
        return late or (early and at < (self.after or 0) - self.TOLERANCE)


class _Look:
    """One pass over the files of a bundle."""

    def __init__(self, archive: ZipFile, trust: Trust, checked: Checked) -> None:
        self.archive = archive
        self.trust = trust
        self.checked = checked
        self.report = checked.report
        self.names: dict[str, ZipInfo] = {}
        self.manifest: dict[str, Any] = {}
        self.window = Window()

    def run(self, roots: bytes | None) -> None:
        self._list_names()
        self._compare_list()
        head = self._head(roots)
        if head is not None:
            self.checked.head = head
            tell(self.report, head)
            self._previous(head)
            self._entries(head)

    # --- the list ----------------------------------------------------------------------------
    def _list_names(self) -> None:
        for about in self.archive.infolist():
            limit = next(
                (most for form, most in _NAMES.items() if form.fullmatch(about.filename)), -1
            )
            if about.filename in self.names:
                self._bad(f"twice the same name: {about.filename}")
            elif about.file_size > limit or about.compress_type != ZIP_STORED:
                self._bad(f"not a file of a bundle: {about.filename[:80]!r}")
            else:
                self.names[about.filename] = about

    def _compare_list(self) -> None:
        self.manifest = self._read_manifest()
        hashes = self.manifest.get("files", {})
        for name in sorted(hashes.keys() | self.names.keys() - {"manifest.json"}):
            content = self._read(name)
            if name not in hashes:
                self._bad(f"not in the list: {name}")
            elif content is None:
                self.report.add(Fault.MISSING, name)
            elif sha256(content).hexdigest() != hashes[name]:
                self._bad(f"not the file in the list: {name}")

    def _read_manifest(self) -> dict[str, Any]:
        try:
            told = json.loads(self._read("manifest.json") or b"null")
        except ValueError:
            told = None
        if not isinstance(told, dict) or not isinstance(told.get("files"), dict):
            self._bad("the list cannot be read")
            return {}
        if told.get("schema") != SCHEMA:
            self._bad("another form of bundle than this program knows")
        for name in ("made_at", "purpose"):
            self.report.facts[name] = told.get(name)
        return told

    def _bad(self, where: str) -> None:
        self.report.add(Fault.EXPORT, where)

    def _read(self, name: str) -> bytes | None:
        about = self.names.get(name)
        return None if about is None else self.archive.read(about)

    # --- the heads ---------------------------------------------------------------------------
    def _head(self, roots: bytes | None) -> Checkpoint | None:
        raw = self._read("checkpoint")
        if raw is None:
            self.report.add(Fault.MISSING, "checkpoint")
            return None
        head = check_head(raw, self.trust, self.report)
        stamps.check(self._read("checkpoint.tsr"), raw, roots, self.report, "checkpoint.tsr")
        self.window.before = self._witnessed(raw)
        if head is not None and self.manifest:
            said = (
                self.manifest.get("origin"),
                self.manifest.get("size"),
                self.manifest.get("root"),
            )
            if said != (head.origin, head.size, head.root.hex()):
                self._bad("the list tells of another head")
        return head

    def _previous(self, head: Checkpoint) -> None:
        raw, way = self._read("previous-checkpoint"), self._read("consistency.txt")
        if raw is None and way is None:
            return
        if raw is None or way is None:
            self.report.add(Fault.MISSING, "previous-checkpoint, or the way from it")
            return
        old = check_head(raw, Trust(self.trust.log), self.report, "previous-checkpoint")
        if old is None:
            return
        self.report.facts["previous_size"] = old.size
        self.window.size, self.window.after = old.size, self._witnessed(raw)
        if old.origin != head.origin:
            self.report.add(Fault.HEAD, "the two heads are of different logs")
        else:
            try_growth(old, head, lambda *_: proof.parse_consistency(way), self.report)

    def _witnessed(self, raw: bytes) -> int | None:
        """When the last of the known witnesses signed a head; None if none has."""
        try:
            signed = open_signed(raw, log=self.trust.log, witnesses=self.trust.witnesses)
        except (SignaturesUnavailable, *FAILED):
            return None
        return max(signed.witnesses.values(), default=None)

    # --- the entries -------------------------------------------------------------------------
    def _entries(self, head: Checkpoint) -> None:
        indexes = sorted(int(found[1]) for name in self.names if (found := _ENTRY.fullmatch(name)))
        for index in indexes:
            self._entry(index, head)
        for name in self.names:
            found = _BESIDE.fullmatch(name)
            if found and f"entries/{found[1]}.bin" not in self.names:
                self.report.add(Fault.MISSING, f"entries/{found[1]}.bin", int(found[1]))
        self.report.facts |= {
            "entries_checked": len(indexes),
            "entries_opened": len(self.checked.opened),
        }
        self._compare_count(indexes)

    def _compare_count(self, indexes: list[int]) -> None:
        first, last = (indexes[0], indexes[-1]) if indexes else (None, None)
        said = (self.manifest.get("entries"), self.manifest.get("range"))
        if self.manifest and said != (len(indexes), {"first": first, "last": last}):
            self._bad("the list counts other entries")

    def _entry(self, index: int, head: Checkpoint) -> None:
        entry = self._read(f"entries/{index}.bin") or b""
        proved = self._proved(index, entry, head)
        beside = [self._read(f"{name}/{index}{end}") for name, end in _OPENED]
        if all(one is None for one in beside):
            return
        if any(one is None for one in beside):
            self.report.add(Fault.MISSING, f"what opens entry {index}", index)
        elif self._opens(index, entry, head) and proved:
            opened = Opened(index, json.loads(beside[1] or b""))
            self.checked.opened += (opened,)
            if self.window.doubts(opened):
                self.report.doubt("time_in_doubt", index)

    def _proved(self, index: int, entry: bytes, head: Checkpoint) -> bool:
        name = f"proofs/{index}{proof.SUFFIX}"
        raw = self._read(name)
        if raw is None:
            self.report.add(Fault.MISSING, name, index)
            return False
        try:
            found = proof.parse(raw)
            if found.index != index or found.checkpoint != self._read("checkpoint"):
                raise MalformedProof("the proof is of another entry, or leads to another head")
            merkle.verify_inclusion(
                index=index, size=head.size, leaf=merkle.leaf_hash(entry), path=found.path,
                root=head.root,
            )  # fmt: skip
        except FAILED as reason:
            self.report.add(Fault.PROOF, f"{name}: {reason}", index)
            return False
        return True

    def _opens(self, index: int, entry: bytes, head: Checkpoint) -> bool:
        try:
            expected = _opened(index, entry, self._read(f"secrets/{index}.hex") or b"", head.origin)
        except SignaturesUnavailable as reason:
            self.report.add(Fault.UNSIGNED, f"entries were not opened: {reason}")
            return False
        except (AuditError, ValueError, LookupError, TypeError, AttributeError):
            self.report.add(Fault.OPENED, f"secrets/{index}.hex", index)
            return False
        if self.manifest.get("fhir") != expected.pop("fhir version"):
            self.report.facts["fhir_compared"] = False
            expected.pop(f"fhir/{index}.json")
        wrong = [name for name, content in expected.items() if self._read(name) != content]
        for name in wrong:
            self.report.add(Fault.OPENED, name, index)
        return not wrong


_OPENED = (("secrets", ".hex"), ("opened", ".json"), ("fhir", ".json"))


def _opened(index: int, entry: bytes, secret: bytes, origin: str) -> dict[str, Any]:
    """What has to stand beside an entry that this secret opens, by name."""
    try:
        from audit import fhir
        from audit.bundle import opened_files
    except ImportError:
        raise SignaturesUnavailable("install the package `cryptography` to open them") from None
    raw = bytes.fromhex(secret.decode("ascii").removesuffix("\n"))
    files: dict[str, Any] = dict(opened_files(index, entry, raw, origin))
    return files | {"fhir version": fhir.VERSION}
