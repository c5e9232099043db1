"""The bytes of one log entry, form AUD1, and the facts inside it.

    offset  0       4           8       24           32       64         96
            "AUD1" | dek_id u32 | eid 16 | time_ms u64 | salt 32 | commit 32 | ciphertext || tag 16

Integers are big-endian; `origin` is the log's own name.

    secret = HMAC(DEK, "aud1/secret\\0" || origin || 0 || dek_id || eid || salt)
    k_enc  = HMAC(secret, "aud1/enc")       commit = HMAC(secret, "aud1/commit")
    ct     = AES-256-GCM(k_enc, nonce 0, associated data = origin || 0 || bytes 0 to 95)

`secret` opens exactly one entry and may be handed to a patient or an auditor; the commitment is
checked first, so that one entry has one meaning.  The plaintext is canonical JSON (RFC 8785) of
`Entry`; what would not have been written this way is refused.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct
from msgspec.structs import asdict

from audit import canonical, opening
from audit.crypto import primitives
from audit.crypto.envelope import DataKey
from audit.errors import MalformedEntry, SealBroken
from audit.opening import FAMILY, MAGIC, MAX_PLAINTEXT, Header, header

__all__ = ["Entry", "Header", "Network", "Obj", "Who", "header"]

_HEAD = opening.HEAD
_named = opening.named


class Who(Struct, frozen=True):
    """The actor as known at the time; roles sorted."""

    id: str
    name: str
    roles: tuple[str, ...]
    via: str


class Obj(Struct, frozen=True, omit_defaults=True):
    """What was acted on: its type, its id and, where it has one, its version."""

    type: str
    id: str
    version: int | None = None


class Network(Struct, frozen=True, omit_defaults=True):
    """The request id that page, task and log share, and where the caller was."""

    request_id: str | None = None
    address: str | None = None


class Lane(Struct, frozen=True, omit_defaults=True):
    """Which process wrote it, and the ids of what that process had committed before.

    prev   entries committed since those that an earlier entry of the lane named; none at its start
    doubt  entries of the lane before this one, of which nobody knows whether they were committed
    """

    id: str
    prev: tuple[str, ...]
    doubt: tuple[str, ...] | None = None


class Entry(Struct, frozen=True, kw_only=True):
    """One event. `at` is to the millisecond, UTC; `day` and `zone` are the site's own."""

    name: str
    at: datetime
    actor: Who
    outcome: str
    day: date | None = None
    zone: str | None = None
    acting_for: str | None = None
    patient: str | None = None
    request: str | None = None
    object: Obj | None = None
    reason: str | None = None
    purpose: str | None = None
    recipient: str | None = None
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None
    network: Network | None = None
    app: str | None = None
    lane: Lane | None = None
    extra: Mapping[str, Any] | None = None
    v: int = 1

    def __repr__(self) -> str:
        return f"<Entry {self.name}>"


def millis(instant: datetime) -> int:
    """Whole milliseconds since 1970, rounded down, without floating point."""
    since = instant - datetime(1970, 1, 1, tzinfo=UTC)
    return (since.days * 86_400 + since.seconds) * 1000 + since.microseconds // 1000


# --- facts to canonical bytes and back -------------------------------------------------------
_decoder = msgspec.json.Decoder(Entry, strict=True)


def encode(entry: Entry) -> bytes:
    """Canonical JSON. MalformedEntry if it could not be read back as it is, or is too long."""
    for free in (entry.before, entry.after, entry.extra, entry.object and entry.object.version):
        if free is not None:
            canonical.check(free)
    plain = canonical.written(_present(entry))
    if len(plain) > MAX_PLAINTEXT:
        raise MalformedEntry(f"longer than {MAX_PLAINTEXT} bytes")
    return plain


def decode(plain: bytes) -> Entry:
    """The facts. MalformedEntry unless `encode` would give these very bytes again.

    That one comparison refuses unknown keys, doubled keys, nulls, blanks and other spellings.
    """
    try:
        entry = _decoder.decode(plain)
    except (msgspec.DecodeError, ValueError):
        raise MalformedEntry("not an entry") from None
    if entry.v != 1 or encode(entry) != plain:
        raise MalformedEntry("not canonical")
    return entry


def _present(entry: Entry) -> dict[str, Any]:
    facts = {name: value for name, value in asdict(entry).items() if value is not None}
    facts["at"] = _instant(entry.at)
    if entry.day is not None:
        facts["day"] = entry.day.isoformat()
    return facts


@lru_cache(64)  # entries come in batches of one instant
def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


# --- bytes to sealed entry and back ------------------------------------------------------------
def seal(plain: bytes, *, key: DataKey, eid: UUID, time_ms: int, origin: str) -> bytes:
    """The stored entry: 112 bytes longer than its plaintext."""
    raw = eid.bytes
    salt = primitives.fresh_salt(key.mac, raw + plain)
    secret = _secret(key, eid, salt, origin)
    k_enc, commit = primitives.one_use_keys(secret, FAMILY)
    head = _HEAD.pack(MAGIC, key.dek_id, raw, time_ms, salt, commit)
    return head + primitives.seal_once(k_enc, plain, _named(origin) + head)


def open_entry(blob: bytes, *, key: DataKey, origin: str) -> Entry:
    """The facts of a stored entry; SealBroken or MalformedEntry, never a guess."""
    return open_with_secret(blob, secret=secret_of(blob, key=key, origin=origin), origin=origin)


def secret_of(blob: bytes, *, key: DataKey, origin: str) -> bytes:
    """32 bytes that open this entry and no other."""
    head = header(blob)
    if head.dek_id != key.dek_id:
        raise SealBroken("does not open")
    return _secret(key, head.eid, head.salt, origin)


def open_with_secret(blob: bytes, *, secret: bytes, origin: str) -> Entry:
    """As `open_entry`, for somebody who was handed the secret of this one entry."""
    entry = decode(opening.plaintext(blob, secret=secret, origin=origin))
    if millis(entry.at) != header(blob).time_ms:
        raise MalformedEntry("two different times")
    return entry


def _secret(key: DataKey, eid: UUID, salt: bytes, origin: str) -> bytes:
    told = _named(origin) + key.dek_id.to_bytes(4, "big") + eid.bytes + salt
    return key.mac(b"aud1/secret\0" + told)
