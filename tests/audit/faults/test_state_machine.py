"""Begin, insert, commit, roll back, crash, claim, sign, restore, in any order: I1 to I9 hold."""

from collections.abc import Iterator

import psycopg
import pytest
from django.db import connections
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from audit import invariants
from audit.sealer import fence, work
from audit.sealer.points import Point
from tests.audit.faults import machine
from tests.audit.faults.stage import Stage
from tests.properties import calm

#: A failure prints its steps as they came; trying them again shorter would take minutes.
_ONCE = (Phase.explicit, Phase.reuse, Phase.generate)


@pytest.fixture
def writers(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """Connections for three writers, and rows that each name an entry."""
    with psycopg.connect(stage.database.admin_url) as admin:
        admin.execute("CREATE SCHEMA kept")
        admin.execute("CREATE TABLE public.trial_row (audit_eid uuid NOT NULL UNIQUE)")
        admin.execute("GRANT SELECT, INSERT ON public.trial_row TO portal_app")
    monkeypatch.setattr(invariants, "_named", {"trial_row": "audit_eid"})
    for name in machine.WRITERS:
        connections.settings[name] = dict(connections.settings["default"])
    yield stage
    for name in machine.WRITERS:
        connections[name].close()
        del connections[name]
        connections.settings.pop(name)


def run(stage: Stage, *, runs: int, steps: int) -> tuple[int, int]:
    """So many runs of so many steps; how many steps there were, and recoveries of a restored log."""
    made = machine.on(stage)
    plan = settings(calm, max_examples=runs, stateful_step_count=steps, phases=_ONCE, database=None)
    run_state_machine_as_test(made, settings=plan)
    return made.steps, made.recoveries  # type: ignore[attr-defined]


def test_five_hundred_steps(writers: Stage) -> None:
    steps, recoveries = run(writers, runs=12, steps=50)
    assert (steps >= 500, recoveries >= 5) == (True, True), (steps, recoveries)


@pytest.mark.soak
def test_ten_thousand_steps(writers: Stage) -> None:
    steps, recoveries = run(writers, runs=110, steps=100)
    assert (steps >= 10_000, recoveries >= 100) == (True, True), (steps, recoveries)


# --- the controls ------------------------------------------------------------------------------
def test_without_the_fence_a_run_forks(writers: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fence, "differs", lambda *_, **__: "")
    with pytest.raises(BaseException):  # noqa: B017  whatever the run came upon first
        run(writers, runs=40, steps=50)


def test_without_its_transaction_a_claim_loses_entries(
    writers: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Taken off the waiting list for good, and the places come later."""
    claim = work.table.claim

    def at_once(connection: object, most: int) -> object:
        with psycopg.connect(writers.database.url("portal_sealer"), autocommit=True) as other:
            return claim(other, most)

    monkeypatch.setattr(work.table, "claim", at_once)
    one = machine.on(writers)()
    one.write(machine.WRITERS[0], 3)
    one.claim(5, Point.CLAIMED)
    with pytest.raises(AssertionError):
        one.teardown()
