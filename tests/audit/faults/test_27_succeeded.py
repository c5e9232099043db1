"""27. Entries are gone for good: the log is closed, another goes on, and no head is ever smaller."""

import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from audit import (
    checkpoint,
    former,
    keys,
    lanes,
    log,
    merkle,
    proof,
    reading,
    receipts,
    retention,
)
from audit.checkpoint import Checkpoint
from audit.errors import CannotRecover, KeyOfAnotherLog, UnsafeKeyFile
from audit.sealer import beginning, recovery, remembered, succession
from audit.sealer import keys as signing
from audit.sealer.beginning import Finished
from audit.verify.cli import main as verify
from audit.verify.heads import Trust, check_proof
from tests.audit.faults.aged import FREE, aged, announced, planned, prune
from tests.audit.faults.lost import BACKED_UP, COPIED, NEXT, SIGNED, WITNESS, Lost, Witness
from tests.audit.faults.stage import ORIGIN, Stage
from tests.audit.faults.tampering import as_it_was, entry_at


@pytest.fixture
def lost(stage: Stage, settings: Any) -> Lost:
    """Database of 260 put back; files up to 300; the pin is gone; the witness has signed 310."""
    settings.LOG_FOLDER, settings.LOG_ORIGIN = str(stage.folder), ORIGIN
    made = Lost(stage, Witness())
    made.begin()
    stage.append_many(BACKED_UP)
    stage.seal(witness=made.witness)
    frontier = stage.ask("SELECT frontier FROM audit.head")
    waits = stage.append()[0]
    stage.append_many(COPIED - BACKED_UP - 1)
    stage.seal(witness=made.witness)
    kept = stage.files("copied")
    stage.append_many(SIGNED - COPIED)
    stage.seal(witness=made.witness)
    made.heads.append((stage.folder / "checkpoint").read_bytes())
    as_it_was(stage, BACKED_UP, bytes(frontier), waits)
    stage.put_files_back(kept)
    stage.pin.unlink()
    lanes._processes.clear()  # the service was started anew
    keys.forget()
    assert stage.told
    return made


def verified(lost: Lost, done: Finished, *more: str) -> int:
    return verify(
        ["log", str(done.folder), "--vkey", str(done.signer.verifier),
         "--succeeded", str(lost.told(done)), "--former-vkey", str(lost.stage.signer.verifier), *more]
    )  # fmt: skip


def whole(lost: Lost, done: Finished) -> int:
    return verified(lost, done, "--former", str(lost.stage.folder))


# --- as it should be ---------------------------------------------------------------------------
def test_another_log_goes_on_and_names_the_largest_head(lost: Lost, capsys: Any) -> None:
    stage, before = lost.stage, _files(lost.stage.folder)
    stage.append(2)  # while nothing is sealed, people work on
    assert lost.seal().fenced
    first = receipts.proof_of(stage.told[0])
    assert first is not None

    rows, files = _rows(stage), _files(stage.folder)
    assert lost.look() == lost.look()
    assert (_rows(stage), _files(stage.folder)) == (rows, files)
    assert not lost.key.with_name(signing.NEXT).exists()

    plan = lost.succeed()

    assert (plan.size, plan.kept, plan.put_back, plan.again) == (SIGNED, COPIED, 40, 0)
    signed = checkpoint.open_signed(
        plan.note, log=[stage.signer.verifier], witnesses=[WITNESS.verifier]
    )
    assert (signed.checkpoint.size, list(signed.witnesses)) == (SIGNED, [WITNESS.name])
    assert stage.ask("SELECT state FROM audit.head") == "fenced"
    done = lost.finish()
    lost.witness.newest = Checkpoint(NEXT, 0, merkle.EMPTY)
    assert (done.origin, done.folder) == (NEXT, stage.folder / "2")

    assert lost.seal().published == 3
    stage.append(5)
    assert lost.seal().published == 8
    assert lost.broken() == []
    # What was closed is as it was, to the byte.
    assert {name: _files(stage.folder)[name] for name in before} == before
    told = log.opened(entry_at(stage, 0))
    assert (told.name, told.reason) == ("log:origin:succeeded", "The disk broke")
    assert told.extra == plan.facts()
    assert [(one.origin, one.size, one.kept) for one in former.logs()] == [(ORIGIN, SIGNED, COPIED)]

    assert whole(lost, done) == 0, capsys.readouterr().out
    said = capsys.readouterr().out
    assert f"former missing: [{COPIED}, {SIGNED}]" in said
    assert f"former entries checked: {COPIED}" in said
    assert verify(["log", str(stage.folder), "--vkey", str(stage.signer.verifier)]) == 0
    # Old receipts hold as they did, and are made anew under the old head.
    again, new = receipts.proof_of(stage.told[0]), receipts.proof_of(stage.told[-1])
    assert again is not None
    assert new is not None
    for receipt, signer in ((first, stage.signer), (again, stage.signer), (new, done.signer)):
        found = proof.parse(receipt.content)
        assert found.extra is not None
        leaf = merkle.leaf_hash(found.extra)
        assert check_proof(receipt.content, leaf, Trust((signer.verifier,))).exit == 0
    assert log.read(stage.told[0]).entry.name
    assert [reading.sealed(stage.told[place]).log for place in (0, -1)] == [ORIGIN, ""]


