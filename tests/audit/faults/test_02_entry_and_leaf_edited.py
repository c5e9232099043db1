"""2. Somebody edits an entry and its leaf hash as well."""

import pytest

from audit import checkpoint, merkle
from audit.verify.report import Exit, Fault
from tests.audit.faults.stage import Stage
from tests.audit.faults.tampering import (
    entry_at,
    set_entry,
    set_head_to_leaves,
    set_leaf,
    set_published,
    turned,
)
from tests.outside.strangers import GO

AT = 3


@pytest.fixture
def edited(stage: Stage) -> Stage:
    """The entry and its leaf, in the database."""
    stage.append_many(300)
    stage.seal()
    changed = turned(entry_at(stage, AT))
    set_entry(stage, AT, changed)
    set_leaf(stage, AT, merkle.leaf_hash(changed))
    return stage


def test_the_head_is_not_that_of_the_leaves_any_more(edited: Stage) -> None:
    assert {"I4", "I5", "I8"} <= edited.broken()


def test_with_the_head_made_to_fit_the_signed_heads_remember(edited: Stage) -> None:
    set_head_to_leaves(edited)
    assert "I4" not in edited.broken()
    assert {"I5", "I8"} <= edited.broken()
    edited.append(1)
    assert "another head of 300 entries than the database" in edited.seal().fenced


def test_with_the_heads_made_to_fit_as_well_the_published_files_remember(edited: Stage) -> None:
    """The control for the database's own memory: all of it is the superuser's to edit."""
    root = set_head_to_leaves(edited).root()
    note = edited.ask("SELECT note FROM audit.checkpoint WHERE size = 300")
    signed = checkpoint.read_unsigned(note.encode())
    forged = note.replace(signed.body(), checkpoint.Checkpoint(signed.origin, 300, root).body())
    edited.force(f"UPDATE audit.checkpoint SET root = '\\x{root.hex()}', note = '{forged}'")
    # The entry cannot be made to open: whoever edits it has no key.
    assert edited.broken() == {"I3", "I8"}
    edited.append(1)
    assert "another head of 300 entries than the database" in edited.seal().fenced


def test_in_the_published_files_the_tile_above_and_the_root_are_others(stage: Stage) -> None:
    """And a program that is not ours agrees."""
    stage.append_many(300)
    stage.seal()
    asked = ("log", stage.folder, stage.signer.verifier)
    assert GO.accepts(*asked)
    set_published(stage, {AT: turned(entry_at(stage, AT))}, with_hashes=True)
    report = stage.fsck()
    assert report.exit is Exit.TAMPERED
    assert dict(report.counts) == {Fault.TILE: 1}
    assert report.first is not None
    assert (report.first.first, report.first.last) == (0, 255)
    assert not GO.accepts(*asked)
