"""Each invariant is broken once, and found; and the command that asks for them all."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from audit import events, log
from tests.audit.faults.conftest import stage as stage  # a fixture
from tests.audit.faults.stage import Stage

LAST = "(SELECT eid FROM audit.leaf ORDER BY idx DESC LIMIT 1)"


@pytest.fixture
def sealed(stage: Stage) -> Stage:
    stage.append(5)
    stage.seal()
    stage.append(2)
    return stage


@pytest.mark.parametrize(
    ("statement", "rules"),
    [
        pytest.param("SELECT 1", set(), id="nothing"),
        pytest.param(f"INSERT INTO audit.pending VALUES ({LAST})", {"I1"}, id="waits and placed"),
        pytest.param("DELETE FROM audit.pending", {"I1"}, id="neither waits nor is placed"),
        pytest.param("DELETE FROM audit.event WHERE eid IN (SELECT eid FROM audit.leaf)", {"I1", "I7"},
                     id="an entry gone"),
        pytest.param("UPDATE audit.leaf SET idx = 9 WHERE idx = 4", {"I2"}, id="a gap"),
        pytest.param("DELETE FROM audit.leaf WHERE idx = 4", {"I1", "I2", "I4", "I5", "I8"},
                     id="the last place gone"),
        pytest.param("UPDATE audit.event SET entry = set_byte(entry, 30, 7 # get_byte(entry, 30)) "
                     f"WHERE eid = {LAST}", {"I3"}, id="an entry changed"),
        pytest.param("UPDATE audit.leaf SET leaf_hash = sha256('') WHERE idx = 2",
                     {"I3", "I4", "I5", "I8"}, id="a leaf changed"),
        pytest.param("UPDATE audit.head SET size = 4, frontier = sha256('')", {"I2", "I4"},
                     id="a head of fewer"),
        pytest.param("UPDATE audit.checkpoint SET root = sha256('')", {"I5"}, id="another root"),
        pytest.param("UPDATE audit.checkpoint SET note = note || note", {"I5"}, id="another note"),
    ],
)  # fmt: skip
def test_what_is_broken_is_found(sealed: Stage, statement: str, rules: set[str]) -> None:
    sealed.force(statement)
    assert sealed.broken() == rules


@pytest.mark.parametrize(
    "path", ["checkpoint", "tile/0/000.p/5", "tile/entries/000.p/5"], ids=["head", "tile", "bundle"]
)
def test_files_that_are_not_the_tree_are_found(sealed: Stage, path: str) -> None:
    file = sealed.folder / path
    content = bytearray(file.read_bytes())
    content[60] ^= 1
    file.write_bytes(content)
    assert sealed.broken() == {"I8"}


def told(stage: Stage, settings: Any, **more: Any) -> str:
    settings.LOG_FOLDER = str(stage.folder)
    said = StringIO()
    call_command("check_log", reason="Yearly look", vkey=[str(stage.signer.verifier)], stdout=said)
    return said.getvalue()


def test_the_command_says_that_everything_holds_and_is_an_entry(
    sealed: Stage, settings: Any
) -> None:
    assert told(sealed, settings) == "Everything holds.\n"
    newest = log.recent(limit=1).entries[0].entry
    assert (newest.name, newest.reason) == (events.CHECKED, "Yearly look")


def test_the_command_ends_badly_and_names_what_does_not_hold(sealed: Stage, settings: Any) -> None:
    sealed.force("UPDATE audit.checkpoint SET root = sha256('')")
    with pytest.raises(CommandError, match="1 things do not hold"):
        told(sealed, settings)


def test_without_a_key_the_command_asks_for_one(
    sealed: Stage, settings: Any, tmp_path: Path
) -> None:
    settings.LOG_FOLDER = str(tmp_path)
    with pytest.raises(CommandError, match="--vkey"):
        call_command("check_log", reason="x")
