"""A log that goes on after one that was closed: whether what its first entry says of it is so.

The first entry stands opened in an export bundle.  It names the largest head that anybody remembered
of the former log, and the places whose entries are missing.  All that comes before those must be
there, and nothing of the former log may be larger than what is named.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from audit import checkpoint, merkle, origins, tiles
from audit.checkpoint import Checkpoint
from audit.errors import MalformedProof, ProofFailed
from audit.note import MAX_NOTE, Verifier
from audit.verify.export import Checked, Opened
from audit.verify.heads import FAILED
from audit.verify.logdir import Also, Walk, compare
from audit.verify.report import Exit, Fault, Report
from audit.verify.source import Local, reader

EVENT = "log:origin:succeeded"
_SAYS = {
    "former": str, "checkpoint": str, "missing_from": int, "missing_to": int, "kept": str,
}  # fmt: skip


@dataclass(frozen=True)
class Former:
    """What somebody holds of the former log.

    keys    its own            bundle  with the first entry of the log after it, opened
    folder  its files          seen    heads of it, (name, checkpoint); none may be larger than named
    """

    keys: tuple[Verifier, ...]
    bundle: Path
    folder: Path | None = None
    seen: tuple[tuple[str, bytes], ...] = ()


@dataclass(frozen=True)
class Named:
    """What the first entry says: the head, and the places from `start` to its size are missing.

    kept  a smaller head, of `start` entries, where the files of the larger one are gone
    """

    head: Checkpoint
    start: int
    kept: bytes


def check(
    former: Former, told: Checked, head: Checkpoint, root_at: Callable[[int], bytes], report: Report
) -> None:
    """FORMER unless the log of `head` goes on after the former one as its first entry says."""
    if told.report.exit is not Exit.OK or told.head is None:
        report.add(Fault.EXPORT, "the bundle with the first entry does not hold by itself")
        return
    strangers = report.counts[Fault.ROLLBACK]
    compare(root_at, head, told.head, "the bundle with the first entry", report)
    if report.counts[Fault.ROLLBACK] > strangers:
        return
    named = _named(told.opened, former, head, report)
    if named is None:
        return
    report.facts |= {
        "former": named.head.origin,
        "former_size": named.head.size,
        "former_missing": [named.start, named.head.size],
    }
    for name, raw in former.seen:
        _within(name, raw, former, named, report)
    if former.folder is not None:
        _files(former.folder, former, named, report)


def _named(
    opened: tuple[Opened, ...], former: Former, head: Checkpoint, report: Report
) -> Named | None:
    first = next((one.told for one in opened if one.index == 0), {})
    extra = first.get("extra")
    if first.get("name") != EVENT or not isinstance(extra, dict):
        report.add(Fault.FORMER, "the bundle does not open a first entry that names a log", 0)
        return None
    if any(type(extra.get(name)) is not kind for name, kind in _SAYS.items()):
        report.add(Fault.FORMER, "the first entry names no head", 0)
        return None
    try:
        raw = extra["checkpoint"].encode()
        named = checkpoint.open_signed(raw, log=former.keys).checkpoint
    except FAILED as reason:
        report.add(Fault.FORMER, f"the head that the first entry names: {reason}", 0)
        return None
    right = (
        extra["former"] == named.origin
        and origins.successor(named.origin) == head.origin
        and 0 <= extra["missing_from"] < extra["missing_to"] == named.size
    )
    if not right:
        report.add(Fault.FORMER, "the first entry contradicts the head it names", 0)
        return None
    return Named(named, extra["missing_from"], extra["kept"].encode())


def _within(
    name: str, raw: bytes, former: Former, named: Named, report: Report
) -> Checkpoint | None:
    """A head of the former log is not beyond what is named, nor another of the same size."""
    try:
        found = checkpoint.open_signed(raw, log=former.keys).checkpoint
    except FAILED as reason:
        report.add(Fault.HEAD, f"{name}: {reason}")
        return None
    if found.size > named.head.size or (
        found.size == named.head.size and found.root != named.head.root
    ):
        says = f"{name}: {found.size} entries were signed, and {named.head.size} are named"
        report.add(Fault.FORMER, says)
    return found


def _files(folder: Path, former: Former, named: Named, report: Report) -> None:
    """Everything before the missing places, entry by entry, and that the signed head covers it."""
    source = Local(folder)
    raw = source.read(tiles.CHECKPOINT, MAX_NOTE)
    shown = None if raw is None else _within(
        "the former log's folder", raw, former, named, report
    )  # fmt: skip
    if shown is None:
        report.add(Fault.MISSING, f"{folder}/{tiles.CHECKPOINT}")
        return
    heads = [shown, *_signed([named.kept, *(raw for _, raw in former.seen)], former.keys)]
    root = _root_of(source, heads, named.start)
    if root is None:
        report.add(Fault.MISSING, f"no head proves the first {named.start} entries of {folder}")
        return
    part = Report("former log")
    Walk(source, Checkpoint(named.head.origin, named.start, root), Also(), part).run()
    report.facts["former_entries_checked"] = part.facts["entries_checked"]
    for one in part.findings:
        report.add(one.fault, f"former log: {one.where}", one.first, one.last)


def _signed(notes: Sequence[bytes], keys: tuple[Verifier, ...]) -> list[Checkpoint]:
    found = []
    for raw in notes:
        with suppress(*FAILED):
            found.append(checkpoint.open_signed(raw, log=keys).checkpoint)
    return found


def _root_of(source: Local, heads: list[Checkpoint], size: int) -> bytes | None:
    """The root over the log's beginning, as far as a signed head leads to it; None if none does."""
    for head in heads:
        files = tiles.Files(reader(source), head.size)
        try:
            root = files.root(size)
            path = merkle.consistency_path(size, head.size, files.node)
            merkle.verify_consistency(
                old=size, new=head.size, path=path, old_root=root, new_root=head.root
            )
        except (OSError, MalformedProof, ProofFailed):
            continue
        return root
    return None
