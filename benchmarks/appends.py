"""Appending to the log while it is sealed, beside the same rows inserted plainly; commit to signed head.

`BENCH_APPENDS=3` makes rounds of three seconds, for trying.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.stage import ROOT, Stage

SECONDS = float(os.environ.get("BENCH_APPENDS", "10"))
WRITERS = (1, 4, 8)
GOALS = {1: 0.8, 4: None, 8: 0.65}
LATE = 1.5


def report(stage: Stage) -> str:
    """The tables: rates and ratios, then how long an entry waits for its signed head."""
    stage.inside("benchmarks.appends_inside", "prepare")
    with _sealing(stage):
        rates = [
            (
                writers,
                stage.inside("benchmarks.appends_inside", "rates", str(writers), str(SECONDS)),
            )
            for writers in WRITERS
        ]
        waits = stage.inside("benchmarks.appends_inside", "waits", str(SECONDS))
    lines = [
        f"| {writers} | {found['ours']:,.0f} | {found['plain']:,.0f} "
        f"| {found['ratio']:.2f} | {GOALS[writers] or ''} |"
        for writers, found in rates
    ]
    return "\n".join(
        [
            "\n## Appending to the log\n",
            "A transaction an entry, each writer a process, the sealer running. Beside it the same bytes "
            "by the same cursor\ninto tables of the same columns and keys, without the log's triggers, "
            "nothing sealed.\n",
            "| writers | `audit.log.append`, a second | inserted plainly, a second | ratio | goal |",
            "|---|---|---|---|---|",
            *lines,
            "",
            f"From commit to signed head, sealing once a second, {waits['count']} entries at "
            f"{waits['rate']:.0f} a second: "
            f"p50 {waits['p50']:.2f} s, p99 {waits['p99']:.2f} s (goal: under {LATE} s).",
            "",
        ]
    )


@contextmanager
def _sealing(stage: Stage) -> Iterator[None]:
    """The sealer's own process, as `up` starts it."""
    with (ROOT / "var" / "bench-sealer.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "privacy_portal", "sealer"],
            cwd=ROOT, env=stage.servers.sealer_environ(), stdout=log, stderr=log,
        )  # fmt: skip
        try:
            time.sleep(2)
            if process.poll() is not None:
                raise RuntimeError("the sealer did not start; see var/bench-sealer.log")
            yield
        finally:
            process.terminate()
            process.wait(30)
