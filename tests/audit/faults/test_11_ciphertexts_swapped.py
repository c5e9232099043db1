"""11. Ciphertexts change places: between two entries, between two patients' columns."""

from dataclasses import dataclass
from uuid import UUID

import pytest

from audit import entry, log
from audit.crypto import envelope, primitives
from audit.crypto.envelope import Place
from audit.errors import SealBroken
from tests.audit.faults.stage import Stage
from tests.audit.faults.tampering import entry_at, set_entry
from tests.audit.support import KEY

#: What is taken from the other entry, from which byte on. The id cannot be: the table compares it.
PARTS = {"ciphertext": 96, "commitment and ciphertext": 64, "salt and all after it": 32,
         "all but the id": 24}  # fmt: skip


@pytest.fixture
def two(stage: Stage) -> Stage:
    """Two entries about two patients, sealed."""
    for patient in ("1", "2"):
        stage.append(patient=patient)
    stage.seal()
    return stage


def exchanged(stage: Stage, start: int) -> list[bytes]:
    first, second = entry_at(stage, 0), entry_at(stage, 1)
    return [first[:start] + second[start:], second[:start] + first[start:]]


def test_an_entry_with_a_part_of_another_does_not_open(two: Stage) -> None:
    wrong = {label: exchanged(two, start) for label, start in PARTS.items()}
    for label, blobs in wrong.items():
        for index, blob in enumerate(blobs):
            set_entry(two, index, blob)
            with pytest.raises(SealBroken):
                pytest.fail(f"{label}: {log.read(two.told[index])}")
    assert "I3" in two.broken()


def test_were_key_and_header_not_bound_to_the_id_it_would_open_as_the_others(
    two: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: one secret for all ids, and a header that is associated with nothing."""

    @dataclass(frozen=True)
    class Anybody:
        bytes = UUID(int=0).bytes

    secret = entry._secret
    seal_once, open_once = primitives.seal_once, primitives.open_once
    monkeypatch.setattr(
        entry, "_secret", lambda key, eid, salt, at: secret(key, Anybody(), salt, at)
    )
    monkeypatch.setattr(primitives, "seal_once", lambda key, plain, _: seal_once(key, plain, b""))
    monkeypatch.setattr(primitives, "open_once", lambda key, blob, _: open_once(key, blob, b""))
    made = [two.append(patient=patient)[0] for patient in ("3", "4")]
    blobs = [_stored(two, eid) for eid in made]
    assert log.opened(blobs[0][:24] + blobs[1][24:]).patient == "4"


def _stored(stage: Stage, eid: UUID) -> bytes:
    return bytes(stage.ask("SELECT entry FROM audit.event WHERE eid = %s", eid))


# --- columns -----------------------------------------------------------------------------------
ADA, OTHER = Place("people.patient", "1", 1), Place("people.patient", "2", 1)
ELSEWHERE = {
    "another patient": OTHER,
    "another column": Place("people.representative", "1", 1),
    "another version of the record": Place("people.patient", "1", 2),
}


@pytest.mark.parametrize("place", ELSEWHERE.values(), ids=ELSEWHERE.keys())
def test_a_column_put_elsewhere_does_not_open(place: Place) -> None:
    sealed = envelope.seal(b"Ada Example", key=KEY, place=ADA)
    assert envelope.open_sealed(sealed, key=KEY, place=ADA) == b"Ada Example"
    with pytest.raises(SealBroken):
        envelope.open_sealed(sealed, key=KEY, place=place)


def test_were_it_not_bound_to_its_row_it_would_open_as_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The control: the place goes into neither the key nor the associated data."""
    monkeypatch.setattr(envelope, "_bound", lambda *_place: b"")
    sealed = envelope.seal(b"Ada Example", key=KEY, place=ADA)
    assert envelope.open_sealed(sealed, key=KEY, place=OTHER) == b"Ada Example"
