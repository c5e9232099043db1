"""Who writes an export now: one worker at a time, for so long as it is heard of."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.db.models import Q

from privacy_portal.api.models import Export, ExportState

#: A worker that has not been heard of for so long is dead, and another goes on.
LEASE = timedelta(seconds=180)
OPEN = (ExportState.WAITING, ExportState.WRITING, ExportState.ENDING)


class LostClaim(Exception):
    """Another worker writes this export now."""


def newest_transaction() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::text")
        return str(cursor.fetchone()[0])


def claim(now: datetime, seen: set[UUID]) -> Export | None:
    """The oldest export nobody is writing, claimed; None when there is none."""
    with transaction.atomic():
        free = Q(claimed_until__isnull=True) | Q(claimed_until__lte=now)
        rows = Export.objects.filter(free, stage__in=OPEN).exclude(pk__in=seen)
        rows = rows.select_for_update(skip_locked=True).order_by("started_at", "id")
        export = next((one for one in rows[:20] if _all_ended(one.in_flight)), None)
        if export is None:
            return None
        export.claim, export.claimed_until = uuid4(), now + LEASE
        export.attempts += 1
        if export.stage == ExportState.WAITING:
            export.stage = ExportState.WRITING
        export.save(update_fields=["claim", "claimed_until", "attempts", "stage"])
    return export


def _all_ended(in_flight: str) -> bool:
    """Whether every transaction that was under way then is over: what it wrote is there or never.

    Those of other databases of the server write nothing here and are not waited for.
    """
    with connection.cursor() as cursor:
        cursor.execute(_ALL_ENDED, [in_flight])
        return bool(cursor.fetchone()[0])


_ALL_ENDED = """
    SELECT NOT EXISTS (
        SELECT FROM pg_snapshot_xip(pg_current_snapshot()) AS one
        WHERE one < %s::text::xid8 AND NOT EXISTS (
            SELECT FROM pg_locks AS held JOIN pg_stat_activity AS backend USING (pid)
            WHERE held.locktype = 'transactionid' AND held.mode = 'ExclusiveLock' AND held.granted
              AND held.transactionid = one::xid AND backend.datname <> current_database()
        )
    )
"""


class Held:
    """A transaction in which the export's row is locked and still ours. LostClaim otherwise."""

    def __init__(self, export: Export) -> None:
        self._export = export
        self._atomic = transaction.atomic()

    def __enter__(self) -> Export:
        self._atomic.__enter__()
        mine = Export.objects.select_for_update().filter(pk=self._export.pk)
        row = mine.filter(claim=self._export.claim, stage__in=OPEN).first()
        if row is None:
            lost = LostClaim()
            self._atomic.__exit__(LostClaim, lost, None)
            raise lost
        return row

    def __exit__(self, *fault: Any) -> None:
        self._atomic.__exit__(*fault)
