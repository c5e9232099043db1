"""8 and 9. Database and files are put back, and the pin with them: then only a witness remembers."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from audit import checkpoint, merkle
from audit.checkpoint import Checkpoint
from audit.errors import MalformedProof, ProofFailed, WitnessRefuses
from audit.note import Kind, Signer
from audit.sealer.witness import Way
from tests.audit.faults.stage import ORIGIN, Stage

SIGNER = Signer("witness.example/w1", bytes([2]) * 32, Kind.COSIGNATURE)


@dataclass
class Remembers:
    """A witness in memory: it signs what continues what it has signed, and nothing else."""

    newest: Checkpoint = field(default_factory=lambda: Checkpoint(ORIGIN, 0, merkle.EMPTY))
    down: bool = False
    asked: int = 0

    def known(self) -> int | None:
        return None if self.down else self.newest.size

    def cosign(self, note: bytes, way: Way) -> Sequence[str]:
        self.asked += 1
        if self.down:
            raise TimeoutError
        head = checkpoint.read_unsigned(note)
        try:
            merkle.verify_consistency(
                old=self.newest.size, new=head.size, path=way(self.newest.size),
                old_root=self.newest.root, new_root=head.root,
            )  # fmt: skip
        except (MalformedProof, ProofFailed):
            raise WitnessRefuses("another history") from None
        self.newest = head
        return [SIGNER.line(head.body(), time=1_700_000_000)]


@pytest.fixture
def witness() -> Remembers:
    return Remembers()


@pytest.fixture
def rolled_back(stage: Stage, witness: Remembers) -> Stage:
    """Everything on this machine is as it was at 3 entries; the witness has signed 5."""
    stage.append(3)
    stage.seal(witness=witness)
    backup, kept, pin = stage.backed_up(), stage.files("yesterday"), stage.pin.read_bytes()
    stage.append(2)
    stage.seal(witness=witness)
    stage.restore(backup)
    stage.put_files_back(kept)
    stage.pin.write_bytes(pin)
    stage.append(2)
    return stage


def test_its_line_stands_under_the_published_head(stage: Stage, witness: Remembers) -> None:
    stage.append(3)
    stage.seal(witness=witness)
    raw = (stage.folder / "checkpoint").read_bytes()
    signed = checkpoint.open_signed(raw, log=[stage.signer.verifier], witnesses=[SIGNER.verifier])
    assert signed.witnesses == {SIGNER.name: 1_700_000_000}
    assert stage.ask("SELECT count(*) FROM audit.cosignature") == 1


def test_with_the_pin_in_its_place_the_pin_is_enough(stage: Stage) -> None:
    stage.append(3)
    stage.seal()
    backup, kept = stage.backed_up(), stage.files("yesterday")
    stage.append(2)
    stage.seal()
    stage.restore(backup)
    stage.put_files_back(kept)
    assert "the pin knows 5 entries, the database 3" in stage.seal().fenced


def test_the_witness_remembers(rolled_back: Stage, witness: Remembers) -> None:
    done = rolled_back.seal(witness=witness)
    assert "the witness knows 5 entries, the database 3" in done.fenced
    assert rolled_back.published() == 3


def test_without_a_witness_it_would_fork(rolled_back: Stage, witness: Remembers) -> None:
    """The control: two histories of five entries, each signed."""
    done = rolled_back.seal()
    assert (done.fenced, done.published) == ("", 5)
    raw = (rolled_back.folder / "checkpoint").read_bytes()
    assert checkpoint.read_unsigned(raw).root != witness.newest.root


def test_sealing_forced_on_is_refused_and_the_refusal_kept(
    rolled_back: Stage, witness: Remembers
) -> None:
    """9. The witness could not be asked at the start, so the fork is made; it is not signed."""
    witness.known = lambda: None  # type: ignore[method-assign]
    done = rolled_back.seal(witness=witness)
    assert "another history" in done.fenced
    assert rolled_back.published() == 3
    assert rolled_back.ask("SELECT count(*) FROM audit.checkpoint WHERE size = 5") == 0
    assert rolled_back.ask("SELECT kind FROM audit.anchor") == "refused"
    asked = witness.asked
    assert rolled_back.seal(witness=witness).fenced
    assert witness.asked == asked


def test_a_witness_that_is_down_holds_up_nothing(stage: Stage, witness: Remembers) -> None:
    witness.down = True
    stage.append(3)
    done = stage.seal(witness=witness)
    assert (done.published, stage.ask("SELECT says FROM audit.head")) == (
        3,
        "witness: TimeoutError",
    )
    witness.down = False
    stage.append(1)
    stage.seal(witness=witness)
    assert (witness.newest.size, stage.ask("SELECT says FROM audit.head")) == (4, "")
    stage.all_is_well(size=4)
