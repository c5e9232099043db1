"""After a time in which nobody was at work: which deadlines passed, on record, and who is told.

What is still to be said of each request the sweep says by itself, once, since it asks "due and not
yet acted"; here stands that there was such a time, and every deadline in it.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from audit import log
from audit.actors import system
from requests_app import events
from requests_app.falling_due.heartbeats import SWEEP
from requests_app.falling_due.models import Heartbeat, Outage
from requests_app.outbox import Audience, Topic, tell_of_service

#: The sweep runs twice a minute; after this long without one there was an outage.
LONGEST_PAUSE = timedelta(minutes=15)

#: Due days of requests not answered by then, and matters that fell due: in one statement, however
#: many there are.
_LIST = """
    INSERT INTO requests_app_passedmeanwhile (outage_id, what, subject, request_id, at)
    SELECT %(outage)s, 'due_day', id, id, due_at FROM requests_app_request
    WHERE due_at > %(since)s AND due_at <= %(until)s
      AND (answered_at IS NULL OR answered_at > due_at)
    UNION ALL
    SELECT %(outage)s, what, subject, request_id, at FROM requests_app_fallsdue
    WHERE acted_at IS NULL AND at > %(since)s AND at <= %(until)s AND NOT what = ANY(%(chores)s)
"""


def find(*, now: datetime, chores: list[str]) -> Outage | None:
    """Record an outage if one has just ended; None otherwise, also when another sweep records it.

    chores  the matters that are housekeeping: what they missed was no deadline
    """
    with transaction.atomic():
        beats = Heartbeat.objects.select_for_update(skip_locked=True)
        beat = beats.filter(name=SWEEP, finished_at__lt=now - LONGEST_PAUSE).first()
        if beat is None or beat.finished_at is None:
            return None
        outage = _record(beat.finished_at, now, chores)
        beat.finished_at = now  # so that the next sweep, or one at the same time, finds none
        beat.save(update_fields=["finished_at"])
    return outage


def _record(since: datetime, until: datetime, chores: list[str]) -> Outage | None:
    # The clock went back and comes to the same place again: that time is on record.
    if Outage.objects.filter(since=since).exists():
        return None
    outage = Outage(since=since, until=until, passed=0)
    asked: dict[str, Any] = {
        "outage": outage.pk,
        "since": since,
        "until": until,
        "chores": chores,
    }
    with connection.cursor() as cursor:  # the list before its head: no row is changed afterwards
        cursor.execute(_LIST, asked)
        outage.passed = cursor.rowcount
    outage.save(force_insert=True)
    said: dict[str, int | str] = {
        "since": since.isoformat(),
        "until": until.isoformat(),
        "passed": outage.passed,
    }
    log.append(
        events.OUTAGE_RECORDED,
        actor=system("sweep"),
        obj=log.Obj("outage", str(outage.pk), None),
        extra=said,
    )
    tell_of_service(Topic.OUTAGE, Audience.OFFICER, Audience.ADMINISTRATOR, said=said, now=until)
    return outage
