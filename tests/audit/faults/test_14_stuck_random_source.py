"""14. The source of randomness is stuck: no key is ever used twice with its constant nonce."""

import os
from collections.abc import Callable
from uuid import UUID

import pytest
from msgspec.structs import replace

from audit import entry
from audit.crypto import envelope, primitives
from audit.crypto.envelope import Place
from tests.audit.support import KEY
from tests.audit.test_entry import EID, FACTS, sealed

PLACE = Place("people.patient", "8f14e45f-ceea-467f-a8b1-000000000001", 1)


@pytest.fixture
def used(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """The key of each sealing, from now on, while `os.urandom` gives zeros only."""
    keys: list[bytes] = []
    seal_once = primitives.seal_once

    def watched(key: bytes, plaintext: bytes, associated: bytes) -> bytes:
        keys.append(key)
        return seal_once(key, plaintext, associated)

    monkeypatch.setattr("os.urandom", bytes)
    monkeypatch.setattr(primitives, "seal_once", watched)
    assert os.urandom(4) == bytes(4)
    return keys


def test_entries_differ_by_their_id_and_texts_under_one_id_by_the_salt(used: list[bytes]) -> None:
    for number in range(50):
        sealed(eid=UUID(int=EID.int + number))
        sealed(replace(FACTS, outcome=f"failure {number}"))
    assert len(set(used)) == len(used) == 100


def test_records_differ_by_their_place_and_texts_in_one_place_by_the_salt(
    used: list[bytes],
) -> None:
    for number in range(50):
        envelope.seal(b"version %d" % number, key=KEY, place=PLACE)
        envelope.seal(b"the same", key=KEY, place=Place(PLACE.name, str(number), 1))
    assert len(set(used)) == len(used) == 100


def _one_entry() -> object:
    return sealed()


def _one_record() -> object:
    return envelope.seal(b"the same", key=KEY, place=PLACE)


@pytest.mark.parametrize("seal", [_one_entry, _one_record])
def test_the_very_same_sealed_again_is_the_very_same_bytes(
    used: list[bytes], seal: Callable[[], object]
) -> None:
    """The one repetition there can be: one key, one nonce, one text. It tells nothing new."""
    assert seal() == seal()
    assert len(set(used)) == 1


def test_a_salt_that_were_random_alone_would_repeat_a_key(
    used: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: two texts under one id, and the message left out of the salt."""
    monkeypatch.setattr(primitives, "fresh_salt", lambda key, message: os.urandom(32))
    sealed()
    sealed(replace(FACTS, outcome="failure"))
    assert used[0] == used[1]
    assert entry.header(sealed()).salt == bytes(32)
