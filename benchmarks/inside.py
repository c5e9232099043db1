"""One creation after the other in this process, with the time spent in PostgreSQL taken apart."""

import json
import sys
import time
from statistics import median
from typing import Any
from uuid import uuid4

import django

TIMES = 200
BRACKETS = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")


def measure(token: str) -> dict[str, float]:
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from benchmarks.create import _REAL

    settings.ALLOWED_HOSTS = ["testserver"]
    client = Client(headers={"Authorization": f"Bearer {token}"})

    def create() -> None:
        headers = {"Idempotency-Key": str(uuid4())}
        answer = client.post(
            "/api/v1/requests", _REAL, content_type="application/json", headers=headers
        )
        assert answer.status_code == 201, answer.content

    create()
    with CaptureQueriesContext(connection) as captured:
        create()
    statements = [one["sql"].lstrip() for one in captured]
    brackets = sum(statement.startswith(BRACKETS) for statement in statements)
    wholes, outsides = zip(*(_timed(create, connection) for _ in range(TIMES)), strict=True)
    return {
        "queries": len(statements) - brackets,
        "brackets": brackets,
        "whole": median(wholes),
        "outside": median(outsides),
    }


def _timed(create: Any, connection: Any) -> tuple[float, float]:
    """Milliseconds in all, and outside PostgreSQL: statements and the commit taken off."""
    spent = 0.0

    def statement(execute: Any, *arguments: Any) -> Any:
        nonlocal spent
        began = time.perf_counter()
        try:
            return execute(*arguments)
        finally:
            spent += time.perf_counter() - began

    commit = connection._commit

    def timed_commit() -> Any:
        nonlocal spent
        began = time.perf_counter()
        try:
            return commit()
        finally:
            spent += time.perf_counter() - began

    connection._commit = timed_commit
    began = time.perf_counter()
    with connection.execute_wrapper(statement):
        create()
    whole = time.perf_counter() - began
    connection._commit = commit
    return whole * 1000, (whole - spent) * 1000


if __name__ == "__main__":
    django.setup()
    print(json.dumps(measure(sys.argv[1])))
