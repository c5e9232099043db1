"""4. Somebody deletes the newest entries, and everything in the database that tells of them."""

from typing import Any

import pytest

from audit.sealer import fence
from audit.verify.report import Exit, Fault
from tests.audit.faults.stage import Stage
from tests.audit.faults.tampering import set_head_to_leaves
from tests.audit.faults.test_08_restored_with_files import Remembers

KEPT, DELETED = 3, 2


@pytest.fixture
def witness() -> Remembers:
    return Remembers()


@pytest.fixture
def cut(stage: Stage, witness: Remembers) -> Stage:
    stage.append(KEPT)
    stage.seal(witness=witness)
    stage.files("earlier")
    (stage.home / "earlier-pin").write_bytes(stage.pin.read_bytes())
    gone = stage.append(DELETED)
    stage.seal(witness=witness)
    stage.files("newest")
    named = ", ".join(f"'{eid}'" for eid in gone)
    stage.force(
        f"DELETE FROM audit.leaf WHERE idx >= {KEPT}",
        f"DELETE FROM audit.event WHERE eid IN ({named})",
        f"DELETE FROM audit.cosignature WHERE size > {KEPT}",
        f"DELETE FROM audit.checkpoint WHERE size > {KEPT}",
    )
    set_head_to_leaves(stage)
    return stage


def test_whoever_remembers_more_fences_the_log(cut: Stage, witness: Remembers) -> None:
    assert "I8" in cut.broken()
    assert "the folder knows 5 entries, the database 3" in _sealed_anew(cut)
    newest = (cut.folder / "checkpoint").read_bytes()
    cut.put_files_back(cut.home / "earlier")
    assert "the pin knows 5 entries, the database 3" in _sealed_anew(cut)
    cut.pin.write_bytes((cut.home / "earlier-pin").read_bytes())
    assert "the witness knows 5 entries, the database 3" in _sealed_anew(cut, witness=witness)
    # And whoever holds the newest head, with the files alone.
    report = cut.fsck(seen=[newest])
    assert (report.exit, dict(report.counts)) == (Exit.TAMPERED, {Fault.ROLLBACK: 1})


def _sealed_anew(stage: Stage, **more: Any) -> str:
    """Why not, after somebody has lifted the fence."""
    stage.force("UPDATE audit.head SET state = 'ok', says = ''")
    return stage.seal(**more).fenced


def test_what_nobody_else_remembers_is_gone(cut: Stage) -> None:
    """The control: files and pin are cut as well, no witness is asked, and sealing goes on."""
    cut.put_files_back(cut.home / "earlier")
    cut.pin.write_bytes((cut.home / "earlier-pin").read_bytes())
    assert cut.seal().fenced == ""
    assert cut.fsck().exit is Exit.OK


def test_without_the_fence_the_files_alone_would_still_hold_it_up(
    cut: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: nobody compares before sealing, and no head is published over other files."""
    monkeypatch.setattr(fence, "differs", lambda *_, **__: "")
    cut.append(1)
    done = cut.seal()
    assert (done.fenced, done.placed, done.published) == ("", 1, None)
