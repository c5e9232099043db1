"""Data keys: which one is used now, and which one a sealed value names.

A data key belongs to a class and a period: `audit` by the month, `field.<table class>` by the
year, `index.<name>` for ever.  Keys are random, wrapped by a provider and kept in a store; here
they are cached in the clear for at most a minute, so that a key destroyed or replaced elsewhere
is noticed.  A key that is not there raises; nothing is ever sealed under a key made on the spot.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

from audit.crypto import primitives
from audit.crypto.envelope import DataKey
from audit.crypto.providers import KeyProvider
from audit.errors import KeyDestroyed, UnknownKey

CACHE_SECONDS = 60.0


class KeyState(StrEnum):
    """active seals and opens; decrypt only opens; destroyed does neither, for ever."""

    ACTIVE = "active"
    DECRYPT = "decrypt"
    DESTROYED = "destroyed"


class Span(StrEnum):
    """How long one key of a class is used."""

    MONTH = "month"
    YEAR = "year"
    EVER = "ever"


@dataclass(frozen=True, slots=True)
class Period:
    """First day, and the first day after it; None without bound."""

    start: date | None = None
    end: date | None = None

    def holds(self, day: date) -> bool:
        return (self.start is None or self.start <= day) and (self.end is None or day < self.end)

    def text(self) -> str:
        return f"[{self.start or ''},{self.end or ''})"


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A data key as stored: wrapped, or destroyed and then None."""

    dek_id: int
    key_class: str
    period: Period
    wrapped: bytes | None
    kek_id: str
    state: KeyState

    def context(self) -> bytes:
        """What the wrapping is bound to: this id, class and period and no other."""
        return f"dek/1\0{self.dek_id}\0{self.key_class}\0{self.period.text()}".encode()


class KeyStore(Protocol):
    """Where wrapped keys live. Must only show what is committed."""

    def row(self, dek_id: int) -> KeyRow | None: ...

    def active(self, key_class: str) -> Sequence[KeyRow]: ...

    def next_id(self) -> int: ...

    def ensure(self, row: KeyRow) -> int:
        """Keep the row unless its class and period have an active key; the id that is active."""


def period_of(span: Span, day: date) -> Period:
    """The period of that length which holds the day."""
    if span is Span.EVER:
        return Period()
    if span is Span.YEAR:
        return Period(date(day.year, 1, 1), date(day.year + 1, 1, 1))
    following = (day.replace(day=1).toordinal()) + 31
    return Period(day.replace(day=1), date.fromordinal(following).replace(day=1))


@dataclass(frozen=True, slots=True)
class _Cached:
    key: DataKey
    state: KeyState
    until: float


class Keyring:
    """The data keys of one database, opened with one provider."""

    def __init__(
        self,
        store: KeyStore,
        provider: KeyProvider,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        on_gap: Callable[[str, date], None] = lambda key_class, day: None,
    ) -> None:
        self._store, self._provider = store, provider
        self._monotonic, self._on_gap = monotonic, on_gap
        self._named: dict[int, _Cached] = {}
        self._current: dict[tuple[str, date], _Cached] = {}

    def active(self, key_class: str, day: date) -> DataKey:
        """The key to seal with on that day; UnknownKey if the class has none at all.

        A period without a key uses the newest active one and reports the gap: no entry is lost
        because a month began.
        """
        cached = self._current.get((key_class, day))
        if cached is not None and self._monotonic() < cached.until:
            return cached.key
        cached = self._cached(self._choose(key_class, day))
        self._current = {(key_class, day): cached} | self._fresh()
        return cached.key

    def named(self, dek_id: int) -> DataKey:
        """The key that a sealed value names; UnknownKey or KeyDestroyed if it cannot be had."""
        return self._held(dek_id).key

    def seals(self, dek_id: int) -> bool:
        """Whether that key still seals; raises as `named` does.

        False once the class has another: what it sealed opens, and should be sealed anew.  Of a key that
        was opened with in the last minute this is known without asking.
        """
        return self._held(dek_id).state is KeyState.ACTIVE

    def ensure(self, key_class: str, period: Period) -> int:
        """Make the key of that class and period unless there is one; its id."""
        present = [row.dek_id for row in self._store.active(key_class) if row.period == period]
        if present:
            return present[0]
        bare = KeyRow(
            self._store.next_id(), key_class, period, None, self._provider.id, KeyState.ACTIVE
        )
        return self._store.ensure(wrapped(bare, primitives.new_key(), self._provider))

    def forget(self) -> None:
        """Drop every cached key."""
        self._named.clear()
        self._current.clear()

    def _choose(self, key_class: str, day: date) -> KeyRow:
        rows = self._store.active(key_class)
        for row in rows:
            if row.period.holds(day):
                return row
        if not rows:
            raise UnknownKey(f"no key of class {key_class} was made")
        self._on_gap(key_class, day)
        return max(rows, key=lambda row: (row.period.start or date.min, row.dek_id))

    def _held(self, dek_id: int) -> _Cached:
        cached = self._named.get(dek_id)
        if cached is not None and self._monotonic() < cached.until:
            return cached
        row = self._store.row(dek_id)
        if row is None:
            raise UnknownKey(f"data key {dek_id} is not held")
        self._named[dek_id] = cached = self._cached(row)
        return cached

    def _cached(self, row: KeyRow) -> _Cached:
        key = DataKey(row.dek_id, unwrapped(row, self._provider))
        return _Cached(key, row.state, self._monotonic() + CACHE_SECONDS)

    def _fresh(self) -> dict[tuple[str, date], _Cached]:
        """Yesterday's keys are let go, or a long run would hold one for each day."""
        now = self._monotonic()
        return {at: cached for at, cached in self._current.items() if now < cached.until}


def wrapped(row: KeyRow, key: bytes, provider: KeyProvider) -> KeyRow:
    """The row with this key wrapped under the provider's present KEK."""
    return KeyRow(
        row.dek_id,
        row.key_class,
        row.period,
        provider.wrap(key, row.context()),
        provider.id,
        row.state,
    )


def unwrapped(row: KeyRow, provider: KeyProvider) -> bytes:
    """The key of the row in the clear; KeyDestroyed if there is none any more."""
    if row.state is KeyState.DESTROYED or row.wrapped is None:
        raise KeyDestroyed(f"data key {row.dek_id} was destroyed")
    return provider.unwrap(row.wrapped, row.context(), kek_id=row.kek_id)


# --- the one of this process ---------------------------------------------------------------------
_find: Callable[[], Keyring] | None = None


def use(find: Callable[[], Keyring]) -> None:
    """Say where this process finds its keyring. Called once, when the program starts."""
    global _find
    _find = find


def current() -> Keyring:
    """The keyring of this process; UnknownKey before the program has started."""
    if _find is None:
        raise UnknownKey("the program has no keyring yet")
    return _find()
