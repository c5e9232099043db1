"""A sealed file: how the content of a document lies in storage. Example first: audit/STREAM.md.

    "BLB1" | dek_id u32 | salt 32 | commit 32 | chunk …

Integers are big-endian.  With `bound` as for a sealed record (audit.crypto.envelope), of the place
the content belongs to:

    secret = HMAC(DEK, "blb/secret\\0" || dek_id || salt || bound)
    k_enc  = HMAC(secret, "blb/enc")        commit = HMAC(secret, "blb/commit")
    chunk  = AES-256-GCM(k_enc, nonce = number (11 bytes) || last (1 byte), associated data = bound)

Every chunk but the last holds 65,536 bytes, the last 1 to 65,536; only an empty file has an empty
one.  Written and read a chunk at a time, so that memory does not grow with the file.  A reader hands
on no byte of a chunk that does not open, and the end only if it is the end that was written.
"""

from collections.abc import Callable, Iterable, Iterator
from struct import Struct

from audit.crypto import primitives
from audit.crypto.envelope import DataKey, Place
from audit.errors import SealBroken

FORM = b"BLB1"
FAMILY = b"blb"
CHUNK = 65_536
_HEAD = Struct(">4sI32s32s")
_NUMBER = Struct(">I")
HEAD_SIZE = _HEAD.size
_SEALED_CHUNK = CHUNK + primitives.TAG_SIZE


def seal(plain: Iterable[bytes], *, key: DataKey, place: Place) -> Iterator[bytes]:
    """The sealed file, piece by piece.  `plain` may come in pieces of any length."""
    bound = place.bound()
    blocks = _blocks(plain, CHUNK)
    first, only = next(blocks)
    salt = primitives.fresh_salt(key.mac, bound + first)
    k_enc, commit = _keys(key, salt, bound)
    yield _HEAD.pack(FORM, key.dek_id, salt, commit)
    yield primitives.seal_chunk(k_enc, 0, first, last=only, associated=bound)
    for number, (block, last) in enumerate(blocks, start=1):
        yield primitives.seal_chunk(k_enc, number, block, last=last, associated=bound)


def open_sealed(
    sealed: Iterable[bytes], *, named: Callable[[int], DataKey], place: Place
) -> Iterator[bytes]:
    """The plaintext, chunk by chunk.  SealBroken if key, place or a single bit is another.

    named  gives the data key of that number; it may raise UnknownKey or KeyDestroyed
    What was handed on before a fault is whole chunks from the beginning, never the whole file: the
    caller must not take what ended with an exception for the file.
    """
    pieces = iter(sealed)
    head, rest = _head(pieces)
    form, dek_id, salt, commit = _HEAD.unpack(head)
    if form != FORM:
        raise SealBroken("does not open")
    bound, key = place.bound(), named(dek_id)
    k_enc, expected = _keys(key, salt, bound)
    if key.dek_id != dek_id or not primitives.same(commit, expected):
        raise SealBroken("does not open")
    for number, (block, last) in enumerate(_blocks(_joined(rest, pieces), _SEALED_CHUNK)):
        plain = primitives.open_chunk(k_enc, number, block, last=last, associated=bound)
        if not plain and number:
            raise SealBroken("does not open")
        yield plain


def _head(pieces: Iterator[bytes]) -> tuple[bytes, bytes]:
    """The header, and what of the pieces read lies behind it."""
    read = bytearray()
    for piece in pieces:
        read += piece
        if len(read) >= HEAD_SIZE:
            return bytes(read[:HEAD_SIZE]), bytes(read[HEAD_SIZE:])
    raise SealBroken("does not open")


def _joined(first: bytes, pieces: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from pieces


def _blocks(pieces: Iterable[bytes], size: int) -> Iterator[tuple[bytes, bool]]:
    """Blocks of that size and whether each is the last; one empty block where there is nothing."""
    held = bytearray()
    for piece in pieces:
        held += piece
        start = 0
        while len(held) - start > size:  # One byte more is known, so this is not the last.
            yield bytes(held[start : start + size]), False
            start += size
        del held[:start]
    yield bytes(held), True


def _keys(key: DataKey, salt: bytes, bound: bytes) -> tuple[bytes, bytes]:
    message = b"blb/secret\0" + _NUMBER.pack(key.dek_id) + salt + bound
    return primitives.one_use_keys(key.mac(message), FAMILY)
