"""The creation of an access request, beside a bare create under the same server and middleware."""

import json
from statistics import median
from uuid import uuid4

from benchmarks import load
from benchmarks.load import Result
from benchmarks.stage import Stage

CLIENTS = 8
REQUESTS = 125  # each client, each round
ROUNDS = 3

_BARE = json.dumps(
    {
        "reference": "7KQW-3HTM-X9DP-2VRU",
        "kind": "access",
        "state": "in_review",
        "channel": "portal",
        "records": "All visit notes",
        "received_at": "2026-03-02T12:00:00Z",
        "received_on": "2026-03-02",
        "due_on": "2026-04-01",
        "version": 1,
    }
).encode()
_REAL = json.dumps(
    {
        "kind": "access",
        "details": {
            "records": "All visit notes",
            "manner": "copy",
            "form": "pdf",
            "send": "portal",
            "summary": False,
        },
    }
).encode()


def report(stage: Stage) -> str:
    """The table: bare, real, their ratio, queries, and the time outside PostgreSQL."""
    stage.inside("benchmarks.bare.table", settings="benchmarks.bare.settings")
    tokens = stage.inside("benchmarks.seed", "tokens")["tokens"]
    bare = [[load.post("/rows", _BARE)] * REQUESTS for _ in tokens]
    rounds: dict[str, list[Result]] = {"bare": [], "real": []}
    with (
        stage.serving("benchmarks.bare.wsgi:application", "benchmarks.bare.settings") as bare_port,
        stage.serving("privacy_portal.wsgi:application", "privacy_portal.settings") as real_port,
    ):
        for number in range(ROUNDS + 1):  # the first warms up and does not count
            found = {"bare": load.run(bare_port, bare), "real": load.run(real_port, _real(tokens))}
            if number:
                for name, result in found.items():
                    rounds[name].append(result)
    inside = stage.inside("benchmarks.inside", tokens[0])
    return _table(_middle(rounds["bare"]), _middle(rounds["real"]), inside)


def _real(tokens: list[str]) -> list[list[bytes]]:
    return [
        [
            load.post(
                "/api/v1/requests",
                _REAL,
                Authorization=f"Bearer {token}",
                Idempotency_Key=str(uuid4()),
            )
            for _ in range(REQUESTS)
        ]
        for token in tokens
    ]


def _middle(results: list[Result]) -> Result:
    return Result(
        median(r.per_second for r in results),
        median(r.p50 for r in results),
        median(r.p95 for r in results),
    )


def _table(bare: Result, real: Result, inside: dict[str, float]) -> str:
    rate = "| {0} | {1.per_second:,.0f} | {1.p50:.1f} ms | {1.p95:.1f} ms |"
    return f"""
## Creating an access request

{CLIENTS} clients, {CLIENTS * REQUESTS} requests a round, two workers of four threads.

| | a second | p50 | p95 |
|---|---|---|---|
{rate.format("(a) bare create, no authentication, one row of nine plain columns", bare)}
{rate.format("(b) an access request, everything on", real)}
| (b) / (a) | {real.per_second / bare.per_second:.2f} | | |

One creation alone: {inside["queries"]:.0f} queries (and {inside["brackets"]:.0f} statements that open, mark or end
a transaction), {inside["outside"]:.1f} ms outside PostgreSQL of {inside["whole"]:.1f} ms.
"""
