"""Run inside the service's environment: requests that are open, some of them due, and the sweep.

prepare         a practice, and one request to copy
open COUNT      as many open requests in all, each with two reminders still to come
sweep COUNT     that many fall due; the seconds until all are acted on, logged and queued
"""

import json
import sys
import time
from datetime import timedelta
from typing import Any

import django

AT_ONCE = 50_000


def prepare() -> dict[str, Any]:
    from audit import clock
    from requests_app.kinds.models import DueInstant
    from tests.support import office

    now = clock.now()
    office.set_up(now=now - timedelta(days=30))
    pattern = office.taken_down(now=now - timedelta(days=1))
    DueInstant.objects.filter(request_id=pattern.pk).update(acted_at=now, outcome="answered")
    return {"reference": pattern.reference}


def open_requests(count: int) -> dict[str, Any]:
    from django.db import connection

    from audit import clock
    from requests_app.kinds.models import Request
    from tests.support import many

    now = clock.now()
    pattern = Request.objects.order_by("entered_at", "reference").first()
    assert pattern is not None
    there = Request.objects.count() - 1
    while there < count:
        some = min(AT_ONCE, count - there)
        many.copies(pattern, some, due_at=now + timedelta(days=20))
        many.remind("due_soon", "office", [now + timedelta(days=13)] * some)
        there += some
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO requests_app_dueinstant (request_id, what, audiences, at, outcome) "
            "SELECT request_id, 'overdue', 'office officer', at + interval '8 days', '' "
            "FROM requests_app_dueinstant AS soon WHERE what = 'due_soon' AND NOT EXISTS "
            "(SELECT FROM requests_app_dueinstant WHERE request_id = soon.request_id "
            "AND what = 'overdue')"
        )
    return {"open": there}


def sweep(count: int) -> dict[str, Any]:
    from django.db import connection

    from audit import clock
    from requests_app.actions import due
    from requests_app.outbox import OutboxRow

    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO requests_app_dueinstant (request_id, what, audiences, at, outcome) "
            "SELECT id, 'due_today', 'office officer', %s::timestamptz - random() * interval '1 s', "
            "'' FROM requests_app_request ORDER BY random() LIMIT %s",
            [now, count],
        )
    before = OutboxRow.objects.count()
    began = time.perf_counter()
    acted = 0
    while (swept := due.sweep(now=now)).acted:
        acted += swept.acted
    seconds = time.perf_counter() - began
    queued = OutboxRow.objects.count() - before
    if (acted, queued) != (count, count):
        raise RuntimeError(f"{acted} acted on and {queued} queued of {count}")
    return {"seconds": seconds}


if __name__ == "__main__":
    django.setup()
    asked = sys.argv[1:]
    made = {
        "prepare": prepare,
        "open": lambda: open_requests(int(asked[1])),
        "sweep": lambda: sweep(int(asked[1])),
    }[asked[0]]()
    print(json.dumps(made))
