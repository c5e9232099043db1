"""21. Clocks that are wrong: the order of the log is by index, and a time that cannot be is told.

That a witness does not sign backwards: tests/audit/witness.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from audit import checkpoint, publish
from audit.checkpoint import Checkpoint
from audit.tiles import Folder
from audit.verify import cli
from tests.support.bundles import Sealed, fact
from tests.support.logs import SIGNER, WITNESS

KEYS = ("--vkey", str(SIGNER.verifier), "--witness-vkey", str(WITNESS.verifier))
#: The first head was signed at noon, with five entries; the second, with ten, an hour later.
NOON = datetime(2026, 3, 8, 12, tzinfo=UTC)
OLD, SIZE, HOUR = 5, 10, timedelta(hours=1)
Run = Callable[..., dict[str, Any]]


def _headed(folder: Path, size: int, at: datetime) -> bytes:
    head = Checkpoint(SIGNER.name, size, Folder(folder, size).root())
    raw = checkpoint.sign(head, SIGNER)
    return checkpoint.cosign(raw, WITNESS, time=int(at.timestamp()))


def _log(folder: Path, at: Callable[[int], datetime]) -> Sealed:
    """Entry n was written, as its own clock says, at `at(n)`."""
    facts = [replace(fact(number), at=at(number)) for number in range(SIZE)]
    log = Sealed.grown(folder, facts, OLD)
    log.heads = [_headed(folder, OLD, NOON), _headed(folder, SIZE, NOON + HOUR)]
    publish.write_atomically(folder, "checkpoint", log.heads[1])
    return log


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def check(*arguments: object) -> dict[str, Any]:
        cli.main([*map(str, arguments), *KEYS, "--json"])
        told: dict[str, Any] = json.loads(capsys.readouterr().out)
        return told

    return check


def _right(number: int) -> datetime:
    return NOON + timedelta(minutes=number - OLD)


CLOCKS: dict[str, tuple[Callable[[int], datetime], list[int]]] = {
    "right": (_right, []),
    "five minutes slow": (lambda n: _right(n) - timedelta(minutes=5), []),
    "back a day, from the seventh on": (
        lambda n: _right(n) - timedelta(days=n >= 7), [7, 8, 9],
    ),
    "forward a year, for one": (lambda n: _right(n) + timedelta(days=365 * (n == 3)), [3]),
    "an hour ahead, as if summer time had moved it": (lambda n: _right(n) + 2 * HOUR, list(range(10))),
    "each before the one before it": (lambda n: _right(SIZE - 1 - n), []),
    "all at one leap second": (lambda n: datetime(2026, 3, 8, 12, 0, 59, 999000, UTC), []),
}  # fmt: skip


@pytest.mark.parametrize(
    ("at", "doubtful"), [pytest.param(*case, id=label) for label, case in CLOCKS.items()]
)
def test_a_time_that_cannot_be_is_told_and_the_order_stays(
    tmp_path: Path, run: Run, at: Callable[[int], datetime], doubtful: list[int]
) -> None:
    log = _log(tmp_path / "log", at)
    told = run("log", log.folder)
    assert (told["result"], told["entries_checked"]) == ("ok", SIZE)
    raw = log.bundle([log.part(index) for index in range(SIZE)], log.cover(previous=log.heads[0]))
    (tmp_path / "b.zip").write_bytes(raw)
    told = run("bundle", tmp_path / "b.zip")
    assert (told["result"], told["entries_opened"]) == ("ok", SIZE)
    assert told.get("time_in_doubt", []) == doubtful


def test_without_witnesses_nobody_knows_the_time_and_nobody_doubts_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = _log(tmp_path / "log", lambda n: _right(n) + timedelta(days=365))
    (tmp_path / "b.zip").write_bytes(log.bundle([log.part(1)]))
    assert cli.main(["bundle", str(tmp_path / "b.zip"), *KEYS[:2], "--json"]) == 0
    assert "time_in_doubt" not in json.loads(capsys.readouterr().out)
