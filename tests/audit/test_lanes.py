"""Lanes: what a process says it has committed, through rollbacks, broken commits and its end."""

from uuid import UUID

import psycopg
import pytest
from django.db import OperationalError, connection, connections, transaction

from audit import events, lanes, log
from audit.entry import Lane
from tests.audit.conftest import EVENT
from tests.audit.support import OFFICER
from tests.support.database import OwnDatabase

pytestmark = pytest.mark.usefixtures("keyed_database", "event_name")


def append(**about: object) -> UUID:
    with transaction.atomic():
        return log.append(EVENT, actor=OFFICER, **about)  # type: ignore[arg-type]


def lane_of(eid: UUID) -> Lane:
    lane = log.read(eid).entry.lane
    assert lane is not None
    return lane


def test_each_entry_names_the_one_committed_before() -> None:
    made = [append() for _ in range(3)]
    assert [lane_of(eid).prev for eid in made] == [(), (str(made[0]),), (str(made[1]),)]
    assert len({lane_of(eid).id for eid in made}) == 1


def test_what_was_rolled_back_is_never_named() -> None:
    first = append()
    with transaction.atomic():
        log.append(EVENT, actor=OFFICER)
        transaction.set_rollback(True)
    assert lane_of(append()).prev == (str(first),)


def test_what_a_savepoint_took_back_is_never_named() -> None:
    with transaction.atomic():
        with transaction.atomic():
            log.append(EVENT, actor=OFFICER)
            transaction.set_rollback(True)
        kept = log.append(EVENT, actor=OFFICER)
    assert lane_of(append()).prev == (str(kept),)


def test_entries_of_one_transaction_are_all_named_once_it_is_committed() -> None:
    with transaction.atomic():
        pair = [log.append(EVENT, actor=OFFICER) for _ in range(2)]
        assert lane_of(pair[1]).prev == ()
    assert lane_of(append()).prev == tuple(map(str, pair))


def test_what_a_patient_may_open_bears_no_lane_and_is_named_all_the_same() -> None:
    first, shown = append(), append(openable=True)
    assert log.read(shown).entry.lane is None
    assert lane_of(append()).prev == (str(first), str(shown))


def test_a_long_run_without_lanes_is_named_piece_by_piece() -> None:
    made = [append(openable=True) for _ in range(lanes.MOST + 3)]
    assert lane_of(append()).prev == tuple(map(str, made[: lanes.MOST]))
    assert set(map(str, made[lanes.MOST :])) <= set(lane_of(append()).prev)


def test_a_refusal_is_named_like_any_other() -> None:
    refused = log.append(EVENT, actor=OFFICER, using="refusals")
    assert lane_of(append()).prev == (str(refused),)


def test_a_commit_of_which_nobody_knows_begins_a_new_lane(keyed_database: OwnDatabase) -> None:
    first = append()
    made: list[UUID] = []
    with pytest.raises(OperationalError):
        _cut_off(keyed_database, made)
    (doubtful,) = made
    connection.close()

    after = append()

    assert lane_of(after) == Lane(lane_of(after).id, (str(first),), (str(doubtful),))
    assert lane_of(after).id != lane_of(first).id
    assert lane_of(append()).doubt is None


def _cut_off(database: OwnDatabase, made: list[UUID]) -> None:
    with transaction.atomic():
        made.append(log.append(EVENT, actor=OFFICER))
        _cut_this_session(database)


def _cut_this_session(database: OwnDatabase) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    with psycopg.connect(database.admin_url, autocommit=True) as admin:
        admin.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])


def test_a_session_closed_in_good_order_leaves_no_doubt() -> None:
    with transaction.atomic():
        log.append(EVENT, actor=OFFICER)
        transaction.set_rollback(True)
    connections.close_all()
    assert lane_of(append()).doubt is None


def test_a_process_that_ends_names_its_last_entries() -> None:
    last = append()
    log.close_lane()
    newest = log.recent(limit=1).entries[0].entry
    assert (newest.name, newest.lane and newest.lane.prev) == (events.LANE_CLOSED, (str(last),))


def test_a_process_that_wrote_nothing_says_nothing_at_its_end() -> None:
    log.close_lane()
    assert log.recent().entries == ()


def test_a_child_begins_a_lane_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    parent = append()
    monkeypatch.setattr(lanes.os, "getpid", lambda: 1)
    child = append()
    assert lane_of(child).prev == ()
    assert lane_of(child).id != lane_of(parent).id


def test_threads_at_once_name_every_entry() -> None:
    from concurrent.futures import ThreadPoolExecutor

    def write(_: int) -> list[UUID]:
        try:
            return [append() for _ in range(10)]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        made = {eid for batch in pool.map(write, range(4)) for eid in batch}
    log.close_lane()
    entries = log.recent(limit=100).entries
    named = {UUID(one) for opened in entries if opened.entry.lane for one in opened.entry.lane.prev}
    assert made <= named
