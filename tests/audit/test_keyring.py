from dataclasses import replace
from datetime import date

import pytest

from audit.crypto import blind_index, keyring
from audit.crypto.keyring import CACHE_SECONDS, Keyring, KeyState, Period, Span, period_of
from audit.errors import KeyDestroyed, SealBroken, UnknownKey
from tests.audit.support import MemoryStore, PlainProvider, memory_ring

JANUARY = period_of(Span.MONTH, date(2026, 1, 31))
DAY = date(2026, 1, 31)


@pytest.mark.parametrize(
    ("span", "day", "period"),
    [
        pytest.param(Span.MONTH, "2026-01-31", "[2026-01-01,2026-02-01)", id="January"),
        pytest.param(Span.MONTH, "2024-02-29", "[2024-02-01,2024-03-01)", id="leap day"),
        pytest.param(Span.MONTH, "2026-12-01", "[2026-12-01,2027-01-01)", id="end of the year"),
        pytest.param(Span.YEAR, "2026-07-04", "[2026-01-01,2027-01-01)", id="a year"),
        pytest.param(Span.EVER, "2026-07-04", "[,)", id="for ever"),
    ],
)
def test_a_period_begins_and_ends_with_its_span(span: Span, day: str, period: str) -> None:
    assert period_of(span, date.fromisoformat(day)).text() == period


def test_a_period_with_a_key_uses_it() -> None:
    ring = memory_ring()
    made = ring.ensure("audit", JANUARY)
    assert ring.active("audit", DAY).dek_id == made
    assert ring.named(made) == ring.active("audit", DAY)


def test_making_a_key_twice_makes_one() -> None:
    ring = memory_ring()
    assert ring.ensure("audit", JANUARY) == ring.ensure("audit", JANUARY)


def test_a_class_without_any_key_raises() -> None:
    with pytest.raises(UnknownKey):
        memory_ring().active("audit", DAY)


def test_a_key_that_is_not_held_raises() -> None:
    with pytest.raises(UnknownKey):
        memory_ring().named(7)


def test_a_period_without_a_key_uses_the_newest_and_says_so() -> None:
    gaps: list[tuple[str, date]] = []
    ring = Keyring(MemoryStore(), PlainProvider(), on_gap=lambda *gap: gaps.append(gap))
    ring.ensure("audit", period_of(Span.MONTH, date(2025, 11, 1)))
    newest = ring.ensure("audit", period_of(Span.MONTH, date(2025, 12, 1)))
    assert ring.active("audit", DAY).dek_id == newest
    assert gaps == [("audit", DAY)]


def test_a_destroyed_key_opens_nothing() -> None:
    store = MemoryStore()
    ring = memory_ring(store)
    made = ring.ensure("audit", JANUARY)
    store.mark(made, KeyState.DESTROYED)
    with pytest.raises(KeyDestroyed):
        ring.named(made)


def test_a_key_is_asked_for_once_a_minute() -> None:
    store, now = MemoryStore(), [0.0]
    ring = Keyring(store, PlainProvider(), monotonic=lambda: now[0])
    made = ring.ensure("audit", JANUARY)
    ring.active("audit", DAY), ring.named(made)
    asked = store.asked
    ring.active("audit", DAY), ring.named(made)
    assert store.asked == asked
    store.mark(made, KeyState.DESTROYED)
    now[0] = CACHE_SECONDS
    with pytest.raises(KeyDestroyed):
        ring.named(made)
    with pytest.raises(UnknownKey):
        ring.active("audit", DAY)


def test_a_key_seals_until_another_takes_its_place() -> None:
    store, now = MemoryStore(), [0.0]
    ring = Keyring(store, PlainProvider(), monotonic=lambda: now[0])
    made = ring.ensure("audit", JANUARY)
    ring.named(made)
    asked = store.asked
    assert ring.seals(made)
    assert store.asked == asked  # of a key that was opened with, it is known
    store.mark(made, KeyState.DECRYPT)
    now[0] = CACHE_SECONDS
    assert not ring.seals(made)
    assert ring.named(made)
    with pytest.raises(UnknownKey):
        ring.seals(made + 1)


def test_a_wrapped_key_in_the_place_of_another_is_refused() -> None:
    store = MemoryStore()
    ring = memory_ring(store)
    one = ring.ensure("audit", JANUARY)
    two = ring.ensure("audit", period_of(Span.MONTH, date(2026, 2, 1)))
    store.rows[one] = replace(store.rows[one], wrapped=store.rows[two].wrapped)
    with pytest.raises(SealBroken):
        ring.named(one)


@pytest.fixture
def indexes(monkeypatch: pytest.MonkeyPatch) -> Keyring:
    """Two indexes with a key each, a third without, in memory."""
    ring = memory_ring()
    monkeypatch.setattr(blind_index, "_names", {"a.name", "a.telephone", "a.keyless"})
    monkeypatch.setattr(keyring, "_find", lambda: ring)
    ring.ensure("index.a.name", Period())
    ring.ensure("index.a.telephone", Period())
    return ring


def test_equal_values_have_equal_tokens_in_one_index_only(indexes: Keyring) -> None:
    token = blind_index.token("a.name", "example")
    assert token == blind_index.token("a.name", "example")
    assert len(token) == 16
    assert token != blind_index.token("a.name", "examplf")
    assert token != blind_index.token("a.telephone", "example")


@pytest.mark.parametrize(
    "name", [pytest.param("a.nmae", id="misspelt"), pytest.param("a.keyless", id="no key yet")]
)
def test_an_index_nobody_prepared_raises(indexes: Keyring, name: str) -> None:
    with pytest.raises(UnknownKey):
        blind_index.token(name, "example")


def test_an_empty_value_has_no_token(indexes: Keyring) -> None:
    with pytest.raises(ValueError, match="empty"):
        blind_index.token("a.name", "")


def test_before_the_start_there_is_no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyring, "_find", None)
    with pytest.raises(UnknownKey):
        keyring.current()
