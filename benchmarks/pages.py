"""The officer's queue and the page of a request, with few requests in the database and with many.

python -m benchmarks pages                      10,000 and 1,000,000 requests
BENCH_PAGES=50000 python -m benchmarks pages    fewer, for trying
"""

import json
import os
from dataclasses import dataclass
from statistics import median
from typing import Any

from benchmarks import load
from benchmarks.load import Result
from benchmarks.stage import Stage

MANY = int(os.environ.get("BENCH_PAGES", "1000000"))
FEW = min(10_000, MANY // 10)
CLIENTS = (1, 8)
#: Pages of each client in a round, by the number of clients.
EACH = {1: 100, 8: 50} if MANY >= 1_000_000 else {1: 30, 8: 10}
ROUNDS = 3
#: p95 in milliseconds by clients; how much slower with many; queries and kB of one page.
GOALS, GROWTH, QUERIES, KILOBYTES = {1: 60, 8: 200}, 1.5, 20, 60
QUEUE = "/office/requests"
#: Everything the filter form can ask, and the last page that can be paged to.
FILTERS = (
    "page=40", "kind=access", "kind=complaint", "assigned=me", "assigned=nobody", "due=late",
    "due=week", "due=none", "stage=answered", "stage=closed", "stage=all", "stage=all&kind=amendment",
    "stage=answered&kind=restriction", "stage=closed&assigned=me",
)  # fmt: skip


@dataclass(frozen=True)
class Measured:
    """One sort of page at one size of the database: by clients, and what it costs inside."""

    by_clients: dict[int, Result]
    queries: float
    kilobytes: float


def report(stage: Stage) -> str:
    """The table: p95 with one client and with eight, with few and many, and their ratio."""
    prepared = stage.inside("benchmarks.pages_seed", "prepare")
    few = _measured(stage, FEW, prepared)
    many = _measured(stage, MANY, prepared)
    return _table(few, many)


def _measured(stage: Stage, count: int, prepared: dict[str, Any]) -> dict[str, Measured]:
    told = json.dumps(prepared)
    stage.inside("benchmarks.pages_seed", "grow", str(count), told)
    # Signed in after the seeding, since a session does not outlast a long pause.
    entered = stage.inside("benchmarks.pages_seed", "enter", "2000", told)
    pages = {
        "queue": [QUEUE],
        "queue, filtered": [f"{QUEUE}?{one}" for one in FILTERS],
        "request": [f"{QUEUE}/{reference}" for reference in entered["references"]],
    }
    with stage.serving("privacy_portal.wsgi:application", "privacy_portal.settings") as port:
        over = {name: _over_http(port, paths, entered["cookies"]) for name, paths in pages.items()}
    return {
        name: _whole(stage, paths, entered["cookies"][0], over[name])
        for name, paths in pages.items()
    }


def _over_http(port: int, paths: list[str], cookies: list[str]) -> dict[int, Result]:
    found: dict[int, list[Result]] = {clients: [] for clients in CLIENTS}
    for number in range(ROUNDS + 1):  # the first warms up and does not count
        for clients, results in found.items():
            result = load.run(port, _calls(paths, cookies[:clients], number), status=200)
            results += [result] if number else []
    return {clients: _middle(results) for clients, results in found.items()}


def _calls(paths: list[str], cookies: list[str], number: int) -> list[list[bytes]]:
    """Other pages for every client and round, so that nothing is read twice in a row."""
    return [
        [
            load.get(paths[(number * 977 + client * 131 + n) % len(paths)], Cookie=cookie)
            for n in range(EACH[len(cookies)])
        ]
        for client, cookie in enumerate(cookies)
    ]


def _middle(results: list[Result]) -> Result:
    return Result(
        median(r.per_second for r in results),
        median(r.p50 for r in results),
        median(r.p95 for r in results),
    )


def _whole(stage: Stage, paths: list[str], cookie: str, over: dict[int, Result]) -> Measured:
    asked = json.dumps({"cookie": cookie, "paths": paths[:60]})
    inside = stage.inside("benchmarks.pages_inside", asked)
    return Measured(over, inside["queries"], inside["kilobytes"])


def _table(few: dict[str, Measured], many: dict[str, Measured]) -> str:
    timed = "\n".join(_row(name, clients, few, many) for name in many for clients in CLIENTS)
    sizes = "\n".join(
        f"| {name} | {one.queries:.0f} | {one.kilobytes:.0f} |" for name, one in many.items()
    )
    return f"""
## Pages of the office

An officer signed in with the second step, each page logged; two workers of four threads. A tenth of the
requests is open. `queue, filtered` takes every filter in turn. Goals are for the queue and the request:
p95 under {GOALS[1]} ms with one client and {GOALS[8]} ms with eight, at most {GROWTH} times what it is
among {FEW:,}.

| page | clients | p50 among {FEW:,} | p95 | p50 among {MANY:,} | p95 | goal | p95, many / few | goal |
|---|---|---|---|---|---|---|---|---|
{timed}

| page | queries (goal: under {QUERIES}) | kB without images (goal: under {KILOBYTES}) |
|---|---|---|
{sizes}
"""


def _row(name: str, clients: int, few: dict[str, Measured], many: dict[str, Measured]) -> str:
    a, b = few[name].by_clients[clients], many[name].by_clients[clients]
    return (
        f"| {name} | {clients} | {a.p50:.1f} ms | {a.p95:.1f} ms | {b.p50:.1f} ms | {b.p95:.1f} ms "
        f"| {GOALS[clients]} ms | {b.p95 / a.p95:.2f} | {GROWTH} |"
    )
