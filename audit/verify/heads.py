"""Signed heads and what hangs on one of them: a proof, or the way from an older head."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from audit import checkpoint, merkle, proof
from audit.checkpoint import Checkpoint, Signed
from audit.errors import MalformedProof, ProofFailed, SignaturesUnavailable
from audit.note import Verifier
from audit.verify.report import Fault, Report

FAILED = (MalformedProof, ProofFailed)
#: The hashes that lead from one size to another: out of a file, or from a log's own tiles.
Way = Callable[[int, int], Sequence[bytes]]


@dataclass(frozen=True)
class Trust:
    """What the command line says may be believed. `quorum`: how many witnesses must have signed."""

    log: tuple[Verifier, ...]
    witnesses: tuple[Verifier, ...] = ()
    quorum: int = 0


def check_head(
    raw: bytes, trust: Trust, report: Report, where: str = "checkpoint"
) -> Checkpoint | None:
    """What the head says, its faults reported; None if it says nothing that can be checked."""
    try:
        signed = checkpoint.open_signed(raw, log=trust.log, witnesses=trust.witnesses)
    except SignaturesUnavailable as reason:
        report.add(Fault.UNSIGNED, str(reason))
        return _claimed(raw, report, where)
    except FAILED as reason:
        report.add(Fault.HEAD, f"{where}: {reason}")
        return _claimed(raw, None, where)
    _count_witnesses(signed, trust, report, where)
    return signed.checkpoint


def _claimed(raw: bytes, report: Report | None, where: str) -> Checkpoint | None:
    """What an unsigned head claims: the rest is counted against it."""
    try:
        return checkpoint.read_unsigned(raw)
    except MalformedProof as reason:
        if report:
            report.add(Fault.HEAD, f"{where}: {reason}")
        return None


def _count_witnesses(signed: Signed, trust: Trust, report: Report, where: str) -> None:
    if signed.witnesses:
        report.facts["witnesses"] = dict(signed.witnesses)
    if len(signed.witnesses) < trust.quorum:
        found = f"{where}: {len(signed.witnesses)} of {trust.quorum}"
        report.add(Fault.COSIGNED, found)


def check_proof(raw: bytes, leaf: bytes, trust: Trust) -> Report:
    """A `.tlog-proof` and the leaf hash of the entry that came with it."""
    report = Report("proof")
    try:
        found = proof.parse(raw)
    except MalformedProof as reason:
        report.add(Fault.PROOF, str(reason))
        return report
    head = check_head(found.checkpoint, trust, report)
    if head is not None:
        tell(report, head)
        report.facts["index"] = found.index
        _try_inclusion(found, leaf, head, report)
    return report


def _try_inclusion(found: proof.Proof, leaf: bytes, head: Checkpoint, report: Report) -> None:
    try:
        merkle.verify_inclusion(
            index=found.index, size=head.size, leaf=leaf, path=found.path, root=head.root
        )
    except FAILED as reason:
        report.add(Fault.PROOF, str(reason), found.index)


def check_consistency(old_raw: bytes, new_raw: bytes, way: Way, trust: Trust) -> Report:
    """Two heads: whether the newer log begins with exactly the older one."""
    report = Report("consistency")
    # Witnesses are asked about the newer head; the older may be from before there were any.
    old = check_head(old_raw, Trust(trust.log), report, "old checkpoint")
    new = check_head(new_raw, trust, report, "new checkpoint")
    if old is None or new is None:
        return report
    tell(report, new)
    report.facts["old_size"] = old.size
    if old.origin != new.origin:
        report.add(Fault.HEAD, "the two heads are of different logs")
    else:
        try_growth(old, new, way, report)
    return report


def try_growth(old: Checkpoint, new: Checkpoint, way: Way, report: Report) -> None:
    if old.size > new.size:
        report.add(Fault.ROLLBACK, f"{old.size} entries were signed, and now {new.size}")
        return
    try:
        path = way(old.size, new.size)
        merkle.verify_consistency(
            old=old.size, new=new.size, path=path, old_root=old.root, new_root=new.root
        )
    except FAILED as reason:
        report.add(Fault.PROOF, str(reason))
    except OSError as reason:
        report.add(Fault.MISSING, str(reason.filename))


def tell(report: Report, head: Checkpoint) -> None:
    report.facts |= {"origin": head.origin, "size": head.size, "root": head.root.hex()}
