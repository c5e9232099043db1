"""Run inside the service's environment: writers that append, and writers that insert the same plainly."""

import json
import multiprocessing
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import median, quantiles
from typing import Any

import django

ROUNDS = 3
PER_SECOND = 50
#: Seconds for the start of the writers, over what they measure.
PATIENCE = 60
#: The log's tables again, with their columns and keys, and nothing else.
_TABLES = """
    CREATE TABLE bench_event (eid uuid PRIMARY KEY, entry bytea NOT NULL,
        inserted_at timestamptz NOT NULL DEFAULT clock_timestamp());
    ALTER TABLE bench_event ALTER COLUMN entry SET STORAGE EXTERNAL;
    CREATE TABLE bench_event_index (facet smallint NOT NULL, token bytea NOT NULL,
        at timestamptz NOT NULL, eid uuid NOT NULL, PRIMARY KEY (facet, token, at, eid));
    GRANT ALL ON bench_event, bench_event_index TO portal_app
"""


def prepare() -> dict[str, Any]:
    from django.db import connections

    with connections["migrate"].cursor() as cursor:
        cursor.execute(_TABLES)
    return {}


def rates(writers: str, seconds: str) -> dict[str, float]:
    """Transactions a second of all writers together: medians of rounds, ours and plain by turns."""
    count, span = int(writers), float(seconds) / ROUNDS
    # Forked before anything is connected, as a web server's processes are.
    fork = multiprocessing.get_context("fork")
    ready, told = fork.Barrier(count), fork.Queue()
    processes = [fork.Process(target=_write, args=(span, ready, told)) for _ in range(count)]
    for process in processes:
        process.start()
    found = [told.get(timeout=span * ROUNDS * 4 + PATIENCE) for _ in processes]
    for process in processes:
        process.join()
    ours, plain = ([sum(turn) for turn in zip(*(one[how] for one in found), strict=True)]
                   for how in ("ours", "plain"))  # fmt: skip
    ratio = median(mine / bare for mine, bare in zip(ours, plain, strict=True))
    return {"ours": median(ours), "plain": median(plain), "ratio": ratio}


def _write(seconds: float, ready: Any, told: Any) -> None:
    """One writer: in each round as many transactions as it can, first ours, then the plain ones."""
    with _failing_all(ready):
        told.put(_found(seconds, ready))


@contextmanager
def _failing_all(ready: Any) -> Iterator[None]:
    """A writer that fails ends the others, who would wait for it."""
    try:
        yield
    except BaseException:
        ready.abort()
        raise


def _found(seconds: float, ready: Any) -> dict[str, list[float]]:
    acts = {"ours": _appender(), "plain": _inserter()}
    found: dict[str, list[float]] = {how: [] for how in acts}
    for number in range(ROUNDS + 1):
        for how, act in acts.items():
            ready.wait()
            rate = _rate(act, seconds if number else 0.3)
            if number:  # the first warms up
                found[how].append(rate)
    return found


def _rate(act: Callable[[], None], seconds: float) -> float:
    began, done = time.perf_counter(), 0
    while time.perf_counter() - began < seconds:
        act()
        done += 1
    return done / (time.perf_counter() - began)


def _appender() -> Callable[[], None]:
    from django.db import transaction

    from audit import log

    told = _told()

    def append() -> None:
        with transaction.atomic():
            log.append(**told)

    return append


def _told() -> dict[str, Any]:
    """What an ordinary entry says, with three things it is found by."""
    from audit.actors import Actor
    from audit.log import Obj
    from requests_app import events

    return {
        "name": events.READ_DISCLOSURES,
        "actor": Actor("5d8f", "Olive Officer", frozenset({"privacy_officer"}), "token"),
        "patient": "019a1ff7-0000-7000-8000-000000000001",
        "obj": Obj("disclosure", "019a1ff7-0000-7000-8000-000000000002"),
        "extra": {"count": 25, "facet": "name", "purpose": "Yearly review of the log"},
    }


def _inserter() -> Callable[[], None]:
    """The statement of `append` on the plain tables, with bytes that were sealed before."""
    from django.db import connection, transaction

    from audit import eids, log

    seen: list[tuple[str, dict[str, Any]]] = []

    def watch(execute: Any, query: str, parameters: Any, *more: Any) -> Any:
        if "INTO audit.event " in query:
            seen.append((query, dict(parameters)))
        return execute(query, parameters, *more)

    with transaction.atomic(), connection.execute_wrapper(watch):
        log.append(**_told())
        transaction.set_rollback(True)
    query, parameters = seen[0]
    query = query.replace("audit.event", "bench_event")

    def insert() -> None:
        eid = eids.fresh(time.time_ns() // 1_000_000)
        fresh = parameters | {"eid": eid, "at": eids.instant(eid)}
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(query, fresh)

    return insert


def waits(seconds: str) -> dict[str, float]:
    """Seconds from each commit to the signed head that covers the entry, by one machine's clock."""
    from django.db import connection

    append = _appender()
    committed: dict[int, float] = {}
    pause, began = 1 / PER_SECOND, time.time()
    while time.time() - began < float(seconds):
        append()
        committed[len(committed)] = time.time()
        time.sleep(pause)
    time.sleep(3)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT extract(epoch FROM (SELECT min(published_at) FROM audit.checkpoint"
            " WHERE size > idx))::float8 FROM audit.leaf ORDER BY idx DESC LIMIT %s",
            [len(committed)],
        )
        signed = [row[0] for row in reversed(cursor.fetchall())]
    late = [head - at for head, at in zip(signed, committed.values(), strict=True)]
    return {
        "count": len(late),
        "rate": len(late) / float(seconds),
        "p50": median(late),
        "p99": quantiles(late, n=100)[98],
    }


if __name__ == "__main__":
    django.setup()
    steps: dict[str, Any] = {"prepare": prepare, "rates": rates, "waits": waits}
    print(json.dumps(steps[sys.argv[1]](*sys.argv[2:])))
