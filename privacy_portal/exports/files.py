"""The bytes of a finished export, for the one who asked for it, while it is kept."""

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction

from audit import log
from audit.actors import Actor
from privacy_portal.api.models import Export, ExportState
from privacy_portal.exports import pieces
from privacy_portal.exports.source import check_permitted
from privacy_portal.exports.sources import SOURCES
from requests_app import events, selectors
from requests_app.errors import NotNow

_NOT_YET = {
    ExportState.WAITING: "It waits for the worker. Ask again in a few seconds.",
    ExportState.WRITING: "It is being written. Ask again in a few seconds.",
    ExportState.ENDING: "It is being finished. Ask again in a few seconds.",
    ExportState.FAILED: "It was not written. Ask for a new one.",
    ExportState.EXPIRED: "It is no longer kept. Ask for a new one.",
}


def opened(export_id: str, *, actor: Actor, now: datetime) -> tuple[Export, Iterator[bytes]]:
    """A finished export and its bytes; fetching it is an entry of the log.

    NotFound for what somebody else asked for, NotNow before it is written and once it has expired.
    """
    pk = selectors.uuid_or_not_found(export_id)
    with transaction.atomic():
        export = selectors.one(Export.objects.filter(pk=pk, asked_by=actor.id))
        check_permitted(SOURCES[export.register], actor)
        state = ExportState(export.stage)
        if state is ExportState.READY and export.expires_at and export.expires_at <= now:
            state = ExportState.EXPIRED
        if state is not ExportState.READY:
            raise NotNow(_NOT_YET[state])
        log.append(
            events.EXPORT_FETCHED,
            actor=actor,
            obj=log.Obj("export", str(export.pk)),
            purpose=f"export of the {SOURCES[export.register].title}",
            extra={"rows": export.lines, "sha256": export.sha256},
        )
    return export, pieces.opened(export)
