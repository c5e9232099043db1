"""A whole log and everything that somebody holds against it: one report."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from audit import tiles
from audit.anchors.printed import Printed
from audit.note import MAX_NOTE
from audit.verify import asking, former, retained, stamps
from audit.verify.export import Checked, check_bundle
from audit.verify.former import Former
from audit.verify.heads import Trust
from audit.verify.logdir import Also, check_log, roots, trusted_head
from audit.verify.report import Report
from audit.verify.source import Source


@dataclass(frozen=True)
class Seen:
    """A head seen earlier, under its name, and the timestamp over it if there is one."""

    name: str
    note: bytes
    stamp: bytes | None = None


@dataclass(frozen=True)
class Question:
    """What is asked about a log besides whether it is as signed.

    minimum    entries below may be gone, as somebody says
    retention  the bundle with the event that tells of it
    witnesses  addresses of witnesses to ask
    former     what is held of the log before this one, if it goes on after another
    roots      certificates, PEM, that timestamps must lead to; without them none is looked at
    """

    minimum: int = 0
    seen: Sequence[Seen] = ()
    printed: Printed | None = None
    witnesses: Sequence[str] = ()
    retention: Path | None = None
    former: Former | None = None
    roots: bytes | None = None


def check(source: Source, trust: Trust, asked: Question) -> Report:
    """The log itself, then its anchors."""
    pruning = check_bundle(asked.retention, Trust(trust.log)) if asked.retention else None
    also = Also(
        minimum=asked.minimum,
        pruned=retained.told_of(pruning) if pruning else 0,
        seen=[(one.name, one.note) for one in asked.seen],
        printed=asked.printed,
    )
    report = check_log(source, trust, also)
    _outside(source, trust, asked, pruning, report)
    _stamps(source, asked, report)
    return report


def _outside(
    source: Source, trust: Trust, asked: Question, pruning: Checked | None, report: Report
) -> None:
    if not (asked.witnesses or pruning or asked.former):
        return
    head = trusted_head(source, trust)
    if head is None:
        return
    root_at = roots(source, head)
    for url in asked.witnesses:
        asking.ask_witness(url, head, root_at, trust, report)
    if pruning is not None:
        retained.check_bundle_of(pruning, head, root_at, report)
    if asked.former is not None:
        told = check_bundle(asked.former.bundle, Trust(trust.log))
        former.check(asked.former, told, head, root_at, report)


def _stamps(source: Source, asked: Question, report: Report) -> None:
    """Over each head that was seen or, where none is named, over the newest."""
    if asked.roots is None:
        return
    for one in asked.seen:
        stamps.check(one.stamp, one.note, asked.roots, report, f"{one.name}.tsr")
    newest = source.read(tiles.CHECKPOINT, MAX_NOTE) if not asked.seen else None
    if newest is not None:
        tsr = source.read(f"{tiles.CHECKPOINT}.tsr", stamps.MAX_STAMP)
        stamps.check(tsr, newest, asked.roots, report, f"{tiles.CHECKPOINT}.tsr")
