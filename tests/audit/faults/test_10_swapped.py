"""10. Two entries change places."""

import pytest

from audit.verify.report import Exit, Fault
from tests.audit.faults.stage import Stage
from tests.audit.faults.tampering import entry_at, set_head_to_leaves, set_published
from tests.outside.strangers import GO

ONE, OTHER = 3, 7


@pytest.fixture
def sealed(stage: Stage) -> Stage:
    stage.append_many(300)
    stage.seal()
    return stage


def swap(stage: Stage) -> None:
    stage.force(
        f"UPDATE audit.leaf SET idx = 999999 WHERE idx = {ONE}",
        f"UPDATE audit.leaf SET idx = {ONE} WHERE idx = {OTHER}",
        f"UPDATE audit.leaf SET idx = {OTHER} WHERE idx = 999999",
    )


def test_in_the_database_head_and_signed_roots_are_others(sealed: Stage) -> None:
    swap(sealed)
    assert sealed.broken() == {"I4", "I5", "I8"}


def test_each_entry_is_still_that_of_its_leaf(sealed: Stage) -> None:
    """The control: what looks at entries one by one sees nothing. Order is the tree's to keep."""
    swap(sealed)
    set_head_to_leaves(sealed)
    assert sealed.broken() == {"I5", "I8"}
    sealed.append(1)
    assert "another head of 300 entries than the database" in sealed.seal().fenced


@pytest.mark.parametrize(
    ("with_hashes", "counted"), [(False, {Fault.ENTRY: 2}), (True, {Fault.TILE: 1})]
)
def test_in_the_published_files_entries_or_the_tile_above_are_others(
    sealed: Stage, with_hashes: bool, counted: dict[Fault, int]
) -> None:
    swapped = {ONE: entry_at(sealed, OTHER), OTHER: entry_at(sealed, ONE)}
    set_published(sealed, swapped, with_hashes=with_hashes)
    report = sealed.fsck()
    assert (report.exit, dict(report.counts)) == (Exit.TAMPERED, counted)
    assert not GO.accepts("log", sealed.folder, sealed.signer.verifier)
