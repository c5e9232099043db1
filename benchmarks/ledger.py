"""The ledger: lines taken in bulk, one patient's accounting, the export; each beside a plain table.

`BENCH_LEDGER=3000` makes a small run for trying.
"""

import os

from benchmarks.stage import Stage

LINES = int(os.environ.get("BENCH_LEDGER", "100000"))
GOALS = {"intake": 3_000, "accounting": 0.7, "export": 30_000, "memory": 200}


def report(stage: Stage) -> str:
    """The table: what was measured, the goal, and the plain table's figure in the same run."""
    stage.inside("benchmarks.ledger_inside", "prepare")
    intake = stage.inside("benchmarks.ledger_inside", "intake", str(LINES))
    accounting = stage.inside("benchmarks.ledger_inside", "accounting")
    export = stage.inside("benchmarks.ledger_inside", "export")
    rows = [
        _row("bulk intake with the log on, lines/s", intake, GOALS["intake"], "{:,.0f}"),
        _row(
            f"accounting of {accounting['lines']:,} lines as JSON, s",
            accounting,
            GOALS["accounting"],
            "{:.2f}",
        ),
        _row(
            f"CSV export of {export['lines']:,} lines, lines/s", export, GOALS["export"], "{:,.0f}"
        ),
        f"| memory of the export's processes together, MB, at a tenth, at the end, at most "
        f"| {export['early_mb']:.0f}, {export['end_mb']:.0f}, {export['most_mb']:.0f} | < {GOALS['memory']} | |",
    ]
    return "\n".join(
        [
            "\n## The ledger\n",
            "One process, for the export two, PostgreSQL beside it. The plain table has the same columns, "
            "nothing sealed and nothing logged.\n",
            "| | measured | goal | plain table |",
            "|---|---|---|---|",
            *rows,
            "",
        ]
    )


def _row(name: str, found: dict[str, float], goal: float, form: str) -> str:
    ours, plain = form.format(found["ours"]), form.format(found["plain"])
    return f"| {name} | {ours} | {form.format(goal)} | {plain} |"
