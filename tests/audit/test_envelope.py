"""The sealed record: what is written opens in its own place, and nowhere else."""

import pytest

from audit.crypto import envelope, primitives
from audit.crypto.envelope import DataKey, Place
from audit.errors import SealBroken
from tests.audit.support import KEY, OTHER, every_cut, every_flip

HERE = Place("people.patient", "8f14e45f-ceea-467f-a8b1-000000000001", 1)
PLAIN = b'{"name":"Demo Patient"}'
VECTOR = (
    "0100010000000755555555555555555555555555555555555555555555555555555555555555558b49434bda"
    "db5f6f93e439a46ce326b527659a8143781a72c60e1f62412df2185a8a91ca3c24c4a52971f3fca5c6dbef36"
    "ac391b388b8c967273137172885abf0944ea321aacb7"
)


def sealed() -> bytes:
    return envelope.seal(PLAIN, key=KEY, place=HERE)


def test_a_record_opens_in_its_place() -> None:
    assert envelope.open_sealed(sealed(), key=KEY, place=HERE) == PLAIN


def test_an_empty_record_is_a_record() -> None:
    blob = envelope.seal(b"", key=KEY, place=HERE)
    assert envelope.open_sealed(blob, key=KEY, place=HERE) == b""
    assert len(blob) == envelope.MINIMUM == 87


def test_the_bytes_are_those_of_the_written_format(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fixed vector, made once from the format's description with other code."""
    monkeypatch.setattr(primitives, "fresh_salt", lambda key, message: bytes([0x55]) * 32)
    assert sealed().hex() == VECTOR


def test_the_same_record_never_seals_to_the_same_bytes() -> None:
    assert sealed() != sealed()


def test_every_changed_byte_is_refused() -> None:
    for changed in every_flip(sealed()):
        with pytest.raises(SealBroken):
            envelope.open_sealed(changed, key=KEY, place=HERE)


def test_every_cut_and_every_addition_is_refused() -> None:
    for changed in every_cut(sealed()):
        with pytest.raises(SealBroken):
            envelope.open_sealed(changed, key=KEY, place=HERE)


@pytest.mark.parametrize(
    ("key", "place"),
    [
        pytest.param(KEY, Place(HERE.name, HERE.row[:-1] + "2", 1), id="another row"),
        pytest.param(KEY, Place("people.contact", HERE.row, 1), id="another record name"),
        pytest.param(KEY, Place(HERE.name, HERE.row, 2), id="another version"),
        pytest.param(KEY, Place(HERE.name + HERE.row[:1], HERE.row[1:], 1), id="a border moved"),
        pytest.param(OTHER, HERE, id="another key under the same number"),
        pytest.param(DataKey(8, KEY.key), HERE, id="the same key under another number"),
    ],
)
def test_another_place_or_key_is_refused(key: DataKey, place: Place) -> None:
    with pytest.raises(SealBroken):
        envelope.open_sealed(sealed(), key=key, place=place)


def test_a_key_never_prints_itself() -> None:
    assert KEY.key.hex() not in repr(KEY)
    assert repr(KEY) == "<DataKey 7>"
