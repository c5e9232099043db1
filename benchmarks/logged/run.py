"""Run inside benchmarks.logged.settings: make the tables, then change rows."""

import json
import sys
import time
from collections.abc import Callable
from datetime import date
from statistics import median
from typing import Any

import django

TIMES = 400
ROUNDS = 3


def prepare() -> dict[str, Any]:
    """Tables of the packages by their migrations, ours by the schema editor, as the migrator."""
    from django.apps import apps
    from django.core.management import call_command
    from django.db import connections

    for app in ("contenttypes", "pghistory", "auditlog"):
        call_command("migrate", app, database="migrate", interactive=False, verbosity=0)
    with connections["migrate"].schema_editor() as editor:
        for model in apps.get_app_config("logged").get_models():
            editor.create_model(model)
    call_command("pgtrigger", "install", database="migrate")
    return {}


def measure() -> dict[str, Any]:
    from benchmarks.logged.models import Plain, Tracked, Watched

    changes = {
        "bare": _changer(Plain),
        "ours": _changer(Plain, log=_append),
        "auditlog": _changer(Watched),
        "pghistory": _changer(Tracked),
    }
    rates: dict[str, list[float]] = {name: [] for name in changes}
    for number in range(ROUNDS + 1):  # the first warms up
        for name, change in changes.items():
            rate = _rate(change)
            if number:
                rates[name].append(rate)
    return {name: median(found) for name, found in rates.items()}


def _changer(model: Any, log: Callable[[Any], None] | None = None) -> Callable[[int], None]:
    from django.db import transaction

    from audit import clock

    row = model.objects.create(
        reference="7KQW-3HTM-X9DP-2VRU",
        kind="access",
        state="received",
        channel="portal",
        records="All visit notes",
        received_at=clock.now(),
        received_on=date(2026, 3, 2),
        due_on=date(2026, 4, 1),
        version=0,
    )

    def change(number: int) -> None:
        row.state, row.version = f"state {number}", row.version + 1
        with transaction.atomic():
            row.save()
            if log is not None:
                log(row)

    return change


def _append(row: Any) -> None:
    from audit import log
    from audit.actors import Actor

    log.append(
        "request:assignment:made",
        actor=Actor(id="bench", name="Benchmark"),
        request=row.reference,
        obj=log.Obj("row", str(row.pk), row.version),
        after={"state": row.state},
    )


def _rate(change: Callable[[int], None]) -> float:
    began = time.perf_counter()
    for number in range(TIMES):
        change(number)
    return TIMES / (time.perf_counter() - began)


if __name__ == "__main__":
    django.setup()
    print(json.dumps({"prepare": prepare, "measure": measure}[sys.argv[1]]()))
