"""The sealed file: it opens whole and in its place, or it does not open to its end."""

import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.crypto import primitives, stream
from audit.crypto.envelope import DataKey, Place
from audit.errors import SealBroken
from tests.audit.support import KEY, OTHER, every_cut, every_flip

HERE = Place("documents.content", "8f14e45f-ceea-467f-a8b1-000000000001", 1)
PAGE = b"A page."
LONG = bytes(number % 251 for number in range(70_000))
CHUNK, TAG, HEAD = stream.CHUNK, primitives.TAG_SIZE, stream.HEAD_SIZE
SPECIFIED = (Path(__file__).resolve().parents[2] / "audit/STREAM.md").read_text(encoding="utf-8")


def sealed(plain: bytes, *, key: DataKey = KEY, place: Place = HERE) -> bytes:
    return b"".join(stream.seal([plain], key=key, place=place))


def opened(blob: bytes, *, key: DataKey = KEY, place: Place = HERE) -> bytes:
    return b"".join(stream.open_sealed([blob], named=lambda _number: key, place=place))


@pytest.fixture
def fixed_salt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(primitives, "fresh_salt", lambda key, message: bytes([0x55]) * 32)


# --- the format ----------------------------------------------------------------------------------
def test_the_bytes_are_those_of_the_written_format(fixed_salt: None) -> None:
    """The examples of audit/STREAM.md were made once, from its words, with other code."""
    block = re.search(r"^```text\n(424c4231.*?)^```", SPECIFIED, re.MULTILINE | re.DOTALL)
    assert block
    assert sealed(PAGE).hex() == "".join(line.split()[0] for line in block[1].splitlines())
    assert f"{len(sealed(LONG)):,} bytes" in SPECIFIED
    assert f"`{sha256(sealed(LONG)).hexdigest()}`" in SPECIFIED


SIZES = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 1]


