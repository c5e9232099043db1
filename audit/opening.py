"""Opening one entry with its secret: all that somebody needs who was handed one.

The bytes of an entry, form AUD1, as `audit.entry` writes them:

    offset  0       4           8       24           32       64         96
            "AUD1" | dek_id u32 | eid 16 | time_ms u64 | salt 32 | commit 32 | ciphertext || tag 16

    k_enc  = HMAC(secret, "aud1/enc")       commit = HMAC(secret, "aud1/commit")
    ct     = AES-256-GCM(k_enc, nonce 0, associated data = origin || 0 || bytes 0 to 95)

The commitment is checked before anything is decrypted, so that one entry has one meaning.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from struct import Struct
from typing import Any
from uuid import UUID

from audit.crypto import primitives
from audit.errors import MalformedEntry, SealBroken

MAGIC = b"AUD1"
FAMILY = b"aud1"
MAX_PLAINTEXT = 60_000
SECRET_SIZE = 32
HEAD = Struct(">4sI16sQ32s32s")
MINIMUM = HEAD.size + primitives.TAG_SIZE


@dataclass(frozen=True, slots=True)
class Header:
    """The part of an entry that everybody may read."""

    dek_id: int
    eid: UUID
    time_ms: int
    salt: bytes
    commit: bytes


def header(blob: bytes) -> Header:
    """The readable part; MalformedEntry if these are no entry bytes. Believed only once opened."""
    if not MINIMUM <= len(blob) <= MINIMUM + MAX_PLAINTEXT:
        raise MalformedEntry("not an entry")
    magic, dek_id, eid, time_ms, salt, commit = HEAD.unpack_from(blob)
    if magic != MAGIC:
        raise MalformedEntry("not an entry")
    return Header(dek_id, UUID(bytes=eid), time_ms, salt, commit)


def plaintext(blob: bytes, *, secret: bytes, origin: str) -> bytes:
    """The canonical JSON in an entry; SealBroken unless this secret is the entry's own."""
    head = header(blob)
    k_enc, commit = primitives.one_use_keys(secret, FAMILY)
    if not primitives.same(commit, head.commit):
        raise SealBroken("does not open")
    return primitives.open_once(k_enc, blob[HEAD.size :], named(origin) + blob[: HEAD.size])


def facts(blob: bytes, *, secret: bytes, origin: str) -> tuple[bytes, dict[str, Any]]:
    """The JSON in an entry, as bytes and as what they say.

    SealBroken, or MalformedEntry unless it is canonical and of the time in the header.  That every
    key is one of the format's is for `audit.entry` to say; whoever was handed a secret sees them.
    """
    plain = plaintext(blob, secret=secret, origin=origin)
    try:
        told = json.loads(plain)
        again = json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
        at = datetime.strptime(told["at"], "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
    except (ValueError, LookupError, TypeError):
        raise MalformedEntry("not an entry") from None
    if again != plain or round(at.timestamp() * 1000) != header(blob).time_ms:
        raise MalformedEntry("not canonical, or of two different times")
    return plain, told


def named(origin: str) -> bytes:
    """The log's name, as it goes into keys and associated data."""
    return origin.encode() + b"\0"
