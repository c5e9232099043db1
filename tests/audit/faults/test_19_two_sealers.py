"""19. Two sealers at once, and a lock held by a session that everybody has forgotten."""

import threading
from typing import Any

import psycopg
import pytest
from psycopg import errors

from audit.sealer import table
from audit.sealer.work import Sealer
from tests.audit.faults.stage import Stage


def test_side_by_side_they_give_each_entry_one_place(stage: Stage) -> None:
    stage.append(120)
    sealers = [stage.sealer(batch=7) for _ in range(2)]
    placed: list[int] = []
    threads = [threading.Thread(target=work, args=(one, placed)) for one in sealers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(placed) == 120
    stage.seal()
    stage.all_is_well(size=120)


def work(sealer: Sealer, placed: list[int]) -> None:
    while done := sealer.step().placed:
        placed.append(done)
    sealer.forget()


def test_a_forgotten_lock_holds_nobody_up(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table.lock, "__kwdefaults__", {"patience": 0.1})
    stage.append(3)
    with psycopg.connect(stage.database.url(), autocommit=True) as forgotten:
        forgotten.execute("SELECT pg_advisory_lock(%s)", [table._LOCK])
        assert stage.seal().placed == 3
    stage.all_is_well(size=3)


def test_a_forgotten_transaction_is_told_and_waited_out(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table, "_SESSION", ("SET lock_timeout = '100ms'",))
    stage.append(3)
    with psycopg.connect(stage.database.url("portal_sealer")) as forgotten:
        forgotten.execute("SELECT FROM audit.head FOR UPDATE")
        with pytest.raises(errors.LockNotAvailable):
            stage.seal()
    assert stage.seal().placed == 3
    stage.all_is_well(size=3)


def test_where_every_lock_fails_the_primary_key_holds(stage: Stage, monkeypatch: Any) -> None:
    """A sealer that works from an old head meets the places that are taken."""
    stage.seal()
    with psycopg.connect(stage.database.url("portal_sealer")) as connection:
        old = table.head(connection)
    stage.append(2)
    stage.seal()
    stage.append(2)
    monkeypatch.setattr(table, "lock", lambda connection: old)
    monkeypatch.setattr(Sealer, "_forbidden", lambda *_: "")
    with pytest.raises(errors.UniqueViolation):
        stage.seal()
    monkeypatch.undo()
    stage.seal()
    stage.all_is_well(size=4)
