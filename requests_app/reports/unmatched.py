"""The pile: requests nobody has been tied to yet. Their clocks run, and silence ends none of them.

A request leaves the pile by being matched to a patient, or is answered: in writing, that identity
could not be verified, which is counted apart from denials (reports/cases.py).  Until then the day can
be moved once, by a notice of extension.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import cast
from uuid import UUID

from django.db.models import F

from audit.actors import Actor
from requests_app.actions import door
from requests_app.deadlines.calendars import day_of
from requests_app.kinds import registry
from requests_app.kinds.base import Kind
from requests_app.reports.cases import readable

#: As many as can be looked through; the answer says whether there are more.
SHOWN = 100
#: What the office can do, beside finding whose records they are, in the order of the law.
WAYS = ("extend", "could_not_verify")


@dataclass(frozen=True, slots=True)
class Way:
    """A move that is possible at any time, or the sentence why it is not now."""

    move: str
    allowed: bool
    reason: str = ""
    citation: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One request. `days_left` is below nought once the due day is over; None where no law sets one."""

    request: Kind
    days_left: int | None
    ways: tuple[Way, ...]


@dataclass(frozen=True, slots=True)
class Pile:
    """What falls due first comes first; `more` is whether others were left out."""

    rows: tuple[Waiting, ...]
    more: bool


def unmatched(actor: Actor, *, now: datetime, site: UUID | None = None) -> Pile:
    """Open requests of no patient, of those the actor may see. Raises NotPermitted.

    Not those of a kind that needs no patient: anybody may complain, or ask for the notice.
    """
    rows = readable(actor, now=now, site=site).filter(
        patient__isnull=True, answered_at__isnull=True, kind__in=kinds()
    )
    ordered = rows.order_by(F("due_at").asc(nulls_last=True), "received_at", "id")
    found = list(ordered.select_related("site", "representative")[: SHOWN + 1])
    shown = tuple(_waiting(cast(Kind, one), actor, now) for one in found[:SHOWN])
    return Pile(shown, more=len(found) > SHOWN)


@cache
def kinds() -> tuple[str, ...]:
    """The kinds that are about somebody's records: those that may end because nobody could be verified."""
    return tuple(kind.name for kind in registry.all_kinds() if "could_not_verify" in kind.moves())


def _waiting(request: Kind, actor: Actor, now: datetime) -> Waiting:
    today = day_of(now, request.site.time_zone)
    known = request.moves()
    return Waiting(
        request,
        days_left=(request.due_on - today).days if request.due_on else None,
        ways=tuple(_way(request, name, actor, now) for name in WAYS if name in known),
    )


def _way(request: Kind, name: str, actor: Actor, now: datetime) -> Way:
    refusal = door.hindrance(request, request.moves()[name], actor=actor, now=now)
    if refusal is None:
        return Way(name, allowed=True)
    return Way(name, allowed=False, reason=refusal.sentence, citation=refusal.citation)
