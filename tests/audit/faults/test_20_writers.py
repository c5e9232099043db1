"""20. Many writers, long transactions, rollbacks: nothing is lost and nothing comes twice.

The two readers by watermark are the controls: widely recommended, and each loses an entry.
"""

import random
import threading
import time
from collections.abc import Callable
from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import transaction

from audit import log
from tests.audit.conftest import EVENT
from tests.audit.faults.stage import Stage, on_its_own_connection
from tests.audit.support import OFFICER

WRITERS, EACH = 8, 12


def write(number: int, each: int, kept: list[UUID], gone: list[UUID]) -> None:
    """Transactions of one to three entries, of random length; a tenth is rolled back."""
    chance = random.Random(number)
    with on_its_own_connection():
        for _ in range(each):
            back = chance.random() < 0.1
            with transaction.atomic():
                made = [log.append(EVENT, actor=OFFICER) for _ in range(chance.randint(1, 3))]
                time.sleep(chance.random() * 0.01)
                transaction.set_rollback(back)
            (gone if back else kept).extend(made)


def under_load(stage: Stage, writers: int, each: int) -> None:
    kept: list[UUID] = []
    gone: list[UUID] = []
    sealer = stage.sealer(batch=25)
    threads = [
        threading.Thread(target=write, args=(number, each, kept, gone)) for number in range(writers)
    ]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        sealer.step()
    while sealer.step().placed:
        pass
    sealer.forget()
    stage.told = kept
    assert gone
    stage.all_is_well(size=len(kept))


def test_no_committed_entry_is_lost_and_none_comes_twice(stage: Stage) -> None:
    under_load(stage, WRITERS, EACH)


@pytest.mark.soak
def test_nor_under_more_writers_for_longer(stage: Stage) -> None:
    under_load(stage, 32, 100)


# --- the controls ------------------------------------------------------------------------------
BY_ID = "SELECT id FROM audit.watermark WHERE id > %s ORDER BY id"
BY_ID_AND_XMIN = (
    "SELECT id FROM audit.watermark WHERE id > %s "
    "AND xid < pg_snapshot_xmin(pg_current_snapshot()) ORDER BY id"
)


class Reader:
    """Remembers the highest id it has seen, and looks beyond it only."""

    def __init__(self, url: str, query: str) -> None:
        self.connection = psycopg.connect(url, autocommit=True)
        self.query, self.highest, self.seen = query, 0, list[int]()

    def look(self) -> None:
        for (number,) in self.connection.execute(self.query.encode(), [self.highest]).fetchall():
            self.highest = number
            self.seen.append(number)


@pytest.fixture
def table(stage: Stage) -> str:
    with psycopg.connect(stage.database.admin_url) as admin:
        admin.execute(
            "CREATE TABLE audit.watermark (id bigint GENERATED ALWAYS AS IDENTITY, eid uuid, "
            "xid xid8 NOT NULL DEFAULT pg_current_xact_id())"
        )
        admin.execute("CREATE TABLE audit.business (id int)")
    return stage.database.admin_url


def insert(connection: "psycopg.Connection[tuple[object, ...]]") -> None:
    connection.execute("INSERT INTO audit.watermark (eid) VALUES (%s)", [uuid4()])


def _number(connection: "psycopg.Connection[tuple[object, ...]]") -> int:
    row = connection.execute("SELECT pg_current_xact_id()::text::bigint").fetchone()
    assert row is not None
    return int(str(row[0]))


def _wait_for_others(reader: Reader, *, beyond: int) -> None:
    """Transactions of other tests hold the oldest number back, in whatever database they are."""
    if reader.query == BY_ID:
        return  # it looks at no transaction's number
    deadline = time.monotonic() + 60
    query = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
    while time.monotonic() < deadline:
        row = reader.connection.execute(query).fetchone()
        if row is not None and row[0] > beyond:
            return
        time.sleep(0.02)
    raise AssertionError("some transaction of another test does not end")


def race(url: str, reader: Reader, first: Callable[..., None]) -> int:
    """Two transactions, the later id committed first; how many committed rows were never seen."""
    with psycopg.connect(url) as one, psycopg.connect(url) as two:
        first(two)
        insert(one)
        insert(two)
        numbers = _number(two), _number(one)
        two.commit()
        _wait_for_others(reader, beyond=numbers[0])
        reader.look()
        one.commit()
        _wait_for_others(reader, beyond=max(numbers))
        reader.look()
        row = one.execute("SELECT count(*) FROM audit.watermark").fetchone()
    assert row is not None
    reader.connection.close()
    return int(row[0]) - len(reader.seen)


def test_a_watermark_on_the_id_loses_an_entry(table: str) -> None:
    assert race(table, Reader(table, BY_ID), lambda two: None) == 1


def test_a_watermark_on_the_id_behind_the_oldest_transaction_loses_one_as_well(table: str) -> None:
    """The second has written something before, so its number as a transaction is the lower one."""

    def business(two: "psycopg.Connection[tuple[object, ...]]") -> None:
        two.execute("INSERT INTO audit.business VALUES (1)")

    assert race(table, Reader(table, BY_ID_AND_XMIN), business) == 1


def test_the_waiting_list_loses_none_in_the_same_race(stage: Stage) -> None:
    sealer = stage.sealer()
    ready, go = threading.Event(), threading.Event()

    def slow() -> None:
        with on_its_own_connection(), transaction.atomic():
            stage.told.append(log.append(EVENT, actor=OFFICER))
            ready.set()
            go.wait(10)

    first = threading.Thread(target=slow)
    first.start()
    ready.wait(10)
    stage.append(1)
    assert sealer.step().placed == 1
    go.set()
    first.join()
    assert sealer.step().placed == 1
    sealer.forget()
    stage.all_is_well(size=2)
