"""Run inside benchmarks.logged.settings: make the tables, then change rows."""

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
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
        "pghistory_who": _changer(Tracked, around=_history_of_somebody),
    }
    rates: dict[str, list[float]] = {name: [] for name in changes}
    for number in range(ROUNDS + 1):  # the first warms up
        for name, change in changes.items():
            rate = _rate(change)
            if number:
                rates[name].append(rate)
    return {name: median(found) for name, found in rates.items()}


def _changer(
    model: Any,
    log: Callable[[Any], None] | None = None,
    around: Callable[[], AbstractContextManager[None]] = nullcontext,
) -> Callable[[int], None]:
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
        with around(), transaction.atomic():
            row.save()
            if log is not None:
                log(row)

    return change


@contextmanager
def _history_of_somebody() -> Iterator[None]:
    """Who and why, as the package keeps them for a call: a row of its context for each.

    It puts two statements into one text, which only a client that binds values itself can send.
    """
    import pghistory
    from django.db import connections
    from django.db.backends.postgresql.base import Cursor

    link = connections["default"].connection
    ours, link.cursor_factory = link.cursor_factory, Cursor
    try:
        with pghistory.context(user="bench", name="Benchmark", act="request:assignment:made"):
            yield
    finally:
        link.cursor_factory = ours


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
