"""May this be disclosed? Asked of a large register, beside the same lookup on a plain table.

python -m benchmarks check            1,000,000 disclosures, 10,000 restrictions in force
BENCH_SCALE=0.01 python -m benchmarks check   a small form, for trying
"""

import json
import os
from statistics import median
from typing import Any

from benchmarks import load
from benchmarks.load import Result
from benchmarks.stage import Stage

SCALE = float(os.environ.get("BENCH_SCALE", "1"))
EACH = 200 if SCALE >= 1 else 25  # calls of each client, each round
ROUNDS = 3 if SCALE >= 1 else 1


def report(stage: Stage) -> str:
    """The table: over HTTP with one client and with eight, in process, and the plain lookup."""
    seeded = stage.inside("benchmarks.checks_seed", str(SCALE))
    sealed: dict[int, list[Result]] = {1: [], 8: []}
    with stage.serving("privacy_portal.wsgi:application", "privacy_portal.settings") as port:
        for number in range(ROUNDS + 1):  # the first warms up and does not count
            for clients, results in sealed.items():
                found = load.run(port, _calls(seeded, clients, number), status=200)
                results += [found] if number else []
    inside = stage.inside("benchmarks.checks_inside", json.dumps(seeded["patients"][:400]))
    return _table(seeded, {clients: _middle(found) for clients, found in sealed.items()}, inside)


def _calls(seeded: dict[str, Any], clients: int, number: int) -> list[list[bytes]]:
    """Other patients for every client and round: nothing is asked twice in a row."""
    patients, tokens = seeded["patients"], seeded["tokens"]
    return [
        [
            load.post(
                "/api/v1/disclosures/check",
                json.dumps(question(patients[(number * 977 + client * 131 + n) % len(patients)])).encode(),
                Authorization=f"Bearer {tokens[client]}",
            )
            for n in range(EACH)
        ]
        for client in range(clients)
    ]  # fmt: skip


def question(patient: str) -> dict[str, Any]:
    """A claim line that a restriction may be about."""
    return {
        "patient": patient, "basis": "PAY", "recipient": "Example Plan",
        "recipient_kind": "health_plan", "contents": ["billing"], "purpose": "A claim",
        "services": [{"code": "20560", "on": "2026-03-02"}],
    }  # fmt: skip


def _middle(results: list[Result]) -> Result:
    return Result(
        median(r.per_second for r in results),
        median(r.p50 for r in results),
        median(r.p95 for r in results),
    )


def _table(seeded: dict[str, Any], http: dict[int, Result], inside: dict[str, float]) -> str:
    over = "\n".join(
        f"| over HTTP, {clients} client{'s' if clients > 1 else ''}, kept and logged "
        f"| {one.per_second:,.0f} | {one.p50:.1f} ms | {one.p95:.1f} ms |"
        for clients, one in http.items()
    )
    rows = "\n".join(
        f"| {name} | {1000 / inside[f'{key}_p50']:,.0f} | {inside[f'{key}_p50']:.2f} ms "
        f"| {inside[f'{key}_p95']:.2f} ms |"
        for name, key in (
            ("in process, without keeping and its entry", "bare"),
            ("in process, kept and logged", "whole"),
            ("the same lookup on a plain table, in process", "plain"),
        )
    )
    return f"""
## May this be disclosed?

{seeded["disclosures"]:,} disclosures and {seeded["restrictions"]:,} restrictions in force, each asked about a patient
who has one. Two workers of four threads.

| | a second | p50 | p95 |
|---|---|---|---|
{over}
{rows}

A check in process takes {inside["queries"]:.0f} queries before it is kept.
"""
