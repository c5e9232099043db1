"""8 once more, with the witness that stands on another machine: over HTTP, with a memory on disk."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from audit import checkpoint
from audit.standing import standing
from audit.witness import client
from audit.witness.client import ForLog
from privacy_portal import alarms
from privacy_portal.commands import sealer as command
from privacy_portal.env import Misconfigured
from tests.audit.faults.stage import ORIGIN, Stage
from tests.support.logs import WITNESS
from tests.support.witnesses import witnessing

URL, KEY = "PRIVACY_WITNESS_URL", "PRIVACY_WITNESS_KEY"


@pytest.fixture
def asked(stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ForLog]:
    """The witness as the sealer's environment names it."""
    with witnessing(tmp_path / "witness.sqlite", logs=[stage.signer.verifier]) as there:
        monkeypatch.setenv(URL, there.url)
        monkeypatch.setenv(KEY, str(there.verifier))
        yield named(stage)


def named(stage: Stage) -> ForLog:
    found = command.witness([stage.signer])
    assert found is not None
    return found


def test_every_head_carries_its_line(stage: Stage, asked: ForLog) -> None:
    for size in (3, 5):
        stage.append(size - stage.ask("SELECT count(*) FROM audit.event"))
        stage.seal(witness=asked)
        raw = (stage.folder / "checkpoint").read_bytes()
        keys = {"log": [stage.signer.verifier], "witnesses": [WITNESS.verifier]}
        signed = checkpoint.open_signed(raw, **keys)
        assert (signed.checkpoint.size, set(signed.witnesses)) == (size, {WITNESS.name})
        assert asked.last_note() == raw  # what a recovery is told, signatures and all
    stage.all_is_well(size=5)


def test_an_old_database_with_old_files_is_fenced(stage: Stage, asked: ForLog) -> None:
    stage.append(3)
    stage.seal(witness=asked)
    backup, kept, pin = stage.backed_up(), stage.files("yesterday"), stage.pin.read_bytes()
    stage.append(2)
    stage.seal(witness=asked)
    stage.restore(backup)
    stage.put_files_back(kept)
    stage.pin.write_bytes(pin)

    fenced = stage.seal(witness=named(stage)).fenced

    assert "the witness knows 5 entries, the database 3" in fenced


@pytest.mark.parametrize(
    ("url", "key", "words"),
    [
        pytest.param("http://127.0.0.1:1", "", "or neither", id="an address without a key"),
        pytest.param("", str(WITNESS.verifier), "or neither", id="a key without an address"),
        pytest.param("http://127.0.0.1:1", "no+key", "cannot be asked", id="no key at all"),
    ],
)
def test_half_a_witness_stops_the_start(
    monkeypatch: pytest.MonkeyPatch, stage: Stage, url: str, key: str, words: str
) -> None:
    monkeypatch.setenv(URL, url)
    monkeypatch.setenv(KEY, key)
    with pytest.raises(Misconfigured, match=words):
        command.witness([stage.signer])


def test_without_one_nobody_is_asked(monkeypatch: pytest.MonkeyPatch, stage: Stage) -> None:
    monkeypatch.delenv(URL, raising=False)
    monkeypatch.delenv(KEY, raising=False)
    assert command.witness([stage.signer]) is None


def test_down_for_a_week_it_is_told_of_and_caught_up_with_at_once(
    stage: Stage, tmp_path: Path
) -> None:
    """Sealing goes on, health says so, and one way leads from its last head to the newest."""
    keys, memory = [stage.signer.verifier], tmp_path / "witness.sqlite"
    with witnessing(memory, logs=keys) as there:
        stage.append(3)
        stage.seal(witness=client.ForLog(there, ORIGIN, keys))
    down = client.ForLog(there, ORIGIN, keys)
    for day in range(1, 8):
        stage.append(40)
        assert stage.seal(witness=down).published == 3 + 40 * day
        assert any("witness" in one for one in alarms.of_log(standing()))
    with witnessing(memory, logs=keys) as there:
        stage.append(1)
        stage.seal(witness=client.ForLog(there, ORIGIN, keys))
    assert alarms.of_log(standing()) == []
    raw = (stage.folder / "checkpoint").read_bytes()
    signed = checkpoint.open_signed(raw, log=keys, witnesses=[WITNESS.verifier])
    assert (signed.checkpoint.size, set(signed.witnesses)) == (284, {WITNESS.name})
    stage.all_is_well(size=284)
