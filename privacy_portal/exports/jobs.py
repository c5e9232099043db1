"""One export as a job: asked for, written piece by piece by whichever worker lives, ended, forgotten.

Every piece is one transaction: the lines, how far it came, and, where the file goes to a regulator, a
line in the accounting of every patient in the piece.  A worker that dies leaves whole pieces; another
goes on after the last of them once the claim has run out.  So the file is the same whoever wrote it.
"""

import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q

from audit import clock, log
from audit.actors import Actor, system
from privacy_portal.api.models import Export, ExportAsked, ExportPiece, ExportState, Piece
from privacy_portal.exports import head
from privacy_portal.exports.asked import DISCLOSED_TO, Asked, Format, ForWhom, Whom
from privacy_portal.exports.beside import Pieces
from privacy_portal.exports.forms import FORMS, Book, Stream, from_pieces
from privacy_portal.exports.making import Made, Maker, deflated
from privacy_portal.exports.sources import SOURCES, Scope, check_permitted
from privacy_portal.exports.xlsx import TooLong
from requests_app import events, questions
from requests_app.disclosures.shown import Shown, account_for
from requests_app.errors import RequestError

#: A worker that has not been heard of for so long is dead, and another goes on.
LEASE = timedelta(seconds=180)
#: How long a finished file can be fetched.
KEPT = timedelta(hours=24)
#: So many workers may die over one piece before the export is given up.
ATTEMPTS = 5
OPEN = (ExportState.WAITING, ExportState.WRITING, ExportState.ENDING)
_BYTES = 1 << 20
ActorOf = Callable[[Export], Actor | None]


class LostClaim(Exception):
    """Another worker writes this export now."""


class GivenUp(Exception):
    """It cannot be written; the sentence says why."""


# --- asked for ---------------------------------------------------------------------------------
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
        export.in_flight = _newest_transaction()
        export.save(force_insert=True)
        _log(events.EXPORT_STARTED, export, actor, **wanted, whom=export.whom)
    return export


def _said(for_whom: ForWhom) -> dict[str, str]:
    names = ("name", "address", "authority", "letter", "contract")
    return {name: getattr(for_whom, name) or "" for name in names}


def _newest_transaction() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::text")
        return str(cursor.fetchone()[0])


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


# --- written -----------------------------------------------------------------------------------
def write_waiting(*, actor_of: ActorOf, until: Callable[[], bool]) -> int:
    """Write what waits, oldest first, until nothing does or time is up; how many were ended.

    actor_of  whoever asked, as known now; None when the account may no longer
    until     whether to stop: the next run goes on
    """
    ended, seen = 0, set[UUID]()
    while not until():
        export = _claim(clock.now(), seen)
        if export is None:
            break
        seen.add(export.pk)
        ended += _write(export, actor_of, until)
    return ended


def _claim(now: datetime, seen: set[UUID]) -> Export | None:
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


def _write(export: Export, actor_of: ActorOf, until: Callable[[], bool]) -> int:
    """Write a claimed export as far as time allows. 1 when it came to an end of either sort."""
    try:
        if export.attempts > ATTEMPTS:
            raise GivenUp("It stopped several times at the same place.")
        writer = _Writer(export, _permitted(export, actor_of))
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


