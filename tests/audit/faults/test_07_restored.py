"""7. Yesterday's database is put back: fenced, and recovered from the published files."""

import shutil
from typing import Any

import pytest

from audit.errors import CannotRecover
from audit.sealer import recovery
from audit.sealer.recovery import Recovered
from tests.audit.faults.stage import Stage


def recovered(stage: Stage, **more: Any) -> Recovered:
    return recovery.recover(stage.database.url("portal_migrator"), stage.where(), **more)


def accepted(stage: Stage, **more: Any) -> Recovered:
    return recovery.accept_loss(stage.database.url("portal_migrator"), stage.where(**more))


@pytest.fixture
def old(stage: Stage) -> Stage:
    """Sealed up to 260, backed up with one more waiting, sealed up to 300, and the backup put back."""
    stage.append(260)
    stage.seal()
    stage.append()
    backup = stage.backed_up()
    stage.append(39)
    stage.seal()
    stage.restore(backup)
    return stage


def test_an_old_database_is_fenced_and_still_takes_entries(old: Stage) -> None:
    old.append(2)
    assert "the folder knows 300 entries, the database 260" in old.seal().fenced
    assert old.ask("SELECT count(*) FROM audit.leaf") == 260
    assert old.ask("SELECT state FROM audit.head") == "fenced"
    assert old.published() == 300


def test_it_is_recovered_to_the_very_root_that_was_signed(old: Stage) -> None:
    signed = (old.folder / "checkpoint").read_bytes()
    old.append(2)
    old.seal()

    assert recovered(old) == Recovered(old=260, new=300, put_back=39, matched=1)

    assert (old.folder / "checkpoint").read_bytes() == signed
    assert old.seal().placed == 2
    old.all_is_well(size=302)
    assert old.fsck(seen=[signed]).exit == 0


def test_a_dry_run_changes_nothing(old: Stage) -> None:
    old.seal()
    assert recovered(old, dry_run=True) == Recovered(260, 300, 39, 1)
    assert old.ask("SELECT size FROM audit.head") == 260
    assert old.ask("SELECT state FROM audit.head") == "fenced"


def test_killed_in_the_middle_it_is_fenced_as_before(old: Stage, monkeypatch: Any) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(recovery, "_agree", killed)
    with pytest.raises(KeyboardInterrupt):
        recovered(old)
    monkeypatch.undo()
    assert old.seal().fenced
    recovered(old)
    assert old.seal().fenced == ""
    old.all_is_well(size=300)


def test_files_older_than_the_pin_are_not_enough(old: Stage) -> None:
    kept = old.home / "older"
    shutil.copytree(old.folder, kept)
    recovered(old)
    backup = old.backed_up()
    old.append(10)
    old.seal()
    old.restore(backup)
    old.put_files_back(kept)
    assert "the pin knows 310 entries" in old.seal().fenced
    with pytest.raises(CannotRecover, match="bring back a newer copy"):
        recovered(old)
    with pytest.raises(CannotRecover, match="a shorter log is never signed"):
        accepted(old)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        pytest.param("tile/entries/001.p/44", "not in the folder", id="entries"),
        pytest.param("tile/0/001.p/44", "Tiles are missing", id="tiles"),
        pytest.param("checkpoint", "no published head", id="head"),
    ],
)
def test_what_is_missing_is_asked_for(old: Stage, path: str, words: str) -> None:
    old.seal()
    (old.folder / path).unlink()
    with pytest.raises(CannotRecover, match=words):
        recovered(old)
    assert old.ask("SELECT state FROM audit.head") == "fenced"


def test_a_changed_entry_in_the_files_is_not_put_back(old: Stage) -> None:
    file = old.folder / "tile/entries/001.p/44"
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(content)
    old.seal()
    with pytest.raises(CannotRecover, match="do not lead to the root"):
        recovered(old)


def test_another_history_in_the_database_is_kept_apart(old: Stage) -> None:
    old.seal()
    old.force(
        "UPDATE audit.leaf SET leaf_hash = sha256('x') WHERE idx = 259",
        "UPDATE audit.head SET frontier = frontier || ''",
        "UPDATE audit.head SET frontier = overlay(frontier placing sha256('x') from 33 for 32)",
    )
    with pytest.raises(CannotRecover, match="does not continue this database's"):
        recovered(old)


def test_lost_files_are_written_anew_when_nobody_remembers_more(stage: Stage) -> None:
    stage.append(300)
    stage.seal()
    shutil.rmtree(stage.folder)
    stage.folder.mkdir()
    stage.pin.unlink()
    assert "the folder is gone" in stage.seal().fenced
    with pytest.raises(CannotRecover, match="no published head"):
        recovered(stage)
    accepted(stage)
    stage.append(1)
    assert stage.seal().fenced == ""
    stage.all_is_well(size=301)