def test_without_any_files_what_was_signed_is_kept_and_the_rest_placed_anew(lost: Lost) -> None:
    stage = lost.stage
    # Tiles that lead elsewhere are an incident; without any, nothing proves what the files have.
    (stage.folder / "checkpoint").write_bytes(lost.heads[0])
    (stage.folder / "tile/0/001.p/54").write_bytes(bytes(54 * 32))
    with pytest.raises(CannotRecover, match="tampered"):
        lost.look()
    (stage.folder / "tile/0/001.p/54").unlink()
    assert lost.look().kept == BACKED_UP
    shutil.rmtree(stage.folder)
    stage.folder.mkdir()
    plan = lost.succeed()
    assert (plan.kept, plan.put_back, plan.again) == (BACKED_UP, 0, 0)
    done = lost.finish()
    lost.witness.newest = Checkpoint(NEXT, 0, merkle.EMPTY)
    assert lost.seal().published == 2  # with the one that waited when the backup was made
    assert lost.broken() == []
    assert whole(lost, done) == 0
    assert verify(["log", str(stage.folder), "--vkey", str(stage.signer.verifier)]) == 2
    receipt = receipts.proof_of(stage.told[0])
    assert receipt is not None
    head = checkpoint.read_unsigned(proof.parse(receipt.content).checkpoint)
    assert (head.origin, head.size) == (ORIGIN, BACKED_UP)


def test_one_more_loss_is_one_more_log(lost: Lost) -> None:
    stage = lost.stage
    lost.succeed()
    lost.finish()
    lost.witness = Witness(Checkpoint(NEXT, 0, merkle.EMPTY))
    lost.seal()
    frontier = bytes(stage.ask("SELECT frontier FROM audit.head"))
    waits = stage.append()[0]
    stage.append_many(2)
    lost.seal()
    signer = lost.signers()[0]
    as_it_was(stage, 1, frontier, waits)
    lanes._processes.clear()
    shutil.rmtree(stage.folder / "2")
    (stage.folder / "2").mkdir()
    where = {"folder": stage.folder / "2", "keys": [signer.verifier], "first": ORIGIN}
    plan = lost.succeed(**where)
    assert (plan.origin, plan.successor, plan.kept, plan.size) == (
        NEXT, "privacy-portal.local/log/3",
        1,
        4,
    )  # fmt: skip
    done = lost.finish()
    lost.witness = Witness(Checkpoint(done.origin, 0, merkle.EMPTY))
    assert lost.seal().published == 2
    assert lost.broken() == []


def test_what_was_pruned_before_stays_pruned_and_the_next_log_prunes_for_itself(
    stage: Stage, settings: Any
) -> None:
    settings.LOG_FOLDER, settings.LOG_ORIGIN = str(stage.folder), ORIGIN
    made = Lost(stage, Witness())
    made.begin()
    aged(stage)
    plan = planned()
    prune(stage, plan, announced(stage, plan))
    frontier, size = bytes(stage.ask("SELECT frontier FROM audit.head")), stage.published()
    stage.append_many(3)
    stage.seal()
    made.heads.append((stage.folder / "checkpoint").read_bytes())
    as_it_was(stage, size, frontier)
    lanes._processes.clear()
    shutil.rmtree(stage.folder)
    stage.folder.mkdir()
    stage.pin.unlink()
    brought = {"witness": None, "kept": [("a copy", made.heads[0])]}

    assert made.succeed(**brought).kept == size
    made.finish()

    made.witness = Witness(Checkpoint(NEXT, 0, merkle.EMPTY))
    made.seal()
    assert made.broken() == []
    assert not (stage.folder / "tile/entries/001").exists()
    receipt = receipts.proof_of(stage.told[0])
    assert receipt is not None
    assert (planned().already, retention.announced(FREE)) == (0, None)


# --- never a smaller head ------------------------------------------------------------------------
def test_under_the_old_name_nothing_is_signed_any_more(lost: Lost) -> None:
    # A database from before the log was closed is not sealed into the next one, nor recovered there.
    new = signing.prepare_next(lost.key, NEXT)
    with pytest.raises(KeyOfAnotherLog):
        lost.stage.seal(signers=[new], first=ORIGIN)
    with pytest.raises(CannotRecover, match="Restore a backup made after"):
        recovery.recover(lost.url, lost.stage.where(keys=[new.verifier], first=ORIGIN))
    lost.succeed()
    lost.finish()
    with pytest.raises(KeyOfAnotherLog):
        lost.stage.seal(witness=lost.witness)  # with the old key, as a copy of it would
    assert lost.signers()[0].name == NEXT
    assert lost.stage.signer.secret() not in lost.key.read_text()
    with pytest.raises(UnsafeKeyFile):
        signing.read(lost.key, ORIGIN)
    # Nor are its rows taken away, or those of the open log.
    for table in ("former_log", "former_leaf", "former_checkpoint", "leaf"):
        with psycopg.connect(lost.stage.database.admin_url) as admin:
            admin.execute("SET ROLE audit_owner")
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                admin.execute(f"DELETE FROM audit.{table}".encode())
    grows = pytest.raises(psycopg.errors.CheckViolation, match="the tree only grows")
    with psycopg.connect(lost.stage.database.admin_url) as admin, grows:
        admin.execute("UPDATE audit.head SET epoch = epoch + 1, size = 0, frontier = ''")


