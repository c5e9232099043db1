"""One row changed and logged: ours beside django-auditlog and django-pghistory."""

from benchmarks.stage import Stage


def report(stage: Stage) -> str:
    """The table: a second, and ours against each."""
    stage.inside("benchmarks.logged.run", "prepare", settings="benchmarks.logged.settings")
    found = stage.inside("benchmarks.logged.run", "measure", settings="benchmarks.logged.settings")
    ours, bare = found["ours"], found["bare"]
    lines = [
        f"| {name} | {found[key]:,.0f} | {ours / found[key]:.2f} |"
        for name, key in (
            ("UPDATE alone, in a transaction", "bare"),
            ("UPDATE + `audit.log.append`", "ours"),
            ("the same under django-auditlog", "auditlog"),
            ("the same under django-pghistory, who did it left out", "pghistory"),
            ("the same under django-pghistory, who did it in its context", "pghistory_who"),
        )
    ]
    assert bare > 0
    return "\n".join(
        [
            "\n## One row changed and logged\n",
            "One process, one transaction a change. An entry of ours always says who did it.\n",
            "| | a second | ours against it |",
            "|---|---|---|",
            *lines,
            "",
        ]
    )