@dataclass
class _Writer:
    """Writes one export under one claim."""

    export: Export
    actor: Actor

    def __post_init__(self) -> None:
        export = self.export
        self.form = FORMS[Format(export.format)]
        self.source = SOURCES[export.register]
        self.scope = Scope(export.asked.filter, self.actor, export.horizon, export.started_at)
        self.number = export.pieces.filter(of_file=self._streams).count()
        self._after, self._done = export.after, export.stage == ExportState.ENDING
        make = Maker(self.source, self.scope, self.form, settings.EXPORT_PIECE_LINES)
        self.pieces = Pieces(make, make.ends)
        # What was written before is read again: it must open, and the digest goes on from it.
        self.digest, self.size = sha256(), 0
        if self._streams:
            for content in pieces_of(export):
                self._seen(content)

    @property
    def _streams(self) -> bool:
        return isinstance(self.form, Stream)

    def more(self) -> bool:
        """Write the next lines; False once there are none."""
        if self._done:
            return False
        made = self.pieces.next(self._after)
        with self._held() as export:
            if export.rows_expected is None:
                export.rows_expected = self.source.expected(self.scope)
            self._account(made)
            self._keep(made)
            self._advance(export, made)
        self._after, self._done = export.after, made.after is None
        return not self._done

    def leave(self) -> None:
        """Time is up: whoever comes next may go on at once."""
        Export.objects.filter(pk=self.export.pk, claim=self.export.claim).update(
            claimed_until=None, attempts=0
        )

    def end(self) -> None:
        """What follows the lines, the head of the tree, the digest; and it can be fetched."""
        about = self._about()
        if isinstance(self.form, Book):
            self._bind(self.form, about)
        with self._held() as export:
            if isinstance(self.form, Stream):
                self._add(self.form.end(about | {"sha256_of_the_lines": self.digest.hexdigest()}))
            export.pieces.filter(of_file=False).delete()
            now = clock.now()
            export.stage, export.ended_at, export.expires_at = ExportState.READY, now, now + KEPT
            export.head, export.size = about["tree_head"], self.size
            export.sha256 = self.digest.hexdigest()
            export.save()
            told = {"rows": export.lines, "sha256": export.sha256, "size": self.size}
            where = {"first": export.first, "last": export.last, "head": export.head}
            _log(events.EXPORT_ENDED, export, self.actor, **told, **where)

    # --- one piece -------------------------------------------------------------------------------
    def _held(self) -> "_Held":
        return _Held(self.export)

    def _account(self, made: Made) -> None:
        """A file for a regulator is a disclosure about every patient in it."""
        shown = shown_of(self.export)
        if shown is not None:
            patients = set(map(UUID, made.patients))
            account_for(shown, patients, showing=self.export.pk, actor=self.actor, now=clock.now())

    def _keep(self, made: Made) -> None:
        if isinstance(self.form, Stream):
            head_ = self.form.head(self.source.columns) if self.number == 0 else b""
            self._add(head_ + made.content, None if head_ else made.deflated)
        elif made.lines:
            _store(self.export, self.number, made.deflated, of_file=False)
            self.number += 1

    def _advance(self, export: Export, made: Made) -> None:
        export.rows += made.read
        export.lines += made.lines
        if made.keys:
            export.first, export.last = export.first or made.keys[0], made.keys[-1]
        export.after = made.after or export.after
        if made.after is None:
            export.stage = ExportState.ENDING
        export.attempts = 0
        export.claimed_until = clock.now() + LEASE
        export.save()
        most = self.form.most if isinstance(self.form, Book) else None
        if most is not None and export.lines > most:
            raise GivenUp(f"It has more than {most:,} lines: take CSV.")

    def _bind(self, form: Book, about: dict[str, Any]) -> None:
        """Make the book of the lines kept. Begun anew if a worker died over it."""
        with self._held() as export:
            export.pieces.filter(of_file=True).delete()
        self.number = 0
        lines = from_pieces(pieces_of(self.export, of_file=False))
        for content in _in_megabytes(form.make(about, self.source.columns, lines)):
            with self._held() as export:
                export.claimed_until = clock.now() + LEASE
                export.save(update_fields=["claimed_until"])
                self._add(content)

    def _add(self, content: bytes, ready: bytes | None = None) -> None:
        """One more piece of the file; `ready` is how it is kept, where that is made."""
        if content:
            _store(self.export, self.number, ready or deflated(content), of_file=True)
            self.number += 1
            self._seen(content)

    def _seen(self, content: bytes) -> None:
        self.digest.update(content)
        self.size += len(content)

    def _about(self) -> dict[str, Any]:
        """What the file says of itself."""
        export = Export.objects.get(pk=self.export.pk)
        asked = export.asked
        said = {name: value for name, value in asked.for_whom.items() if value}
        return {
            "register": self.source.title,
            "export": str(export.pk),
            "asked_by": export.asked_by_name or export.asked_by,
            "asked_at": export.started_at.isoformat(),
            "for_whom": str(Whom(export.whom).label),
            **{f"for_whom_{name}": value for name, value in said.items()},
            **{f"filter_{name}": value for name, value in sorted(asked.filter.items())},
            "count": export.lines,
            "first": export.first,
            "last": export.last,
            "tree_head": head.newest(),
        }


