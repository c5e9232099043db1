"""1. Somebody switches the triggers off and edits one byte of a sealed entry."""

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR

from audit import log, merkle, opening
from audit.crypto import primitives
from audit.errors import SealBroken
from audit.verify.report import Exit, Fault
from tests.audit.faults.stage import Stage
from tests.audit.faults.tampering import entry_at, set_entry, set_leaf, set_published, turned

AT, SIZE = 3, 30


@pytest.fixture
def sealed(stage: Stage) -> Stage:
    stage.append(SIZE, outcome="a")
    stage.seal()
    return stage


def test_its_leaf_is_not_its_own_any_more_and_it_does_not_open(sealed: Stage) -> None:
    set_entry(sealed, AT, turned(entry_at(sealed, AT)))
    found = [str(one) for one in sealed.violations()]
    assert f"I3: entry {AT} is not what its leaf was made of" in found
    assert sealed.broken() == {"I3"}
    with pytest.raises(SealBroken):
        log.opened(entry_at(sealed, AT))


def test_in_the_published_files_it_is_named_and_the_rest_is_counted(sealed: Stage) -> None:
    set_published(sealed, {AT: turned(entry_at(sealed, AT))}, with_hashes=False)
    report = sealed.fsck()
    assert (report.exit, report.first and report.first.first) == (Exit.TAMPERED, AT)
    assert dict(report.counts) == {Fault.ENTRY: 1}
    assert report.facts["entries_checked"] == SIZE


def test_where_no_hash_is_compared_only_the_opening_notices(sealed: Stage) -> None:
    """The control: the leaf is edited with the entry, and I3 has nothing to say of it."""
    changed = turned(entry_at(sealed, AT))
    set_entry(sealed, AT, changed)
    set_leaf(sealed, AT, merkle.leaf_hash(changed))
    found = [str(one) for one in sealed.violations() if one.rule == "I3"]
    assert found == [f"I3: entry {sealed.told[AT]} does not open"]


def without_tag(key: bytes, sealed: bytes, associated: bytes) -> bytes:
    """What AES-GCM decrypts to when nobody looks at the tag."""
    counter = bytes(15) + b"\x02"
    decryptor = Cipher(AES(key), CTR(counter)).decryptor()
    return decryptor.update(sealed[: -primitives.TAG_SIZE])


def test_without_the_tag_another_story_would_be_read(
    sealed: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: the same cipher, and nobody looks at the tag."""
    whole, seen = entry_at(sealed, AT), list[bytes]()
    open_once = primitives.open_once
    monkeypatch.setattr(
        primitives, "open_once", lambda *given: seen.append(open_once(*given)) or seen[-1]
    )
    log.opened(whole)
    place = opening.HEAD.size + seen[0].index(b'"outcome":"a"') + len(b'"outcome":"')
    changed = whole[:place] + bytes([whole[place] ^ ord("a") ^ ord("b")]) + whole[place + 1 :]
    monkeypatch.setattr(primitives, "open_once", without_tag)
    assert log.opened(changed).outcome == "b"
    monkeypatch.setattr(primitives, "open_once", open_once)
    with pytest.raises(SealBroken):
        log.opened(changed)
