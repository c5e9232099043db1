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
        return _bound(*self)


def _bound(name: str, row: str, version: int) -> bytes:
    at = row.encode()
    return _named(name, len(at)) + at + _versioned(version)


# Written once and kept: the names of records are few, and rows of one table are named in one length.
@lru_cache(1024)
def _named(name: str, row: int) -> bytes:
    """The name, and the length of what names the row."""
    return _LENGTH.pack(len(name.encode())) + name.encode() + _LENGTH.pack(row)


@lru_cache(256)
def _versioned(version: int) -> bytes:
    return _VERSION.pack(2, version)


@lru_cache(256)
def _secretly(dek_id: int) -> bytes:
    """What stands before the salt in the message of which the secret is made."""
    return b"fld/secret\0" + _LENGTH.pack(dek_id)


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
    if _parse(sealed)[:2] != (place.version, key.dek_id):
        raise SealBroken("does not open")
    return open_named(sealed, named=lambda _dek_id: key, name=place.name, row=place.row)[0]


def open_named(
    sealed: bytes, *, named: Callable[[int], DataKey], name: str, row: str
) -> tuple[bytes, int]:
    """The plaintext and its version, opened with the key that the bytes name; SealBroken as above.

    Asked for every record that is read: what many of them share is made once.
    """
    version, dek_id, salt, commit = _parse(sealed)
    bound = _bound(name, row, version)
    k_enc, expected = _keys(named(dek_id), salt, bound)
    if not primitives.same(commit, expected):
        raise SealBroken("does not open")
    return primitives.open_once(k_enc, sealed[_HEAD.size :], bound), version


def dek_id_of(sealed: bytes) -> int:
    """Which data key the bytes name. They are not believed until they open."""
    return _parse(sealed)[1]


def version_of(sealed: bytes) -> int:
    """Which shape of its record the bytes name. They are not believed until they open."""
    return _parse(sealed)[0]


def _keys(key: DataKey, salt: bytes, bound: bytes) -> tuple[bytes, bytes]:
    secret = key.mac(_secretly(key.dek_id) + salt + bound)
    return primitives.one_use_keys(secret, FAMILY)


def _parse(sealed: bytes) -> tuple[int, int, bytes, bytes]:
    if len(sealed) < MINIMUM:
        raise SealBroken("does not open")
    form, version, dek_id, salt, commit = _HEAD.unpack_from(sealed)
    if form != FORM:
        raise SealBroken("does not open")
    return version, dek_id, salt, commit
