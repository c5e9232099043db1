"""One export as a job: asked for, written piece by piece by whichever worker lives, ended, forgotten.

Every piece is one transaction: the lines, how far it came, and, where the file goes to a regulator, a
line in the accounting of every patient in the piece.  A worker that dies leaves whole pieces; another
goes on after the last of them once the claim has run out.  So the file is the same whoever wrote it.
"""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction

from audit import clock
from audit.actors import Actor, system
from privacy_portal.api.models import Export, ExportAsked, ExportPiece, ExportState
from privacy_portal.exports.asked import Asked, ForWhom
from privacy_portal.exports.claims import LostClaim, claim, newest_transaction
from privacy_portal.exports.source import check_permitted
from privacy_portal.exports.sources import SOURCES
from privacy_portal.exports.telling import tell
from privacy_portal.exports.writing import GivenUp, Writer
from privacy_portal.exports.xlsx import TooLong
from requests_app import events, questions
from requests_app.errors import RequestError

#: So many workers may die over one piece before the export is given up.
ATTEMPTS = 5
ActorOf = Callable[[Export], Actor | None]


def start(register: str, raw: object, *, actor: Actor, now: datetime) -> Export:
    """Ask for an export. It refuses to start without saying for whom.

    Raises NotPermitted, BadInput; nothing is then stored.
    """
    source = SOURCES[register]
    check_permitted(source, actor)
    asked: Asked = questions.parse(source.asks, raw, at="", today=now.date())
    wanted = asked.filter()
    source.check(wanted, actor)
    with transaction.atomic():
        export = Export(id=uuid4(), register=register, format=asked.format.value)
        export.asked = ExportAsked(wanted, _said(asked.for_whom))
        export.stage, export.whom = ExportState.WAITING, asked.for_whom.whom
        export.asked_by, export.asked_by_name = actor.id, actor.name
        export.scopes = None if actor.scopes is None else sorted(actor.scopes)
        export.started_at, export.horizon = now, source.horizon(now)
        export.in_flight = newest_transaction()
        export.save(force_insert=True)
        tell(events.EXPORT_STARTED, export, actor, **wanted, whom=export.whom)
    return export


def _said(for_whom: ForWhom) -> dict[str, str]:
    names = ("name", "address", "authority", "letter", "contract")
    return {name: getattr(for_whom, name) or "" for name in names}


def write_waiting(*, actor_of: ActorOf, until: Callable[[], bool]) -> int:
    """Write what waits, oldest first, until nothing does or time is up; how many were ended.

    actor_of  whoever asked, as known now; None when the account may no longer
    until     whether to stop: the next run goes on
    """
    ended, seen = 0, set[UUID]()
    while not until():
        export = claim(clock.now(), seen)
        if export is None:
            break
        seen.add(export.pk)
        ended += _write(export, actor_of, until)
    return ended


def _write(export: Export, actor_of: ActorOf, until: Callable[[], bool]) -> int:
    """Write a claimed export as far as time allows. 1 when it came to an end of either sort."""
    try:
        if export.attempts > ATTEMPTS:
            raise GivenUp("It stopped several times at the same place.")
        writer = Writer(export, _permitted(export, actor_of))
        with writer.pieces:
            while writer.more():
                if until():
                    writer.leave()
                    return 0
        writer.end()
    except LostClaim:
        return 0
    except GivenUp as why:
        _fail(export, str(why))
    except TooLong:
        _fail(export, "A text is too long for a cell of a workbook: take NDJSON.")
    return 1


def _permitted(export: Export, actor_of: ActorOf) -> Actor:
    actor = actor_of(export)
    try:
        if actor is not None:
            source = SOURCES[export.register]
            check_permitted(source, actor)
            source.check(export.asked.filter, actor)
            return actor
    except RequestError:
        pass
    raise GivenUp("Whoever asked for it may no longer read this.")


def _fail(export: Export, reason: str) -> None:
    with transaction.atomic():
        row = Export.objects.select_for_update().get(pk=export.pk)
        if row.claim != export.claim:
            return
        row.pieces.all().delete()
        row.stage, row.reason, row.ended_at = ExportState.FAILED, reason, clock.now()
        row.save(update_fields=["stage", "reason", "ended_at"])
        told = {"rows": row.lines, "why": reason}
        tell(events.EXPORT_ENDED, row, system("exports"), outcome="failure", **told)


def forget_expired(now: datetime) -> int:
    """Remove the bytes of what can no longer be fetched; safe to repeat. How many exports it was."""
    gone = 0
    over = Export.objects.filter(stage=ExportState.READY, expires_at__lte=now)
    while some := list(over.values_list("pk", flat=True)[:20]):
        with transaction.atomic():
            ExportPiece.objects.filter(export_id__in=some).delete()
            gone += over.filter(pk__in=some).update(stage=ExportState.EXPIRED)
    return gone
