"""3. Somebody edits a sealed entry, makes everything fit, and signs it with the stolen key."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from audit import checkpoint, merkle, publish
from audit.checkpoint import Checkpoint
from audit.errors import WitnessRefuses
from audit.sealer.witness import Witness
from audit.tiles import Folder
from audit.verify.heads import Trust, check_consistency
from audit.verify.report import Exit, Fault
from audit.witness import client
from tests.audit.faults.stage import ORIGIN, Stage
from tests.audit.faults.tampering import (
    entry_at,
    set_entry,
    set_head_to_leaves,
    set_leaf,
    turned,
)  # fmt: skip
from tests.support.witnesses import witnessing

SIZE, AT = 5, 1


@pytest.fixture
def witness(stage: Stage, tmp_path: Path) -> Iterator[Witness]:
    """One of our own on another machine: over HTTP, with a memory of its own."""
    keys = [stage.signer.verifier]
    with witnessing(tmp_path / "witness.sqlite", logs=keys) as there:
        yield client.ForLog(there, ORIGIN, keys)


@pytest.fixture
def receipt(stage: Stage, witness: Witness) -> bytes:
    """The head that somebody was handed before it happened."""
    stage.append(SIZE)
    stage.seal(witness=witness)
    return (stage.folder / "checkpoint").read_bytes()


@pytest.fixture
def forged(stage: Stage, receipt: bytes) -> Stage:
    """Database, files, heads and pin tell one history, and it is another."""
    changed = turned(entry_at(stage, AT))
    set_entry(stage, AT, changed)
    set_leaf(stage, AT, merkle.leaf_hash(changed))
    root = set_head_to_leaves(stage).root()
    signed = checkpoint.sign(Checkpoint(ORIGIN, SIZE, root), stage.signer)
    stage.force(
        "DELETE FROM audit.cosignature",
        f"UPDATE audit.checkpoint SET root = '\\x{root.hex()}', note = '{signed.decode()}'",
    )
    entries = [entry_at(stage, index) for index in range(SIZE)]
    shutil.rmtree(stage.folder)
    stage.folder.mkdir()
    publish.extend(stage.folder, 0, entries)
    publish.write_atomically(stage.folder, "checkpoint", signed)
    stage.pin.write_bytes(signed)
    return stage


def test_it_fits_no_head_that_was_handed_out(
    forged: Stage, receipt: bytes, witness: Witness
) -> None:
    # The control: the thief has the key, so whoever remembers nothing is deceived. The entry does
    # not open all the same: the thief has no data key.
    assert forged.fsck().exit is Exit.OK
    assert forged.broken() == {"I3"}
    report = forged.fsck(seen=[receipt])
    assert (report.exit, dict(report.counts)) == (Exit.TAMPERED, {Fault.ROLLBACK: 1})
    with pytest.raises(WitnessRefuses):  # 422 over HTTP, whatever way is offered
        witness.cosign((forged.folder / "checkpoint").read_bytes(), lambda old: ())


def test_the_witness_refuses_what_goes_on_from_it_and_the_log_is_fenced(
    forged: Stage, witness: Witness
) -> None:
    forged.append(1)
    assert "another history" in forged.seal(witness=witness).fenced
    assert forged.published() == SIZE
    assert forged.ask("SELECT kind FROM audit.anchor") == "refused"


def test_without_a_witness_it_is_sealed_on_and_no_way_leads_there(
    forged: Stage, receipt: bytes
) -> None:
    """The control for the witness; who holds an old head still finds it."""
    forged.append(2)
    assert (forged.seal().fenced, forged.published()) == ("", SIZE + 2)
    newest = (forged.folder / "checkpoint").read_bytes()
    nodes = Folder(forged.folder, SIZE + 2).node

    def way(old: int, new: int) -> list[bytes]:
        return merkle.consistency_path(old, new, nodes)

    report = check_consistency(receipt, newest, way, Trust((forged.signer.verifier,)))
    assert (report.exit, dict(report.counts)) == (Exit.TAMPERED, {Fault.PROOF: 1})
