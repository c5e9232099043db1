"""AUD1: what is written opens, and nothing else does."""

from datetime import date
from uuid import UUID

import pytest
from msgspec.structs import replace

from audit import entry
from audit.crypto import primitives
from audit.crypto.envelope import DataKey
from audit.entry import Entry, Network, Obj, Who
from audit.errors import MalformedEntry, SealBroken
from tests.audit.support import KEY, NOON, OTHER, every_cut, every_flip

ORIGIN = "log.example/1"
EID = UUID("019a1ff7-0000-7000-8000-000000000001")
REFUSED = (SealBroken, MalformedEntry)
FACTS = Entry(
    name="request:access:granted",
    at=NOON,
    actor=Who("officer-1", "Ada Example", ("privacy_officer",), "session"),
    outcome="success",
    day=date(2026, 1, 31),
    zone="America/Chicago",
    patient="patient-1",
    request="AAAA-BBBB",
    object=Obj("request", "1", 3),
    before={"state": "received"},
    after={"state": "granted", "pages": 12},
    network=Network("req-1", "192.0.2.7"),
)
VECTOR = (
    "4155443100000007019a1ff70000700080000000000000010000019c13ec9e00555555555555555555555555"
    "55555555555555555555555555555555555555554930f096e06cfea9d0a5cc2f94cda3acb73290d122a621f9"
    "00e2a0988b86b5e95d3269c142ad8727f54d6e413c5e1518276906c040b813925bf94205df4cd62a8be2d9e5"
    "cbd5cd971fb57a2e6cfaf7958c36930c88fdc7040b8327b371e865a97412bd1cc7aad4a0e4df7e695040c184"
    "29f54ed0990bc39648a6ab7a9b3b37ff9b6ddfee522e6e37aa34026bd3dc3da1cb3bbdddbc1bc144db935f9c"
    "3418b08b1a623433e5f6a41b914ae2308bcecb06"
)


def sealed(facts: Entry = FACTS, key: DataKey = KEY, eid: UUID = EID) -> bytes:
    plain, time_ms = entry.encode(facts), entry.millis(facts.at)
    return entry.seal(plain, key=key, eid=eid, time_ms=time_ms, origin=ORIGIN)


def test_an_entry_opens_to_the_facts_that_were_sealed() -> None:
    assert entry.open_entry(sealed(), key=KEY, origin=ORIGIN) == FACTS


def test_an_entry_is_112_bytes_longer_than_its_facts() -> None:
    assert len(sealed()) == 112 + len(entry.encode(FACTS))


def test_the_bytes_are_those_of_the_written_format(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fixed vector, made once from the format's description with other code."""
    monkeypatch.setattr(primitives, "fresh_salt", lambda key, message: bytes([0x55]) * 32)
    facts = Entry(name="a:b:c", at=NOON, actor=Who("1", "A", (), "task"), outcome="success")
    assert sealed(facts).hex() == VECTOR


def test_the_header_is_readable_without_a_key() -> None:
    head = entry.header(sealed())
    assert (head.dek_id, head.eid, head.time_ms) == (7, EID, 1_769_860_800_000)


def test_every_changed_byte_is_refused() -> None:
    for changed in every_flip(sealed()):
        with pytest.raises(REFUSED):
            entry.open_entry(changed, key=KEY, origin=ORIGIN)


def test_every_cut_and_every_addition_is_refused() -> None:
    for changed in every_cut(sealed()):
        with pytest.raises(REFUSED):
            entry.open_entry(changed, key=KEY, origin=ORIGIN)


@pytest.mark.parametrize(
    ("key", "origin"),
    [
        pytest.param(OTHER, ORIGIN, id="another key under the same number"),
        pytest.param(DataKey(8, KEY.key), ORIGIN, id="the same key under another number"),
        pytest.param(KEY, "log.example/2", id="another log"),
    ],
)
def test_another_key_or_another_log_is_refused(key: DataKey, origin: str) -> None:
    with pytest.raises(SealBroken):
        entry.open_entry(sealed(), key=key, origin=origin)


def test_a_ciphertext_moved_to_another_entry_is_refused() -> None:
    other = sealed(eid=UUID(int=EID.int + 1))
    with pytest.raises(SealBroken):
        entry.open_entry(sealed()[:96] + other[96:], key=KEY, origin=ORIGIN)


def test_a_secret_opens_its_own_entry_and_no_other() -> None:
    mine, other = sealed(), sealed(eid=UUID(int=EID.int + 1))
    secret = entry.secret_of(mine, key=KEY, origin=ORIGIN)
    assert entry.open_with_secret(mine, secret=secret, origin=ORIGIN) == FACTS
    with pytest.raises(SealBroken):
        entry.open_with_secret(other, secret=secret, origin=ORIGIN)


def test_two_times_in_one_entry_are_refused() -> None:
    blob = entry.seal(entry.encode(FACTS), key=KEY, eid=EID, time_ms=1, origin=ORIGIN)
    with pytest.raises(MalformedEntry, match="times"):
        entry.open_entry(blob, key=KEY, origin=ORIGIN)


@pytest.mark.parametrize(
    ("found", "put"),
    [
        pytest.param(b'"v":1', b'"v":2', id="another version"),
        pytest.param(b'"v":1', b'"v":1,"x":1', id="an unknown key"),
        pytest.param(b'"v":1', b'"v":1,"v":1', id="a key twice"),
        pytest.param(b'"v":1', b'"v":1,"reason":null', id="null for absent"),
        pytest.param(b'"v":1', b'"v": 1', id="a blank"),
        pytest.param(b'"v":1', b'"v":1.0', id="another spelling of a number"),
        pytest.param(b'"via":', b'"x":1,"via":', id="an unknown key inside"),
        pytest.param(b"12:00:00.000Z", b"12:00:00Z", id="a time without milliseconds"),
        pytest.param(b"12:00:00.000Z", b"13:00:00.000+01:00", id="a time with an offset"),
        pytest.param(b'"name":"request', b'"name":"\\u0072equest', id="an escaped letter"),
        pytest.param(b'{"actor"', b' {"actor"', id="a blank before"),
        pytest.param(b'"outcome":"success",', b"", id="a fact missing"),
    ],
)
def test_what_this_program_would_not_have_written_is_refused(found: bytes, put: bytes) -> None:
    plain = entry.encode(FACTS)
    assert found in plain
    with pytest.raises(MalformedEntry):
        entry.decode(plain.replace(found, put, 1))


def test_an_entry_longer_than_the_format_allows_is_refused() -> None:
    with pytest.raises(MalformedEntry, match="longer"):
        entry.encode(replace(FACTS, reason="x" * 60_000))


def test_facts_never_print_themselves() -> None:
    assert "Ada" not in repr(FACTS)
