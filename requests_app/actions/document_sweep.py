"""What is left over of documents: files nobody came with, files to delete, files of no document.

Each is asked of stored facts and safe to do twice.
"""

from datetime import datetime, timedelta
from itertools import islice

from django.db import transaction
from django.db.models import Q, QuerySet

from audit import log
from audit.actors import system
from requests_app import events
from requests_app.documents import store
from requests_app.documents.models import Document, Stage

#: How long an announced document waits for its file.
PATIENCE = timedelta(days=1)
#: A file of no document is kept this long: after an older backup was put back, a newer one may follow.
ORPHANED = timedelta(days=7)
BATCH = 100
_SWEEP = system("sweep")


def lapse(*, now: datetime, most: int = BATCH) -> int:
    """End the wait for files that never came; how many."""
    waiting = Document.objects.filter(stage=Stage.EXPECTED, announced_at__lte=now - PATIENCE)
    with transaction.atomic():
        rows = _claimed(waiting, most)
        for row in rows:
            row.stage, row.ended_at, row.ended_by = Stage.LAPSED, now, _SWEEP.id
            row.save(update_fields=["stage", "ended_at", "ended_by"])
            _log(events.DOCUMENT_LAPSED, row)
    return len(rows)


def remove(*, now: datetime, most: int = BATCH) -> int:
    """Have the storage delete what was erased; how many. Raises store.Unreachable.

    Deleted first and noted after: a sweep that is killed between the two deletes again.
    """
    with transaction.atomic():
        erased = Document.objects.filter(stage=Stage.ERASED, removed_at__isnull=True)
        rows = _claimed(erased, most)
        for row in rows:
            store.current().delete(row.blob)
            row.removed_at = now
            row.save(update_fields=["removed_at"])
            _log(events.DOCUMENT_REMOVED, row)
    return len(rows)


def remove_orphans(*, now: datetime) -> int:
    """Delete files under which no document lies; how many. Raises store.Unreachable."""
    names, gone = store.current().older_than(now - ORPHANED), 0
    while some := set(islice(names, BATCH)):
        for name in some - _living(some):
            store.current().delete(name)
            gone += 1
    return gone


def _living(names: set[str]) -> set[str]:
    """Those of the names that a document still needs, or that `remove` will see to."""
    needed = Q(stage=Stage.KEPT) | Q(stage=Stage.ERASED, removed_at__isnull=True)
    rows = Document.objects.filter(needed, blob__in=names)
    return set(rows.values_list("blob", flat=True))


def _claimed(rows: QuerySet[Document], most: int) -> list[Document]:
    locked = rows.select_related("request").select_for_update(skip_locked=True, of=("self",))
    return list(locked.order_by("id")[:most])


def _log(name: str, row: Document) -> None:
    patient = row.patient_id or (row.request.patient_id if row.request else None)
    log.append(
        name,
        actor=_SWEEP,
        patient=str(patient) if patient else None,
        request=row.request.reference if row.request else None,
        obj=log.Obj("document", str(row.pk)),
    )
