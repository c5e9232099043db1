"""A request as a report sees it: its kind, its days and how it was answered. Nothing sealed is opened."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from django.db.models import F, OuterRef, QuerySet, Subquery

from audit.actors import Actor
from requests_app import selectors
from requests_app.kinds.base import MOVED, Clock, late
from requests_app.kinds.models import ClockRow, Request, StatusRow
from requests_app.permissions import Permission, require


class Outcome(StrEnum):
    """How a request was answered.

    Not being able to tell who asks is no denial, and is counted apart; so is what was filed as the
    wrong kind, which is counted as the request it goes on as.
    """

    GIVEN = "given"  # what was asked is given or done
    IN_PART = "in_part"
    DENIED = "denied"
    ELSEWHERE = "elsewhere"  # told where, or how, to ask
    UNVERIFIED = "unverified"
    WITHDRAWN = "withdrawn"
    MOVED = "moved"
    OPEN = "open"


#: What an answer is by the state it led to. Only moves that stop the clock are answers.
OF_STATE: dict[str, Outcome] = {
    "delivered": Outcome.GIVEN,
    "provided": Outcome.GIVEN,
    "amended": Outcome.GIVEN,
    "accommodated": Outcome.GIVEN,
    "effective": Outcome.GIVEN,
    "routed": Outcome.GIVEN,
    "agreed_must": Outcome.GIVEN,
    "agreed": Outcome.GIVEN,
    "given": Outcome.GIVEN,
    "carried_out": Outcome.GIVEN,
    "resolved": Outcome.GIVEN,
    "delivered_in_part": Outcome.IN_PART,
    "amended_in_part": Outcome.IN_PART,
    "agreed_in_part": Outcome.IN_PART,
    "under_review": Outcome.IN_PART,  # the granted part given while the rest is reviewed
    "review_upheld": Outcome.IN_PART,
    "denied": Outcome.DENIED,
    "refused": Outcome.DENIED,
    "not_qualifying": Outcome.DENIED,
    "redirected": Outcome.ELSEWHERE,
    "not_written": Outcome.ELSEWHERE,
    "unverified": Outcome.UNVERIFIED,
    "withdrawn": Outcome.WITHDRAWN,
    MOVED: Outcome.MOVED,
}


@dataclass(frozen=True, slots=True)
class Case:
    """One request. `due_at` is the end of the due day; no due day means that no law sets one."""

    kind: str
    received_on: date
    due_on: date | None = None
    due_at: datetime | None = None
    answered_on: date | None = None
    outcome: Outcome = Outcome.OPEN

    def is_late(self, now: datetime) -> bool:
        """Answered after the due day; or open, and the due day is over."""
        return late(self.due_on, self.due_at, self.answered_on, now=now)


def readable(actor: Actor, *, now: datetime, site: UUID | None = None) -> QuerySet[Request]:
    """The requests that a report may count for this person: those they may see, and no other.

    Raises NotPermitted. Whoever is limited to some sites counts those.
    """
    require(actor, Permission.READ_REQUESTS)
    rows = selectors.visible_requests(actor, now=now)
    return rows if site is None else rows.filter(site_id=site)


def cases(rows: QuerySet[Request]) -> Iterator[Case]:
    """The rows as cases, read in one statement and a few thousand at a time."""
    stops = ClockRow.objects.filter(request=OuterRef("request"), cause=Clock.STOP.value)
    last_stop = stops.order_by("-version").values("version")[:1]
    answers = StatusRow.objects.filter(request=OuterRef("pk")).annotate(stop=Subquery(last_stop))
    answered_by = answers.filter(version=F("stop")).values("target")[:1]
    found = rows.annotate(answer=Subquery(answered_by)).values_list(*_COLUMNS)
    for kind, received_on, due_on, due_at, answered_on, *how in found.iterator(chunk_size=2000):
        yield Case(kind, received_on, due_on, due_at, answered_on, _outcome(answered_on, *how))


def _outcome(answered_on: date | None, answer: str, state: str) -> Outcome:
    """By the state it was answered in; what stands as moved was, whenever that was put on record."""
    if answered_on is None:
        return Outcome.OPEN
    return OF_STATE[MOVED if state == MOVED else answer]


_COLUMNS = ("kind", "received_on", "due_on", "due_at", "answered_on", "answer", "state")
