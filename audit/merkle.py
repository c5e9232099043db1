"""The tree over the log (RFC 6962, section 2.1, with SHA-256), and proofs about it.

    empty tree = SHA-256("")
    leaf hash  = SHA-256(0x00 || entry)
    node hash  = SHA-256(0x01 || left || right)

A tree of n leaves splits at the largest power of two below n.  A *complete* subtree (level, index)
covers the 2^level leaves from index * 2^level on; it never changes once its leaves are there, so
every proof is built from complete subtrees, which `Nodes` looks up wherever they are kept.

`verify_...` returns nothing and raises: MalformedProof if the numbers cannot be of any proof,
ProofFailed if the hashes do not lead to the root.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import reduce
from hashlib import sha256

from audit.errors import MalformedProof, ProofFailed

HASH_SIZE = 32
MAX_SIZE = 2**63 - 1
EMPTY = sha256(b"").digest()

#: The hash of the complete subtree (level, index).
Nodes = Callable[[int, int], bytes]


def leaf_hash(entry: bytes) -> bytes:
    """The leaf of an entry as it is stored, sealed."""
    return sha256(b"\0" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The parent of two nodes."""
    return sha256(b"\1" + left + right).digest()


# --- the tree --------------------------------------------------------------------------------
def complete_subtrees(start: int, end: int) -> Iterator[tuple[int, int]]:
    """(level, index) of the fewest complete subtrees that cover leaves start to end, in order."""
    while start < end:
        level = (end - start).bit_length() - 1
        if start:
            level = min(level, (start & -start).bit_length() - 1)
        yield level, start >> level
        start += 1 << level


def range_root(start: int, end: int, nodes: Nodes) -> bytes:
    """The hash over leaves start to end, where start is what a tree splits at."""
    peaks = [nodes(level, index) for level, index in complete_subtrees(start, end)]
    return _fold(peaks)


def _fold(peaks: Sequence[bytes]) -> bytes:
    """Peaks from the largest to the smallest become one root; none is the empty tree."""
    if not peaks:
        return EMPTY
    return reduce(lambda right, left: node_hash(left, right), reversed(peaks))


def root(leaves: Sequence[bytes]) -> bytes:
    """The root over leaf hashes that are all at hand."""
    row = b"".join(leaves)
    return row_root(row) if row else EMPTY


def row_root(row: bytes) -> bytes:
    """The root over one or more hashes that stand one after the other.

    Pairs are hashed bottom up and an odd last one is taken up unchanged, never doubled: the same
    tree as by splitting, and much the fastest way to it.
    """
    while len(row) > HASH_SIZE:
        row = _row_above(row)
    return row


def _row_above(row: bytes) -> bytes:
    pair = 2 * HASH_SIZE
    even = len(row) - len(row) % pair
    above = [sha256(b"\1" + row[at : at + pair]).digest() for at in range(0, even, pair)]
    return b"".join(above) + row[even:]


def over(leaves: Sequence[bytes]) -> Nodes:
    """Nodes of a tree whose leaf hashes are all at hand."""
    return lambda level, index: root(leaves[index << level : (index + 1) << level])


class Frontier:
    """A growing tree that remembers only its peaks: one hash for each bit set in its size.

    `peaks` run from the largest subtree, on the left, to the smallest.
    """

    __slots__ = ("peaks", "size")

    def __init__(self, size: int = 0, peaks: Iterable[bytes] = ()) -> None:
        self.size = size
        self.peaks = list(peaks)
        if not 0 <= size <= MAX_SIZE or len(self.peaks) != size.bit_count():
            raise MalformedProof("a frontier has one hash for each bit set in its size")
        if any(len(peak) != HASH_SIZE for peak in self.peaks):
            raise MalformedProof("a hash has 32 bytes")

    @classmethod
    def from_bytes(cls, size: int, stored: bytes) -> "Frontier":
        """What `to_bytes` gave for a tree of this size."""
        return cls(size, split_hashes(stored))

    def to_bytes(self) -> bytes:
        return b"".join(self.peaks)

    def append(self, leaf: bytes) -> None:
        """Take in the next leaf hash."""
        size = self.size
        while size & 1:
            leaf = node_hash(self.peaks.pop(), leaf)
            size >>= 1
        self.peaks.append(leaf)
        self.size += 1

    def extend(self, leaves: Iterable[bytes]) -> None:
        for leaf in leaves:
            self.append(leaf)

    def root(self) -> bytes:
        return _fold(self.peaks)


def split_hashes(row: bytes) -> list[bytes]:
    """The 32-byte hashes that stand one after the other in these bytes."""
    if len(row) % HASH_SIZE:
        raise MalformedProof("a hash has 32 bytes")
    return [row[at : at + HASH_SIZE] for at in range(0, len(row), HASH_SIZE)]


