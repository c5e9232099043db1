"""Looking for entries of the log: by request, by who acted, by event, by day. Nothing is shown here."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit import log
from audit.actors import Actor
from audit.log import Facet, Opened
from requests_app import events
from requests_app.errors import BadInput, Problem
from requests_app.log_readers import without_own_complaints
from requests_app.people.references import parse_reference
from requests_app.practice import selectors as practice
from requests_app.questions import day, in_order, text

SHOWN, AT_ONCE, LOOKED_THROUGH = 25, 100, 1_000
PURPOSE = "search in the log"


@dataclass(frozen=True)
class SearchLog:
    """What is looked for; every field given must fit. None of them says anything about a patient."""

    reference: str | None = text(
        name="the reference", question=_("Reference of a request"), max_length=40, optional=True
    )
    actor: str | None = text(name="who", question=_("Who did it?"), max_length=80, optional=True)
    event: str | None = text(
        name="the event", question=_("What happened?"), max_length=100, optional=True
    )
    since: date | None = day(
        name="the first day", question=_("On or after which day?"), optional=True
    )
    until: date | None = day(
        name="the last day", question=_("On or before which day?"), optional=True
    )

    def problems(self) -> list[Problem]:
        return in_order(self.since, self.until, at="/until")


@dataclass(frozen=True)
class Looked:
    """What was found, how many entries were looked through, and where to go on, if anywhere."""

    entries: list[Opened]
    through: int
    following: UUID | None


def look(asked: SearchLog, *, before: UUID | None, actor: Actor) -> Looked:
    """Find entries, newest first. The search is an entry itself."""
    wanted = _facets(asked)
    upper = before or _end_of(asked.until)
    with transaction.atomic():
        found = _found(asked, wanted, upper)
        log.append(
            events.READ_LOG,
            actor=actor,
            purpose=PURPOSE,
            extra={"count": len(found.entries), "looked_through": found.through}
            | {facet.name.lower(): value for facet, value in wanted.items()}
            | {name: str(on) for name in ("since", "until") if (on := getattr(asked, name))},
        )
    return Looked(without_own_complaints(found.entries, actor), found.through, found.following)


def _found(asked: SearchLog, wanted: dict[Facet, str], upper: UUID | None) -> Looked:
    shown: list[Opened] = []
    through, first = 0, _begin_of(asked.since)
    while through < LOOKED_THROUGH:
        page = _page(wanted, upper)
        for one in page.entries:
            if first is not None and one.entry.at < first:
                return Looked(shown, through, None)
            through, upper = through + 1, one.eid
            if _fits(one, wanted):
                shown.append(one)
            if len(shown) == SHOWN:
                return Looked(shown, through, upper)
        if page.before is None:
            return Looked(shown, through, None)
        upper = page.before
    return Looked(shown, through, upper)


def _page(wanted: dict[Facet, str], upper: UUID | None) -> log.Page:
    """By the narrowest of what was asked; the rest is looked at in each entry."""
    for facet in (Facet.REQUEST, Facet.ACTOR, Facet.NAME):
        if facet in wanted:
            return log.find(facet, wanted[facet], before=upper, limit=AT_ONCE)
    return log.recent(before=upper, limit=AT_ONCE)


def _fits(one: Opened, wanted: dict[Facet, str]) -> bool:
    held = log.facets_of(one.entry)
    return all(held.get(facet) == value for facet, value in wanted.items())


def _facets(asked: SearchLog) -> dict[Facet, str]:
    given = {Facet.ACTOR: asked.actor, Facet.NAME: asked.event}
    found = {facet: value for facet, value in given.items() if value}
    if asked.reference:
        found[Facet.REQUEST] = parse_reference(asked.reference, at="/reference")
    return found


def _begin_of(on: date | None) -> datetime | None:
    """The first instant of a day at the practice."""
    return None if on is None else datetime.combine(on, time(), ZoneInfo(practice.zone()))


def _end_of(on: date | None) -> UUID | None:
    """The id below which every entry of the day and before it lies."""
    after = None if on is None else _begin_of(on + timedelta(days=1))
    return None if after is None else UUID(int=int(after.timestamp() * 1000) << 80)


def read_cursor(text: str) -> UUID | None:
    """Where the page before ended, as it stood in the address."""
    if not text:
        return None
    try:
        return UUID(text)
    except ValueError:
        raise BadInput.one("/before", str(_("Go back to the first page."))) from None
