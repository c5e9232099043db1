"""What falls due among many open requests, and many that fall due at once.

`SWEEP_OPEN=20000 python -m benchmarks sweep` tries it with fewer than a million.
"""

import os
from statistics import median

import psycopg

from benchmarks.stage import Stage

FEW, MANY = 10_000, int(os.environ.get("SWEEP_OPEN", "1000000"))
DUE, AT_ONCE, ROUNDS = 1_000, 10_000, 5


def report(stage: Stage) -> str:
    """The table: 1,000 due among few and among many, and 10,000 due at once."""
    stage.inside("benchmarks.swept", "prepare")
    few, many = _among(stage, FEW), _among(stage, MANY)
    whole = stage.inside("benchmarks.swept", "sweep", str(min(AT_ONCE, FEW)))["seconds"]
    return f"""
## What falls due

One process; each reminder claimed, logged and queued; the middle of {ROUNDS} rounds.

| | seconds |
|---|---|
| (a) {DUE:,} due among {FEW:,} open requests | {few:.2f} |
| (b) {DUE:,} due among {MANY:,} | {many:.2f} |
| (b) / (a) | {many / few:.2f} |
| {min(AT_ONCE, FEW):,} due at once, among {MANY:,} | {whole:.1f} |
"""


def _among(stage: Stage, count: int) -> float:
    stage.inside("benchmarks.swept", "open", str(count))
    environ = stage.environ("privacy_portal.settings")
    with psycopg.connect(environ["DATABASE_MIGRATE_URL"], autocommit=True) as owner:
        # What autovacuum would have done by the time a practice has as many.
        owner.execute("VACUUM ANALYZE requests_app_request")
        owner.execute("VACUUM ANALYZE requests_app_dueinstant")
    rounds = [
        stage.inside("benchmarks.swept", "sweep", str(DUE))["seconds"] for _ in range(ROUNDS + 1)
    ]
    return median(rounds[1:])  # the first warms up
