"""The sealed record: how protected information looks in a column.

    0x01 | record version u16 | dek_id u32 | salt 32 | commit 32 | ciphertext || tag 16

Integers are big-endian.  With `bound` = the logical record name, the row's primary key and the
record version, each preceded by its length as u32:

    secret = HMAC(DEK, "fld/secret\\0" || dek_id || salt || bound)
    k_enc  = HMAC(secret, "fld/enc")        commit = HMAC(secret, "fld/commit")
    sealed = AES-256-GCM(k_enc, nonce 0, associated data = bound)

`bound` goes into the key and into the associated data: a value moved to another row, another
column or another version fails its commitment before anything is decrypted.  A reader refuses
every other first byte, every length below 87, and never tells one failure from another.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from struct import Struct
from typing import NamedTuple

from audit.crypto import primitives
from audit.errors import SealBroken

FORM = 1
FAMILY = b"fld"
_HEAD = Struct(">BHI32s32s")
_LENGTH = Struct(">I")
_VERSION = Struct(">IH")
MINIMUM = _HEAD.size + primitives.TAG_SIZE


class Place(NamedTuple):
    """Where a sealed record belongs: the name written on the field, the row, the version."""

    name: str
    row: str
    version: int

    def bound(self) -> bytes:
        row = self.row.encode()
        return _named(self.name) + _LENGTH.pack(len(row)) + row + _VERSION.pack(2, self.version)


@lru_cache(256)  # the names of records are few, and written in the code
def _named(name: str) -> bytes:
    return _LENGTH.pack(len(name.encode())) + name.encode()


@dataclass(frozen=True, slots=True)
class DataKey:
    """A data key in the clear, in memory only; it never prints itself."""

    dek_id: int
    key: bytes
    mac: primitives.Mac = field(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "mac", primitives.Mac(self.key))

    def __repr__(self) -> str:
        return f"<DataKey {self.dek_id}>"


def seal(plaintext: bytes, *, key: DataKey, place: Place) -> bytes:
    """The column's bytes. Sealing the same record twice never gives the same bytes."""
    bound = place.bound()
    salt = primitives.fresh_salt(key.mac, bound + plaintext)
    k_enc, commit = _keys(key, salt, bound)
    head = _HEAD.pack(FORM, place.version, key.dek_id, salt, commit)
    return head + primitives.seal_once(k_enc, plaintext, bound)


def open_sealed(sealed: bytes, *, key: DataKey, place: Place) -> bytes:
    """The plaintext; SealBroken if key, place or a single bit is another."""
    version, dek_id, salt, commit = _parse(sealed)
    if (version, dek_id) != (place.version, key.dek_id):
        raise SealBroken("does not open")
    return _opened(sealed, salt, commit, key, place)


def open_named(
    sealed: bytes, *, named: Callable[[int], DataKey], name: str, row: str
) -> tuple[bytes, int]:
    """The plaintext and its version, opened with the key that the bytes name; SealBroken as above."""
    version, dek_id, salt, commit = _parse(sealed)
    return _opened(sealed, salt, commit, named(dek_id), Place(name, row, version)), version


def _opened(sealed: bytes, salt: bytes, commit: bytes, key: DataKey, place: Place) -> bytes:
    bound = place.bound()
    k_enc, expected = _keys(key, salt, bound)
    if not primitives.same(commit, expected):
        raise SealBroken("does not open")
    return primitives.open_once(k_enc, sealed[_HEAD.size :], bound)


def dek_id_of(sealed: bytes) -> int:
    """Which data key the bytes name. They are not believed until they open."""
    return _parse(sealed)[1]


def version_of(sealed: bytes) -> int:
    """Which shape of its record the bytes name. They are not believed until they open."""
    return _parse(sealed)[0]


def _keys(key: DataKey, salt: bytes, bound: bytes) -> tuple[bytes, bytes]:
    message = b"fld/secret\0" + _LENGTH.pack(key.dek_id) + salt + bound
    return primitives.one_use_keys(key.mac(message), FAMILY)


def _parse(sealed: bytes) -> tuple[int, int, bytes, bytes]:
    if len(sealed) < MINIMUM:
        raise SealBroken("does not open")
    form, version, dek_id, salt, commit = _HEAD.unpack_from(sealed)
    if form != FORM:
        raise SealBroken("does not open")
    return version, dek_id, salt, commit
