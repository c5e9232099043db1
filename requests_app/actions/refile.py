"""A request filed as the wrong kind goes on as the right one, and keeps its receipt date.

A request's kind never changes: one of the right kind is filed with the same receipt, site, asker and
patient, and the other ends beside it, each naming the other.  The clock of the right kind counts from
the day any office had it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from audit import log
from audit.actors import Actor
from requests_app import events, questions
from requests_app.actions import door, file
from requests_app.casework.models import Refiling, RefilingFacts
from requests_app.deadlines.calendars import day_of
from requests_app.errors import BadInput
from requests_app.kinds.base import Kind
from requests_app.kinds.models import Filed, StatusRow
from requests_app.permissions import Permission, require
from requests_app.questions import text

#: A birth that was itself the verification stays one: the account is still linked.
SIGNED_IN = "file_signed_in"


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
    Raises NotFound, NotPermitted, NotNow (it was answered already), BadInput; nothing is then stored.
    """
    with transaction.atomic():
        wrong = door.lock(reference, actor=actor, now=now)
        require(actor, Permission.WORK_REQUESTS, site=str(wrong.site_id))
        kind, details, rest = file.split(raw)
        asked = questions.parse(Refile, rest, at="", today=now.date())
        if kind.name == wrong.kind:
            raise BadInput.one("/kind", "Choose another kind than the one it has.")
        right = _filed_anew(kind, details, wrong, actor=actor, now=now)
        _end(wrong, right, actor=actor, now=now)
        row = Refiling.objects.create(
            wrong_id=wrong.pk,
            right_id=right.pk,
            facts=RefilingFacts(asked.why),
            refiled_by=actor.id,
            refiled_by_name=actor.name,
            refiled_at=now,
        )
        log.append(
            events.REQUEST_REFILED,
            actor=actor,
            patient=str(wrong.patient_id) if wrong.patient_id else None,
            request=wrong.reference,
            obj=log.Obj("refiling", str(row.pk)),
            before={"kind": wrong.kind},
            after={"kind": right.kind, "request": right.reference},
        )
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
        filed=Filed(asker=wrong.filed.asker, details=read.details),
    )
    known = _born_signed_in(wrong) and SIGNED_IN in kind.moves()
    name = SIGNED_IN if known else "file"
    return file.born(right, name, actor=actor, now=now, filed_by=wrong.filed_by)


def _born_signed_in(wrong: Kind) -> bool:
    return StatusRow.objects.filter(request_id=wrong.pk, version=1, move=SIGNED_IN).exists()


def _end(wrong: Kind, right: Kind, *, actor: Actor, now: datetime) -> None:
    """It ends as one that was taken back; the note says that it goes on, and under which reference."""
    note: dict[str, Any] = {"note": f"Goes on as {right.reference}, with the same day of receipt."}
    door.act(wrong.reference, "withdraw", actor=actor, now=now, raw=note, version=wrong.version)
