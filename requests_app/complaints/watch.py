"""Watch for retaliation: what goes against somebody after they complained (164.530(g), 160.316).

Nothing is stopped, since a denial may be right; it is put on record and shown to whoever takes the
complaint, so that a second pair of eyes looks at it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID, uuid4

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from audit import log
from audit.actors import Actor
from requests_app import events
from requests_app.casework.moved import away
from requests_app.complaints.models import Adverse, AdverseAfterComplaint
from requests_app.kinds.base import MOVED, Clock, Kind, Move, MoveSpec
from requests_app.kinds.models import Channel, Request
from requests_app.outbox import Audience, Topic, tell
from requests_app.people import charts
from requests_app.words import Words

AnyMove = Move[Any]

#: The moves, of any kind, by which the practice says no to something that was asked.
REFUSALS = frozenset(
    {
        "deny",
        "grant_in_part",
        "uphold",
        "could_not_verify",
        "not_qualifying",
        "agree_in_part",
        "refuse",
        "lapse",
        "end_by_notice",
        "accept_in_part",
        "rebut",
        "record_contest",
    }
)
#: Lawful within its limits, and a person is made to wait all the same.
EXTENSION = "extend"
#: What stops the clock and is no answer: what the person who asks chooses, and what goes on as
#: another kind, whose own answer is looked at.
NO_ANSWER = frozenset({"withdraw", "refile"})


@dataclass(frozen=True, slots=True)
class Act:
    """What staff do that is no move: its words, and in what way it goes against somebody."""

    title: Words
    why: Adverse


#: What staff do beside moves that goes against the patient, or whoever acts for them.
ACTS: Mapping[str, Act] = {
    "refuse_representative": Act(_("A representative was refused"), Adverse.REFUSED),
    "end_representative": Act(_("A representative is recognized no longer"), Adverse.ENDED),
    "untie_account": Act(_("An account was untied"), Adverse.ENDED),
    "place_hold": Act(_("A hold was placed"), Adverse.HELD),
}


@dataclass(frozen=True, slots=True)
class Hit:
    """Whom it goes against: a request's asker; or a patient, and the accounts that lose something."""

    request: Kind | None = None
    patient: UUID | None = None
    accounts: Iterable[UUID] = ()


def note(move: AnyMove, spec: MoveSpec) -> None:
    """Flag the move to each complaint its asker had made before, if it goes against them."""
    why = adverse(move, spec)
    if why is None:
        return
    request = move.request
    row = AdverseAfterComplaint(
        request_id=request.pk, version=request.version, move=spec.name, why=why, at=move.now
    )
    thing = log.Obj("request", str(request.pk), request.version)
    where = {"day": move.today, "zone": request.site.time_zone}
    _flag(row, _complaints(request, now=move.now), thing, move.actor, where)


def note_act(name: str, thing: log.Obj, hit: Hit, *, actor: Actor, now: datetime) -> None:
    """Flag what staff did beside moves to each complaint that whom it hits had made before.

    name   one of ACTS; another raises KeyError
    thing  the row that was made or ended
    """
    row = AdverseAfterComplaint(
        request_id=hit.request.pk if hit.request else None,
        patient_id=hit.patient,
        thing=UUID(thing.id),
        move=name,
        why=ACTS[name].why,
        at=now,
    )
    found = _complaints(hit.request, now=now) if hit.request else _of_person(hit, now=now)
    _flag(row, found, thing, actor, {})


def title(row: AdverseAfterComplaint) -> Words:
    """What was done, in words."""
    if row.thing is not None:
        return ACTS[row.move].title
    return cast(Kind, row.request).moves()[row.move].title


def adverse(move: AnyMove, spec: MoveSpec) -> Adverse | None:
    """In what way the move goes against the person who asked, if it does."""
    if spec.name in REFUSALS:
        return Adverse.REFUSED
    if spec.name == EXTENSION:
        return Adverse.PUT_OFF
    if getattr(move.input, "fee", None):
        return Adverse.FEE
    return Adverse.LATE if _late(move, spec) else None


def _late(move: AnyMove, spec: MoveSpec) -> bool:
    """Whether this move is the answer, and came after the due day."""
    request = move.request
    if request.CLOCK.get(spec.name) is not Clock.STOP or spec.name in NO_ANSWER:
        return False
    if request.due_on is None or request.answered_on is None:
        return False
    return request.answered_at == move.now and request.answered_on > request.due_on


def _complaints(request: Kind, *, now: datetime) -> QuerySet[Request]:
    """What whoever asks complained of before; the request itself is none of it."""
    accounts = [request.filed_by] if request.channel == Channel.PORTAL else []
    return _made_before(request.patient_id, accounts, now=now).exclude(pk=request.pk)


def _of_person(hit: Hit, *, now: datetime) -> QuerySet[Request]:
    return _made_before(hit.patient, [str(one) for one in hit.accounts], now=now)


def _made_before(patient: UUID | None, accounts: list[str], *, now: datetime) -> QuerySet[Request]:
    """What the same person complained of before: of any chart of theirs, or from the same account.

    Not what turned out to be somebody else's complaint.
    """
    same = Q(filed_by__in=accounts, channel=Channel.PORTAL)
    if patient is not None:
        same |= Q(patient_id__in=charts.same_person(patient, at=now))
    rows = Request.objects.filter(same, kind="complaint", entered_at__lte=now)
    return rows.exclude(state=MOVED, pk__in=away())


def _flag(
    row: AdverseAfterComplaint,
    complaints: Iterable[Request],
    thing: log.Obj,
    actor: Actor,
    where: Mapping[str, Any],
) -> None:
    """The row to each of the complaints, the office told, and an entry each."""
    for complaint in complaints:
        row.pk, row.complaint = uuid4(), complaint
        row.save(force_insert=True)
        tell(complaint, (Topic.MOVED, Audience.OFFICE), now=row.at)
        log.append(
            events.ADVERSE_FLAGGED,
            actor=actor,
            patient=str(complaint.patient_id) if complaint.patient_id else None,
            request=complaint.reference,
            obj=thing,
            extra={"move": row.move, "why": str(row.why)},
            **where,
        )