# --- making proofs ---------------------------------------------------------------------------
def inclusion_path(index: int, size: int, nodes: Nodes) -> list[bytes]:
    """PATH(index, D[size]): the hashes beside the way from a leaf to the root, leaf's side first."""
    if not 0 <= index < size <= MAX_SIZE:
        raise MalformedProof("there is no such leaf")
    return _path(index, 0, size, nodes)


def _path(index: int, start: int, end: int, nodes: Nodes) -> list[bytes]:
    if end - start == 1:
        return []
    middle = start + _split(end - start)
    if index < middle:
        return [*_path(index, start, middle, nodes), range_root(middle, end, nodes)]
    return [*_path(index, middle, end, nodes), range_root(start, middle, nodes)]


def consistency_path(old: int, new: int, nodes: Nodes) -> list[bytes]:
    """PROOF(old, D[new]): that the tree of `new` leaves begins with the tree of `old`."""
    if not 0 <= old <= new <= MAX_SIZE:
        raise MalformedProof("an older tree is not larger than the newer one")
    if old in (0, new):
        return []
    return _subproof(old, 0, new, nodes)


def _subproof(old: int, start: int, end: int, nodes: Nodes) -> list[bytes]:
    if old == end:
        # The verifier holds the old root itself; any other subtree it has to be told.
        return [] if start == 0 else [range_root(start, end, nodes)]
    middle = start + _split(end - start)
    if old <= middle:
        return [*_subproof(old, start, middle, nodes), range_root(middle, end, nodes)]
    return [*_subproof(old, middle, end, nodes), range_root(start, middle, nodes)]


def _split(count: int) -> int:
    """The largest power of two below count."""
    return 1 << ((count - 1).bit_length() - 1)


# --- checking proofs -------------------------------------------------------------------------
def verify_inclusion(
    *, index: int, size: int, leaf: bytes, path: Sequence[bytes], root: bytes
) -> None:
    """The leaf hash stands at this index of the tree with this size and root, or it raises.

    The path has the one length it can have: where the tree is ragged on the right, a level
    without a neighbour takes no hash (RFC 9162, section 2.1.3.2).
    """
    _check_numbers(0 <= index < size <= MAX_SIZE, [leaf, root, *path])
    inner = (index ^ (size - 1)).bit_length()
    _check_length(path, inner + (index >> inner).bit_count())
    at = leaf
    for level, beside in enumerate(path[:inner]):
        at = node_hash(beside, at) if index >> level & 1 else node_hash(at, beside)
    for beside in path[inner:]:
        at = node_hash(beside, at)
    _check_same(at, root)


def verify_consistency(
    *, old: int, new: int, path: Sequence[bytes], old_root: bytes, new_root: bytes
) -> None:
    """The tree of `new` leaves begins with exactly the tree of `old` leaves, or it raises."""
    _check_numbers(0 <= old <= new <= MAX_SIZE, [old_root, new_root, *path])
    if old in (0, new):
        _check_length(path, 0)
        _check_same(old_root, new_root if old else EMPTY)
        return
    _verify_growth(old, new, path, old_root, new_root)


def _verify_growth(
    old: int, new: int, path: Sequence[bytes], old_root: bytes, new_root: bytes
) -> None:
    """RFC 9162, section 2.1.4.2, for 0 < old < new.

    The way goes up from the last complete subtree of the old tree, whose lowest `shift` levels
    both trees share.  Hashes on the left belong to both trees, hashes on the right to the new.
    """
    shift = (old & -old).bit_length() - 1
    index = (old - 1) >> shift
    inner = ((old - 1) ^ (new - 1)).bit_length() - shift
    hashes = list(path) if old & (old - 1) else [old_root, *path]
    _check_length(hashes, 1 + inner + (index >> inner).bit_count())
    before = after = hashes[0]
    for level, beside in enumerate(hashes[1:]):
        if level >= inner or index >> level & 1:
            before, after = node_hash(beside, before), node_hash(beside, after)
        else:
            after = node_hash(after, beside)
    _check_same(before, old_root)
    _check_same(after, new_root)


def _check_numbers(possible: bool, hashes: Iterable[bytes]) -> None:
    if not possible:
        raise MalformedProof("no tree has these sizes and this index")
    if any(len(one) != HASH_SIZE for one in hashes):
        raise MalformedProof("a hash has 32 bytes")


def _check_length(path: Sequence[bytes], length: int) -> None:
    if len(path) != length:
        raise MalformedProof(f"{len(path)} hashes where {length} belong")


def _check_same(found: bytes, expected: bytes) -> None:
    if found != expected:
        raise ProofFailed("the hashes do not lead to the root")
