"""Reminders before a due day, on it and after it.

Asked "due and not yet acted": an outage of any length is caught up with, and asking twice, or from
two schedulers at once, reminds once.
"""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q

from audit import log
from audit.actors import Actor, system
from requests_app import events
from requests_app.kinds.models import DueInstant
from requests_app.outbox import Audience, Tiding, Topic, tell_all
from requests_app.reminders import late
from requests_app.subscriptions import announce

#: Instants acted on in one transaction: a killed worker undoes at most so many.
BATCH = 100
SAID, OVERTAKEN = "said", "overtaken"
_NAMES = {
    Topic.DUE_SOON: events.REMINDED_DUE_SOON,
    Topic.DUE_TODAY: events.REMINDED_DUE_TODAY,
    Topic.OVERDUE: events.REMINDED_OVERDUE,
    Topic.LATE: events.REMINDED_LATE,
}


@dataclass(frozen=True, slots=True)
class Swept:
    """How many instants of one batch were said, and how many a later one had made pointless."""

    said: int
    overtaken: int

    @property
    def acted(self) -> int:
        return self.said + self.overtaken


def sweep(*, now: datetime, most: int = BATCH) -> Swept:
    """Act on up to `most` due instants in one transaction. Repeat until nothing was acted on.

    Of several instants of one request only the latest is said to the office: "due in two days" is
    no news beside "past its due date".  The others stay on record as overtaken.  What the person
    who asked is owed, that the answer is late, nothing overtakes.
    """
    with transaction.atomic():
        due = _claim(now, most)
        overtaken = [instant for instant in due if instant.overtaken]  # type: ignore[attr-defined]
        said = [instant for instant in due if instant not in overtaken]
        _act(overtaken, OVERTAKEN, now)
        _act(said, SAID, now)
        tell_all((tiding for one in said for tiding in _tidings(one)), now=now)
        if said:
            announce([(one.request, Topic(one.what)) for one in said], now=now)
        actor = system("sweep")
        for instant in said:
            if instant.what == Topic.LATE:
                late.tell(instant.request, now=now)
            _log(instant, actor, now)
    return Swept(len(said), len(overtaken))


def _claim(now: datetime, most: int) -> list[DueInstant]:
    """Due instants that nobody else is acting on, theirs and their requests' rows locked.

    A request that somebody is moving at this moment is left for the next sweep: the move may settle
    what was due, and neither waits for the other.
    """
    later = DueInstant.objects.filter(
        Q(acted_at__isnull=True) | Q(outcome=SAID),
        request=OuterRef("request"),
        at__gt=OuterRef("at"),
        at__lte=now,
    ).exclude(what=Topic.LATE)
    due = DueInstant.objects.filter(acted_at__isnull=True, at__lte=now)
    overtaken = ~Q(what=Topic.LATE) & Q(Exists(later))
    rows = due.annotate(overtaken=ExpressionWrapper(overtaken, output_field=BooleanField()))
    rows = rows.select_related("request__site")
    locked = rows.select_for_update(skip_locked=True, no_key=True, of=("self", "request"))
    return list(locked.order_by("at", "id")[:most])


def _tidings(instant: DueInstant) -> list[Tiding]:
    """One for each audience; where nobody works on it the official is told once, not twice."""
    request, topic = instant.request, Topic(instant.what)
    audiences = [Audience(one) for one in instant.audiences.split()]
    if not request.assigned_to and Audience.OFFICER in audiences:
        audiences = [one for one in audiences if one is not Audience.OFFICE]
    return [(request, topic, audience) for audience in audiences]


def _act(instants: list[DueInstant], outcome: str, now: datetime) -> None:
    ids = [instant.pk for instant in instants]
    DueInstant.objects.filter(pk__in=ids).update(acted_at=now, outcome=outcome)


def _log(instant: DueInstant, actor: Actor, now: datetime) -> None:
    request = instant.request
    log.append(
        _NAMES[Topic(instant.what)],
        actor=actor,
        patient=str(request.patient_id) if request.patient_id else None,
        request=request.reference,
        obj=log.Obj("due_instant", str(instant.pk), None),
        extra={"at": instant.at.isoformat(), "due_on": str(request.due_on)},
        day=now.astimezone(ZoneInfo(request.site.time_zone)).date(),
        zone=request.site.time_zone,
    )
