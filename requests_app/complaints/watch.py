"""Watch for retaliation: what goes against somebody after they complained (164.530(g), 160.316).

Nothing is stopped, since a denial may be right; it is put on record and shown to whoever takes the
complaint, so that a second pair of eyes looks at it.
"""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from audit import log
from requests_app import events
from requests_app.complaints.models import Adverse, AdverseAfterComplaint
from requests_app.kinds.base import Clock, Kind, Move, MoveSpec
from requests_app.kinds.models import Channel, Request
from requests_app.outbox import Audience, Topic, tell
from requests_app.people import charts

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


def note(move: AnyMove, spec: MoveSpec) -> None:
    """Flag the move to each complaint its asker had made before, if it goes against them."""
    why = adverse(move, spec)
    if why is None:
        return
    for complaint in _complaints(move.request, now=move.now):
        AdverseAfterComplaint.objects.create(
            complaint=complaint,
            request_id=move.request.pk,
            version=move.request.version,
            move=spec.name,
            why=why,
            at=move.now,
        )
        tell(complaint, (Topic.MOVED, Audience.OFFICE), now=move.now)
        _log(move, complaint, spec.name, why)


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
    """What the same person complained of before: of any chart of theirs, or from the same account."""
    same = Q(filed_by=request.filed_by, channel=Channel.PORTAL)
    if request.channel != Channel.PORTAL:
        same = Q(pk__in=[])
    if request.patient_id is not None:
        same |= Q(patient_id__in=charts.same_person(request.patient_id, at=now))
    rows = Request.objects.filter(same, kind="complaint", entered_at__lte=now)
    return rows.exclude(pk=request.pk)


def _log(move: AnyMove, complaint: Request, name: str, why: Adverse) -> None:
    log.append(
        events.ADVERSE_FLAGGED,
        actor=move.actor,
        patient=str(complaint.patient_id) if complaint.patient_id else None,
        request=complaint.reference,
        obj=log.Obj("request", str(move.request.pk), move.request.version),
        extra={"move": name, "why": why.value},
        day=move.today,
        zone=move.request.site.time_zone,
    )