class _Held:
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


def shown_of(export: Export) -> Shown | None:
    """What goes into the patients' accountings; None where showing it is operations."""
    basis = DISCLOSED_TO.get(Whom(export.whom))
    if basis is None:
        return None
    said = export.asked.for_whom
    held = {
        "OVS": {"agency": said["name"], "authority": said["authority"]},
        "SEC": {"request": said["letter"]},
    }[basis]
    purpose = {
        "OVS": f"Health oversight: {said['authority']}",
        "SEC": "To check our compliance with the privacy rule",
    }[basis]
    return Shown(
        basis=basis,
        recipient=said["name"],
        address=said["address"],
        what=f"What our {SOURCES[export.register].title} holds about you",
        purpose=purpose,
        letter=said["letter"],
        held=held,
    )


# --- pieces ------------------------------------------------------------------------------------
def pieces_of(export: Export, *, of_file: bool = True) -> Iterator[bytes]:
    """The pieces in order, opened one at a time."""
    rows = ExportPiece.objects.filter(export_id=export.pk, of_file=of_file)
    for pk in list(rows.order_by("number").values_list("pk", flat=True)):
        yield zlib.decompress(ExportPiece.objects.get(pk=pk).content.deflated)


def _store(export: Export, number: int, deflated_: bytes, *, of_file: bool) -> None:
    piece = ExportPiece(id=uuid4(), export_id=export.pk, of_file=of_file, number=number)
    piece.content = Piece(deflated_)
    piece.save(force_insert=True)


def _in_megabytes(parts: Iterator[bytes]) -> Iterator[bytes]:
    waiting = bytearray()
    for part in parts:
        waiting += part
        if len(waiting) >= _BYTES:
            yield bytes(waiting)
            waiting.clear()
    if waiting:
        yield bytes(waiting)


# --- ends --------------------------------------------------------------------------------------
def _fail(export: Export, reason: str) -> None:
    with transaction.atomic():
        row = Export.objects.select_for_update().get(pk=export.pk)
        if row.claim != export.claim:
            return
        row.pieces.all().delete()
        row.stage, row.reason, row.ended_at = ExportState.FAILED, reason, clock.now()
        row.save(update_fields=["stage", "reason", "ended_at"])
        told = {"rows": row.lines, "why": reason}
        _log(events.EXPORT_ENDED, row, system("exports"), outcome="failure", **told)


def forget_expired(now: datetime) -> int:
    """Remove the bytes of what can no longer be fetched; safe to repeat. How many exports it was."""
    gone = 0
    over = Export.objects.filter(stage=ExportState.READY, expires_at__lte=now)
    while some := list(over.values_list("pk", flat=True)[:20]):
        with transaction.atomic():
            ExportPiece.objects.filter(export_id__in=some).delete()
            gone += over.filter(pk__in=some).update(stage=ExportState.EXPIRED)
    return gone


def _log(
    name: str, export: Export, actor: Actor, *, outcome: str = "success", **facts: str | int
) -> None:
    log.append(
        name,
        actor=actor,
        obj=log.Obj("export", str(export.pk)),
        outcome=outcome,
        purpose=f"export of the {SOURCES[export.register].title}",
        reason=export.asked.filter.get("reason"),
        recipient=export.asked.for_whom.get("name"),
        extra={"format": export.format, **facts},
    )
