"""Retention events: what lets a log be without its oldest entries.

They are entries like others, and stand opened in an export bundle.  One that says `min_index` N,
and itself stands at N or later, tells that the entries below N were pruned.
"""

from collections.abc import Callable

from audit.checkpoint import Checkpoint
from audit.tiles import WIDTH
from audit.verify.export import Checked, Opened
from audit.verify.logdir import compare
from audit.verify.report import Exit, Fault, Report

#: The name of the event, and where in it the index stands.
EVENT = "log:entries:pruned"
FIELD = "min_index"


def told_of(checked: Checked) -> int:
    """Below which index entries were pruned, by the events in a bundle; 0 if it tells of none.

    A bundle that does not hold tells of nothing.
    """
    if checked.report.exit is not Exit.OK:
        return 0
    return max(map(_index, checked.opened), default=0)


def check_bundle_of(
    checked: Checked, head: Checkpoint, root_at: Callable[[int], bytes], report: Report
) -> None:
    """The bundle must hold, be of this log, and tell of something."""
    if checked.report.exit is not Exit.OK or checked.head is None:
        report.add(Fault.EXPORT, "the bundle with the retention event does not hold by itself")
        return
    compare(root_at, head, checked.head, "the bundle with the retention event", report)
    if not told_of(checked):
        report.add(Fault.PRUNED, "the bundle holds no retention event")


def _index(opened: Opened) -> int:
    if opened.told.get("name") != EVENT:
        return 0
    extra = opened.told.get("extra")
    found = extra.get(FIELD) if isinstance(extra, dict) else None
    # A log prunes whole bundles, and never the event that tells of it.
    right = isinstance(found, int) and 0 < found <= opened.index and found % WIDTH == 0
    return found if right and isinstance(found, int) else 0