@pytest.mark.parametrize("size", SIZES)
def test_a_file_of_any_length_opens_to_what_was_sealed(size: int) -> None:
    plain = (LONG * 3)[:size]
    blob = sealed(plain)
    assert opened(blob) == plain
    assert len(blob) == HEAD + size + TAG * max(1, -(-size // CHUNK))


@given(pieces=st.lists(st.binary(max_size=300), max_size=8), cut=st.integers(1, 400))
def test_how_it_is_cut_into_pieces_makes_no_difference(pieces: list[bytes], cut: int) -> None:
    blob = b"".join(stream.seal(pieces, key=KEY, place=HERE))
    parts = [blob[at : at + cut] for at in range(0, len(blob), cut)]
    assert b"".join(stream.open_sealed(parts, named=lambda _: KEY, place=HERE)) == b"".join(pieces)


def test_the_same_file_never_seals_to_the_same_bytes() -> None:
    assert sealed(PAGE) != sealed(PAGE)


# --- what is refused ------------------------------------------------------------------------------
def test_every_changed_byte_is_refused() -> None:
    for changed in every_flip(sealed(PAGE)):
        with pytest.raises(SealBroken):
            opened(changed)


def test_every_cut_and_every_addition_is_refused() -> None:
    for changed in every_cut(sealed(PAGE)):
        with pytest.raises(SealBroken):
            opened(changed)


def chunks(blob: bytes) -> list[bytes]:
    size = CHUNK + TAG
    return [blob[at : at + size] for at in range(HEAD, len(blob), size)]


def _empty_end(blob: bytes) -> list[bytes]:
    """The same key could be asked to write this; no writer does."""
    bound = HERE.bound()
    salt = blob[8:40]
    k_enc, _commit = stream._keys(KEY, salt, bound)
    head = chunks(blob)
    plain = primitives.open_chunk(k_enc, 2, head[2], last=True, associated=bound)
    full = primitives.seal_chunk(k_enc, 2, plain, last=False, associated=bound)
    return [*head[:2], full, primitives.seal_chunk(k_enc, 3, b"", last=True, associated=bound)]


ALTERED = {
    "the last chunk left out": lambda c: c[:-1],
    "the first chunk left out": lambda c: c[1:],
    "a chunk left out of the middle": lambda c: [c[0], c[2]],
    "two chunks changed over": lambda c: [c[1], c[0], c[2]],
    "a chunk twice": lambda c: [c[0], c[0], c[1], c[2]],
    "the end twice": lambda c: [*c, c[2]],
    "everything but the header left out": lambda c: [],
    "cut within a chunk": lambda c: [c[0], c[1][:-1]],
    "cut behind the second chunk's tag": lambda c: [c[0], c[1]],
}


@pytest.mark.parametrize("how", ALTERED)
def test_chunks_left_out_moved_or_doubled_are_refused(how: str) -> None:
    blob = sealed((LONG * 3)[: 2 * CHUNK + 5])
    with pytest.raises(SealBroken):
        opened(blob[:HEAD] + b"".join(ALTERED[how](chunks(blob))))


def test_an_empty_chunk_behind_others_is_refused() -> None:
    blob = sealed((LONG * 3)[: 3 * CHUNK])
    with pytest.raises(SealBroken):
        opened(blob[:HEAD] + b"".join(_empty_end(blob)))


def test_a_chunk_of_another_file_is_refused() -> None:
    ours, theirs = sealed(LONG), sealed(LONG)
    with pytest.raises(SealBroken):
        opened(ours[:HEAD] + chunks(ours)[0] + chunks(theirs)[1])


@pytest.mark.parametrize(
    ("key", "place"),
    [
        pytest.param(KEY, Place(HERE.name, HERE.row[:-1] + "2", 1), id="another document"),
        pytest.param(KEY, Place("documents.other", HERE.row, 1), id="another name"),
        pytest.param(KEY, Place(HERE.name, HERE.row, 2), id="another version"),
        pytest.param(OTHER, HERE, id="another key under the same number"),
    ],
)
def test_another_place_or_key_is_refused(key: DataKey, place: Place) -> None:
    with pytest.raises(SealBroken):
        opened(sealed(PAGE), key=key, place=place)


def test_nothing_of_a_bad_chunk_is_handed_on() -> None:
    blob = bytearray(sealed((LONG * 3)[: CHUNK + 10]))
    blob[-1] ^= 1
    pieces = stream.open_sealed([bytes(blob)], named=lambda _: KEY, place=HERE)
    assert len(next(pieces)) == CHUNK
    with pytest.raises(SealBroken):
        next(pieces)


# --- memory and keys ------------------------------------------------------------------------------
def test_it_holds_no_more_than_two_chunks_at_a_time() -> None:
    """What was read and not yet handed on, both ways, while a file of 4 MB goes through."""
    ahead: list[int] = []
    taken = 0

    def source() -> Iterator[bytes]:
        nonlocal taken
        for _ in range(256):
            taken += 16_384
            yield bytes(16_384)

    given_out = 0
    through = stream.open_sealed(
        stream.seal(source(), key=KEY, place=HERE), named=lambda _: KEY, place=HERE
    )
    for piece in through:
        ahead.append(taken - given_out)
        given_out += len(piece)
    assert given_out == 256 * 16_384
    assert max(ahead) <= 4 * CHUNK


def test_no_key_and_nonce_are_used_twice_even_with_a_stuck_random_source(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("os.urandom", bytes)
    used: list[tuple[bytes, int, bool]] = []
    seal_chunk = primitives.seal_chunk

    def noted(key: bytes, number: int, plain: bytes, *, last: bool, associated: bytes) -> bytes:
        used.append((key, number, last))
        return seal_chunk(key, number, plain, last=last, associated=associated)

    monkeypatch.setattr(primitives, "seal_chunk", noted)
    for number in range(20):
        sealed(b"version %d" % number + LONG)
        sealed(PAGE, place=Place(HERE.name, str(number), 1))
    assert len(set(used)) == len(used) == 60
