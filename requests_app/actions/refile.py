"""A request filed as the wrong kind goes on as the right one, and keeps its receipt date.

A request's kind never changes: one of the right kind is filed with the same receipt, site, asker and
patient, and the other is moved beside it, each naming the other.  The clock of the right kind counts
from the day any office had it.  PostgreSQL holds that neither half stands without the other.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from audit import log
from audit.actors import Actor
from requests_app import events, questions
from requests_app.actions import door, file
from requests_app.actions.whole import whole
from requests_app.casework import moved
from requests_app.casework.models import Refiling
from requests_app.complaints import routing
from requests_app.deadlines.calendars import day_of
from requests_app.errors import BadInput
from requests_app.kinds.base import Kind, Move, Nothing
from requests_app.kinds.models import StatusRow
from requests_app.permissions import Permission, require
from requests_app.questions import text

#: A birth that was itself the verification stays one: the account is still linked.
SIGNED_IN = "file_signed_in"
#: The move of every kind that ends the wrong one.
MOVE = "refile"


@dataclass(frozen=True)
class Refile:
    """Why it was another kind."""

    why: str = text(
        name="why it is another kind",
        question="Why is this another kind of request?",
        max_length=1000,
        multiline=True,
    )


def refile(reference: str, raw: object, *, actor: Actor, now: datetime) -> Kind:
    """File the request anew as the kind it is; the new one.

    raw  {"kind", "details", "why"}
    Raises NotFound, NotPermitted, NotNow (it was answered or decided on already), BadInput; nothing
    is then stored.
    """
    with whole():
        wrong = door.lock(reference, actor=actor, now=now)
        require(actor, Permission.WORK_REQUESTS, site=str(wrong.site_id))
        door.check(wrong, MOVE, actor=actor, now=now)
        kind, details, rest = file.split(raw)
        asked = questions.parse(Refile, rest, at="", today=now.date())
        if kind.name == wrong.kind:
            raise BadInput.one("/kind", "Choose another kind than the one it has.")
        right = _filed_anew(kind, details, wrong, actor=actor, now=now)
        row = moved.keep(wrong, right, asked.why, actor=actor, now=now)
        _log(row, wrong, right, actor)
        routing.goes_on_as(wrong, right)
        move: Move[Any] = Move(wrong, actor, now, Nothing())
        door.carry_out(move, wrong.moves()[MOVE])
    return right


def _filed_anew(
    kind: type[Kind], details: object, wrong: Kind, *, actor: Actor, now: datetime
) -> Kind:
    today = day_of(now, wrong.site.time_zone)
    read = file.filed(kind, details, None, today=today, received=wrong.received_on)
    right = kind(
        kind=kind.name,
        site=wrong.site,
        patient=wrong.patient,
        representative=wrong.representative,
        channel=wrong.channel,
        received_at=wrong.received_at,
        received_on=wrong.received_on,
        filed=replace(wrong.filed, details=read.details),
    )
    known = _born_signed_in(wrong) and SIGNED_IN in kind.moves()
    name = SIGNED_IN if known else "file"
    return file.born(right, name, actor=actor, now=now, filed_by=wrong.filed_by)


def _born_signed_in(wrong: Kind) -> bool:
    return StatusRow.objects.filter(request_id=wrong.pk, version=1, move=SIGNED_IN).exists()


def _log(row: Refiling, wrong: Kind, right: Kind, actor: Actor) -> None:
    log.append(
        events.REQUEST_REFILED,
        actor=actor,
        patient=str(wrong.patient_id) if wrong.patient_id else None,
        request=wrong.reference,
        obj=log.Obj("refiling", str(row.pk)),
        before={"kind": wrong.kind},
        after={"kind": right.kind, "request": right.reference},
    )
