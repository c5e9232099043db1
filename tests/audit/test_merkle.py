"""The tree and its proofs: the fixed vectors, every pair of sizes to 100, and what must fail."""

from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit import merkle
from audit.errors import MalformedProof, ProofFailed
from audit.merkle import Frontier
from tests.audit import vectors
from tests.audit.support import every_flip
from tests.audit.vectors import HASHES, ROOTS, decoded
from tests.properties import calm

REFUSED = (MalformedProof, ProofFailed)
MANY = [merkle.leaf_hash(b"%d" % number) for number in range(101)]
FORGED = sha256(b"forged").digest()


def by_definition(leaves: Sequence[bytes]) -> bytes:
    """MTH of RFC 6962, section 2.1, word for word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    joined = by_definition(leaves[:half]) + by_definition(leaves[half:])
    return sha256(b"\1" + joined).digest()


# --- vectors ---------------------------------------------------------------------------------
@pytest.mark.parametrize("size", range(9))
def test_the_reference_leaves_have_the_reference_roots(size: int) -> None:
    assert merkle.root(HASHES[:size]) == ROOTS[size]


@pytest.mark.parametrize("sizes", vectors.CONSISTENCY)
def test_the_reference_heads_have_the_reference_consistency_proofs(sizes: tuple[int, int]) -> None:
    path = merkle.consistency_path(*sizes, merkle.over(HASHES))
    assert path == decoded(vectors.CONSISTENCY[sizes])


def test_the_reference_leaf_has_the_reference_path() -> None:
    path = merkle.inclusion_path(5, 8, merkle.over(HASHES))
    assert path == decoded(vectors.INCLUSION_OF_5)


# --- every tree to 100 -----------------------------------------------------------------------
def test_each_way_to_a_root_gives_the_one_by_definition() -> None:
    frontier = Frontier()
    for size in range(101):
        expected = by_definition(MANY[:size])
        nodes = merkle.over(MANY[:size])
        again = Frontier.from_bytes(size, frontier.to_bytes())
        found = {merkle.root(MANY[:size]), merkle.range_root(0, size, nodes), again.root()}
        assert found == {expected}
        frontier.append(MANY[size])


@pytest.fixture(scope="module")
def roots() -> list[bytes]:
    return [merkle.root(MANY[:size]) for size in range(101)]


@pytest.mark.parametrize("size", range(1, 101))
def test_every_leaf_is_proved_in_every_tree(size: int, roots: list[bytes]) -> None:
    nodes = merkle.over(MANY[:size])
    for index in range(size):
        path = merkle.inclusion_path(index, size, nodes)
        merkle.verify_inclusion(
            index=index, size=size, leaf=MANY[index], path=path, root=roots[size]
        )


@pytest.mark.parametrize("new", range(101))
def test_every_pair_of_sizes_is_proved_to_be_one_log(new: int, roots: list[bytes]) -> None:
    nodes = merkle.over(MANY[:new])
    for old in range(new + 1):
        path = merkle.consistency_path(old, new, nodes)
        merkle.verify_consistency(
            old=old, new=new, path=path, old_root=roots[old], new_root=roots[new]
        )


@pytest.mark.parametrize("new", range(2, 101))
def test_no_other_pair_of_roots_passes_with_the_same_proof(new: int, roots: list[bytes]) -> None:
    for old in range(1, new):
        path = merkle.consistency_path(old, new, merkle.over(MANY[:new]))
        for before, after in ((roots[old], FORGED), (FORGED, roots[new]), (roots[new], roots[old])):
            with pytest.raises(REFUSED):
                merkle.verify_consistency(
                    old=old, new=new, path=path, old_root=before, new_root=after
                )


# --- what must fail --------------------------------------------------------------------------
class Inclusion(NamedTuple):
    index: int
    size: int
    leaf: bytes
    path: list[bytes]
    root: bytes

    def verify(self) -> None:
        merkle.verify_inclusion(**self._asdict())


class Consistency(NamedTuple):
    old: int
    new: int
    path: list[bytes]
    old_root: bytes
    new_root: bytes

    def verify(self) -> None:
        merkle.verify_consistency(**self._asdict())


def holds(proof: Inclusion | Consistency) -> bool:
    try:
        proof.verify()
    except REFUSED:
        return False
    return True


def other_numbers(number: int) -> set[int]:
    around = {number - 1, number + 1, number ^ 2, number * 2, number // 2, 0, -1, 2**63 - 1, 2**63}
    return around - {number}


def other_paths(path: list[bytes], known: Sequence[bytes]) -> Iterator[list[bytes]]:
    """Emptied, cut, doubled, turned round, with more before or after it, and with each bit wrong."""
    if path:
        yield []
        yield path[1:]
        yield path[:-1]
    if len(set(path)) > 1:
        yield path[::-1]
    for more in (b"", bytes(32), bytes(31), FORGED, *known):
        yield [more, *path]
        yield [*path, more]
    for place, one in enumerate(path):
        for flipped in every_flip(one):
            yield [*path[:place], flipped, *path[place + 1 :]]


def other_hashes(right: bytes, known: Sequence[bytes]) -> Iterator[bytes]:
    yield from (one for one in (b"", right[:31], right + b"\0", FORGED, *known) if one != right)
    yield from every_flip(right)


def wrong_inclusions(index: int, size: int) -> Iterator[Inclusion]:
    path = merkle.inclusion_path(index, size, merkle.over(HASHES[:size]))
    right = Inclusion(index, size, HASHES[index], path, ROOTS[size])
    right.verify()
    for number in other_numbers(index):
        yield right._replace(index=number)
    # A size with the same turns on the way up gives the same root: that it is another size is
    # what the signature over size and root together says.
    for number in other_numbers(size):
        if not index < number < 2**63 or _sides(index, size) != _sides(index, number):
            yield right._replace(size=number)
    known = (right.leaf, right.root)
    yield from (right._replace(path=other) for other in other_paths(path, known))
    yield from (right._replace(root=other) for other in other_hashes(right.root, HASHES))
    yield from (right._replace(leaf=other) for other in other_hashes(right.leaf, ROOTS[2:]))
    if right.leaf != right.root:
        yield right._replace(leaf=right.root, root=right.leaf)


def _sides(index: int, size: int) -> str:
    """The way up: l or r for each hash of the path."""
    sides, last = "", size - 1
    while last:
        if index & 1:
            sides += "l"
        elif index < last:
            sides += "r"
        index, last = index >> 1, last >> 1
    return sides


def wrong_consistencies(old: int, new: int) -> Iterator[Consistency]:
    path = merkle.consistency_path(old, new, merkle.over(HASHES[:new]))
    right = Consistency(old, new, path, ROOTS[old], ROOTS[new])
    right.verify()
    yield right._replace(old_root=right.new_root, new_root=right.old_root)
    known = (right.old_root, right.new_root)
    yield from (right._replace(path=other) for other in other_paths(path, known))
    yield from (right._replace(old_root=other) for other in other_hashes(right.old_root, ROOTS))
    yield from (right._replace(new_root=other) for other in other_hashes(right.new_root, ROOTS))
    for number in {-1, 0, new, new + 1, 2**63} - {old}:
        yield right._replace(old=number)
    for number in {-1, 0, old - 1, old, 2**63} - {new}:
        yield right._replace(new=number)


INCLUSIONS = [(0, 8), (0, 1), (5, 8), (2, 3), (1, 5), (4, 5), (6, 7)]
CONSISTENCIES = [(1, 8), (6, 8), (2, 5), (6, 7), (3, 7), (4, 8), (5, 6)]


@pytest.mark.parametrize(("index", "size"), INCLUSIONS)
def test_no_altered_inclusion_proof_holds(index: int, size: int) -> None:
    accepted = [wrong for wrong in wrong_inclusions(index, size) if holds(wrong)]
    assert not accepted


@pytest.mark.parametrize(("old", "new"), CONSISTENCIES)
def test_no_altered_consistency_proof_holds(old: int, new: int) -> None:
    accepted = [wrong for wrong in wrong_consistencies(old, new) if holds(wrong)]
    assert not accepted


def test_there_are_more_than_500_altered_proofs() -> None:
    inclusions = sum(1 for case in INCLUSIONS for _ in wrong_inclusions(*case))
    consistencies = sum(1 for case in CONSISTENCIES for _ in wrong_consistencies(*case))
    assert min(inclusions, consistencies) > 500


@pytest.mark.parametrize(
    ("old", "new", "path", "roots"),
    [
        pytest.param(0, 0, [FORGED], (ROOTS[0], ROOTS[0]), id="a hash too many for nothing"),
        pytest.param(0, 8, [FORGED], (ROOTS[0], ROOTS[8]), id="a hash too many from nothing"),
        pytest.param(0, 8, [], (ROOTS[8], ROOTS[8]), id="an empty log with a root of entries"),
        pytest.param(8, 8, [], (ROOTS[7], ROOTS[8]), id="one size, two roots"),
        pytest.param(8, 8, [FORGED], (ROOTS[8], ROOTS[8]), id="a hash too many for the same"),
        pytest.param(8, 7, [], (ROOTS[8], ROOTS[7]), id="grown smaller"),
        pytest.param(4, 8, [], (ROOTS[4], ROOTS[8]), id="nothing where something belongs"),
    ],
)
def test_heads_at_the_edge_are_refused(
    old: int, new: int, path: list[bytes], roots: tuple[bytes, bytes]
) -> None:
    with pytest.raises(REFUSED):
        Consistency(old, new, path, *roots).verify()


@given(
    index=st.integers(0, 2**63 - 1),
    size=st.integers(0, 2**63),
    path=st.lists(st.binary(min_size=32, max_size=32), max_size=64),
)
@calm
def test_a_proof_of_nonsense_is_refused_and_nothing_else(
    index: int, size: int, path: list[bytes]
) -> None:
    with pytest.raises(REFUSED):
        merkle.verify_inclusion(index=index, size=size, leaf=FORGED, path=path, root=bytes(32))


@pytest.mark.parametrize(
    ("size", "stored"),
    [
        pytest.param(3, bytes(32), id="too few peaks"),
        pytest.param(1, bytes(33), id="a peak of 33 bytes"),
        pytest.param(0, bytes(32), id="a peak of nothing"),
        pytest.param(-1, b"", id="less than nothing"),
    ],
)
def test_a_frontier_that_cannot_be_is_refused(size: int, stored: bytes) -> None:
    with pytest.raises(MalformedProof):
        Frontier.from_bytes(size, stored)


@pytest.mark.parametrize(("index", "size"), [(0, 0), (8, 8), (-1, 8)])
def test_no_path_is_made_for_a_leaf_that_is_not_there(index: int, size: int) -> None:
    with pytest.raises(MalformedProof):
        merkle.inclusion_path(index, size, merkle.over(HASHES))
