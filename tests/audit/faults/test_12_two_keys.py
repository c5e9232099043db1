"""12. One ciphertext that opens under two keys: it has one meaning, even for whoever chooses them."""

from uuid import UUID

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from audit import entry, opening
from audit.crypto import envelope, primitives
from audit.crypto.envelope import Place
from audit.errors import SealBroken
from tests.audit.gcm import one_ciphertext_for
from tests.audit.support import KEY, OTHER

START = bytes(range(64))
SALT = bytes(32)


def test_aes_gcm_alone_opens_one_ciphertext_to_two_stories() -> None:
    """The control: without a commitment the attack works."""
    keys = (KEY.key, OTHER.key)
    both = one_ciphertext_for(keys, b"associated", START)
    first, second = (AESGCM(key).decrypt(bytes(12), both, b"associated") for key in keys)
    assert first != second


def test_a_sealed_record_refuses_the_second_key(monkeypatch: pytest.MonkeyPatch) -> None:
    place = Place("people.patient", "1", 1)
    bound = place.bound()
    keys = [envelope._keys(key, SALT, bound) for key in (KEY, OTHER)]
    head = envelope._HEAD.pack(envelope.FORM, 1, KEY.dek_id, SALT, keys[0][1])
    blob = head + one_ciphertext_for((keys[0][0], keys[1][0]), bound, START)
    first = envelope.open_sealed(blob, key=KEY, place=place)
    with pytest.raises(SealBroken):
        envelope.open_sealed(blob, key=OTHER, place=place)
    monkeypatch.setattr(primitives, "same", lambda left, right: True)
    assert envelope.open_sealed(blob, key=OTHER, place=place) != first


def test_an_entry_refuses_the_second_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    secrets = (bytes([1]) * 32, bytes([2]) * 32)
    keys = [primitives.one_use_keys(secret, opening.FAMILY) for secret in secrets]
    head = opening.HEAD.pack(opening.MAGIC, 7, UUID(int=1).bytes, 0, SALT, keys[0][1])
    blob = head + one_ciphertext_for((keys[0][0], keys[1][0]), b"origin\0" + head, START)
    opened: list[bytes] = []
    monkeypatch.setattr(entry, "decode", lambda plain: opened.append(plain) or _at_zero())
    entry.open_with_secret(blob, secret=secrets[0], origin="origin")
    with pytest.raises(SealBroken):
        entry.open_with_secret(blob, secret=secrets[1], origin="origin")
    assert len(opened) == 1
    monkeypatch.setattr(primitives, "same", lambda left, right: True)
    entry.open_with_secret(blob, secret=secrets[1], origin="origin")
    assert opened[0] != opened[1]


def test_whoever_was_handed_the_second_secret_opens_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As an auditor opens it, without the service: one leaf, two stories, one refused."""
    secrets = (bytes([1]) * 32, bytes([2]) * 32)
    keys = [primitives.one_use_keys(secret, opening.FAMILY) for secret in secrets]
    head = opening.HEAD.pack(opening.MAGIC, 7, UUID(int=1).bytes, 0, SALT, keys[0][1])
    blob = head + one_ciphertext_for((keys[0][0], keys[1][0]), b"origin\0" + head, START)
    first = opening.plaintext(blob, secret=secrets[0], origin="origin")
    with pytest.raises(SealBroken):
        opening.plaintext(blob, secret=secrets[1], origin="origin")
    monkeypatch.setattr(primitives, "same", lambda left, right: True)
    assert opening.plaintext(blob, secret=secrets[1], origin="origin") != first


def _at_zero() -> entry.Entry:
    from datetime import UTC, datetime

    nobody = entry.Who("1", "A", (), "task")
    return entry.Entry(name="a:b:c", at=datetime(1970, 1, 1, tzinfo=UTC), actor=nobody, outcome="x")
