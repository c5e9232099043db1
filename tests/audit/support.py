"""What the tests of the first floor share: keys in memory and bytes turned over one by one."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256

from audit.actors import Actor
from audit.crypto.envelope import DataKey
from audit.crypto.keyring import Keyring, KeyRow, KeyState
from audit.errors import SealBroken, UnknownKey

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
OFFICER = Actor(id="officer-1", name="Ada Example", roles=frozenset({"privacy_officer"}))
KEY = DataKey(7, bytes(range(32)))
OTHER = DataKey(7, bytes(range(1, 33)))


class MemoryStore:
    """A key store that counts how often it is asked."""

    def __init__(self) -> None:
        self.rows: dict[int, KeyRow] = {}
        self.asked = 0

    def row(self, dek_id: int) -> KeyRow | None:
        self.asked += 1
        return self.rows.get(dek_id)

    def active(self, key_class: str) -> Sequence[KeyRow]:
        self.asked += 1
        kept = (row for row in self.rows.values() if row.key_class == key_class)
        return [row for row in kept if row.state is KeyState.ACTIVE]

    def next_id(self) -> int:
        return len(self.rows) + 1

    def ensure(self, row: KeyRow) -> int:
        self.rows[row.dek_id] = row
        return row.dek_id

    def mark(self, dek_id: int, state: KeyState) -> None:
        self.rows[dek_id] = replace(self.rows[dek_id], state=state)


class PlainProvider:
    """Wraps nothing, but binds to the context as a real one does."""

    id = "plain"

    def wrap(self, key: bytes, context: bytes) -> bytes:
        return sha256(context).digest() + key

    def unwrap(self, wrapped: bytes, context: bytes, *, kek_id: str) -> bytes:
        if kek_id != self.id:
            raise UnknownKey(kek_id)
        if wrapped[:32] != sha256(context).digest():
            raise SealBroken("context")
        return wrapped[32:]


def memory_ring(store: MemoryStore | None = None) -> Keyring:
    return Keyring(store or MemoryStore(), PlainProvider())


def every_flip(content: bytes) -> Iterator[bytes]:
    """The content with one byte changed, for each byte, in a low and in a high bit."""
    for place in range(len(content)):
        for bit in (0x01, 0x80):
            yield content[:place] + bytes([content[place] ^ bit]) + content[place + 1 :]


def every_cut(content: bytes) -> Iterator[bytes]:
    """Every shorter beginning, and the content with something after it."""
    yield from (content[:length] for length in range(len(content)))
    yield content + b"\0"
