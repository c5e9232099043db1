"""Asking the witnesses themselves: a log that was put back cannot put back what they signed."""

from collections.abc import Callable

from audit.checkpoint import Checkpoint
from audit.errors import SignaturesUnavailable, Unreachable, WitnessDeclined
from audit.verify.heads import Trust
from audit.verify.logdir import compare
from audit.verify.report import Fault, Report
from audit.witness.client import Witness, last_signed


def ask_witness(
    url: str, head: Checkpoint, root_at: Callable[[int], bytes], trust: Trust, report: Report
) -> None:
    """ROLLBACK unless this log begins with the last head that a known witness at `url` signed."""
    try:
        found = _last(url, head.origin, trust)
    except (Unreachable, WitnessDeclined, SignaturesUnavailable) as reason:
        report.add(Fault.UNASKED, f"{url}: {reason}")
        return
    if found is None:
        report.add(Fault.UNASKED, f"{url}: it has signed nothing of this log")
        return
    report.facts["witness_size"] = found.size
    compare(root_at, head, found, f"the witness at {url}", report)


def _last(url: str, origin: str, trust: Trust) -> Checkpoint | None:
    """By whichever of the known witnesses it is; what no known key has signed is not believed."""
    refused = WitnessDeclined(200, "none of the known witnesses has signed what it shows")
    for key in trust.witnesses:
        try:
            signed = last_signed(Witness(url, key), origin, trust.log)
        except WitnessDeclined as reason:
            refused = reason
            continue
        return signed.checkpoint if signed else None
    raise refused
