"""22. A bit turns over in memory before the head is signed."""

from collections.abc import Callable

import pytest

from audit import merkle
from audit.errors import TreesDiffer
from audit.sealer import work
from tests.audit.faults.stage import Stage


def turned(at: int) -> Callable[[bytes], bytes]:
    """Hashes an entry; in the one of that number, a bit is turned over."""
    count = 0

    def leaf(entry: bytes) -> bytes:
        nonlocal count
        count += 1
        right = merkle.leaf_hash(entry)
        return bytes([right[0] ^ 0x10]) + right[1:] if count == at else right

    return leaf


@pytest.mark.parametrize("at", [1, 3, 5])
def test_nothing_is_stored_or_signed_and_the_next_try_is_right(stage: Stage, at: int) -> None:
    stage.append(5)
    with pytest.raises(TreesDiffer, match=f"entry {at - 1} is not what was hashed"):
        stage.seal(leaf=turned(at))
    assert stage.ask("SELECT count(*) FROM audit.leaf") == 0
    assert stage.published() == 0
    stage.seal()
    stage.all_is_well(size=5)


def test_without_the_second_look_the_log_could_never_be_signed_again(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: the wrong leaf stays for good, and no tile ever fits it."""
    monkeypatch.setattr(work, "_verify", lambda *_: None)
    stage.append(5)
    for _ in range(2):
        with pytest.raises(TreesDiffer, match="the tiles on the disk"):
            stage.seal(leaf=turned(3))
    assert "I3" in stage.broken()


def test_a_bit_in_the_stored_tree_is_found_before_it_grows(stage: Stage) -> None:
    stage.append(4)
    stage.seal()
    stage.force("UPDATE audit.head SET frontier = set_byte(frontier, 7, 1 # get_byte(frontier, 7))")
    stage.append(1)
    assert "another head of 4 entries" in stage.seal().fenced


def test_a_bit_in_a_tile_on_the_disk_is_found_before_it_is_signed(stage: Stage) -> None:
    stage.append(4)
    stage.seal()
    file = stage.folder / "tile/0/000.p/4"
    content = bytearray(file.read_bytes())
    content[40] ^= 1
    file.write_bytes(content)
    stage.append(1)
    with pytest.raises(TreesDiffer, match="the tiles on the disk"):
        stage.seal()
    assert stage.published() == 4