def test_from_the_databases_own_head_nothing_goes_on_while_somebody_remembers_more(
    lost: Lost, monkeypatch: pytest.MonkeyPatch
) -> None:
    for who, more in {
        "the folder": {"witness": None},
        "the witness": {},
        "a copy": {"witness": None, "kept": [("a copy", lost.heads[0])]},
    }.items():
        if who != "the folder":
            (lost.stage.folder / "checkpoint").unlink(missing_ok=True)
        with pytest.raises(CannotRecover, match=f"{who} knows .* a shorter log is never signed"):
            recovery.accept_loss(lost.url, lost.where(**more))

    # The control: without asking them a smaller head is published again.
    monkeypatch.setattr(remembered, "heads", lambda *_: [])
    recovery.accept_loss(lost.url, lost.where())
    assert lost.stage.published() == BACKED_UP < SIGNED


@dataclass
class Silent:
    def last_note(self) -> bytes:
        from audit.errors import Unreachable

        raise Unreachable("no answer")


def test_who_cannot_be_asked_stops_it_and_so_do_two_histories(lost: Lost) -> None:
    with pytest.raises(CannotRecover, match="witness cannot be asked"):
        lost.look(witness=Silent())
    brought = {"witness": None, "kept": [("a copy", lost.heads[0])]}
    assert lost.look(**brought).size == SIGNED

    other = checkpoint.sign(Checkpoint(ORIGIN, SIGNED, bytes(32)), lost.stage.signer)
    with pytest.raises(CannotRecover, match="two different heads"):
        lost.look(kept=[("a copy", other)])
    smaller = checkpoint.sign(Checkpoint(ORIGIN, 200, bytes(32)), lost.stage.signer)
    with pytest.raises(CannotRecover, match="tampered"):
        lost.look(kept=[("a copy", smaller)])


# --- killed in the middle ------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("module", "name"),
    [
        pytest.param(succession, "_place_first", id="before it is committed"),
        pytest.param(beginning, "_complete", id="before the files"),
        pytest.param(signing, "take_next", id="before the key signs"),
    ],
)
def test_killed_in_the_middle_and_begun_again_it_is_whole(
    lost: Lost, monkeypatch: pytest.MonkeyPatch, module: Any, name: str
) -> None:
    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(module, name, killed)
        with pytest.raises(KeyboardInterrupt):
            lost.through()
    with suppress(KeyOfAnotherLog):
        assert lost.seal().fenced
    if not beginning.unfinished(lost.url):
        lost.succeed()
    done = lost.finish()
    assert not beginning.unfinished(lost.url)
    lost.witness = Witness(Checkpoint(NEXT, 0, merkle.EMPTY))
    lost.stage.append()
    assert lost.seal().published == 2
    assert lost.broken() == []
    assert whole(lost, done) == 0


# --- what is not told of -------------------------------------------------------------------------
def test_an_entry_deleted_at_the_break_still_shows(lost: Lost) -> None:
    """One that waited and one that kept its place: the missing places are named, and these are not."""
    gone, _ = lost.stage.append()[0], lost.stage.append()
    lost.through()
    lost.witness = Witness(Checkpoint(NEXT, 0, merkle.EMPTY))
    kept = lost.stage.ask("SELECT eid FROM audit.former_leaf WHERE idx = 299")
    for eid, rule in ((gone, "I7"), (kept, "I1")):
        lost.stage.force(f"DELETE FROM audit.pending WHERE eid = '{eid}'")
        lost.stage.force(f"DELETE FROM audit.event WHERE eid = '{eid}'")
        lost.seal()
        assert any(one.startswith(rule) for one in lost.broken()), rule


def _signed(lost: Lost, size: int) -> bytes:
    return checkpoint.sign(Checkpoint(ORIGIN, size, bytes(32)), lost.stage.signer)


def _files(folder: Path) -> dict[str, bytes]:
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for file in folder.rglob("*") if file.is_file()
    }  # fmt: skip


def _rows(stage: Stage) -> tuple[Any, ...]:
    return tuple(
        stage.ask(f"SELECT count(*) FROM audit.{table}")
        for table in ("event", "pending", "leaf", "checkpoint", "former_log", "former_leaf")
    )
