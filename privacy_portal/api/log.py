"""Entries of the log: listed without opening, opened with a reason; both are themselves entries."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import transaction
from rest_framework.request import Request as Call
from rest_framework.response import Response

from audit import log, reading
from audit.log import Facet, Opened
from audit.reading import Sealed, Which
from privacy_portal.api import pages, schemas
from privacy_portal.api.base import Resource, body
from privacy_portal.api.described import described
from privacy_portal.api.presenters import API
from privacy_portal.api.schemas import ANY, INSTANT, TEXT, WHOLE, a_list, an_object, maybe
from privacy_portal.api.schemas import shaped as like
from requests_app import events, questions, selectors
from requests_app.errors import NotFound, Problem
from requests_app.log_readers import require_whole_log, without_own_complaints
from requests_app.people.references import parse_reference
from requests_app.questions import choice, text
from requests_app.questions.amounts import instant, whole

_LIST = "audit.entries"


class About(StrEnum):
    """By what entries are found."""

    SUBJECT = "subject"
    ACTOR = "actor"
    NAME = "name"
    REQUEST = "request"


@dataclass(frozen=True, kw_only=True)
class ListEntries:
    """Which entries."""

    facet: About | None = choice(
        About,
        name="the facet",
        question="Found by what?",
        optional=True,
        hint="Left out: the newest entries of all.",
        example=About.NAME,
    )
    value: str | None = text(
        name="the value",
        question="Which one?",
        hint="A patient's id, an account's id, an event's name or a request's reference.",
        max_length=100,
        optional=True,
        example=events.READ_DISCLOSURES,
    )
    since: datetime | None = instant(
        name="the beginning", question="Written from when on?", optional=True
    )
    until: datetime | None = instant(
        name="the end", question="Written before when?", optional=True,
        example="2027-01-01T00:00:00-05:00",
    )  # fmt: skip
    limit: int | None = whole(
        name="the limit", question="How many at most?", least=1, most=100, optional=True, example=25
    )
    cursor: str | None = text(
        name="the cursor",
        question="Where the page before ended, as it gave it",
        max_length=1000,
        optional=True,
    )

    def problems(self) -> list[Problem]:
        if self.facet and not self.value:
            return [Problem("/value", "Enter which one.")]
        if self.value and not self.facet:
            return [Problem("/facet", "Choose by what entries are found.")]
        return []

    def which(self) -> Which:
        """The same in the log's own terms."""
        span: dict[str, Any] = {"since": self.since, "until": self.until}
        page = {"before": _before(self.cursor), "limit": self.limit or pages.USUAL}
        if self.facet is None or self.value is None:
            return Which(**span, **page)
        return Which(Facet[self.facet.name], _value(self.facet, self.value), **span, **page)

    def told(self) -> dict[str, Any]:
        """What an entry says of the search."""
        span = {"since": self.since, "until": self.until}
        told = {name: at.isoformat() for name, at in span.items() if at}
        return told | ({"facet": self.facet.value, "value": self.value} if self.facet else {})

    @property
    def patient(self) -> str | None:
        return self.value if self.facet is About.SUBJECT else None


@dataclass(frozen=True, kw_only=True)
class WhyOpened:
    """Why entries are opened."""

    reason: str = text(
        name="the reason",
        question="Why are these entries opened?",
        hint="Kept in the log.",
        max_length=400,
        example="Yearly review of who read the disclosure log",
    )


@dataclass(frozen=True, kw_only=True)
class SearchEntries(ListEntries, WhyOpened):
    """Which entries, and why they are opened."""


_WHO = an_object(
    id=TEXT,
    name=like(TEXT, "Olive Officer"),
    roles=a_list(like(TEXT, "auditor")),
    via=like(TEXT, "token"),
)
ENTRY = an_object(
    id=TEXT,
    at=INSTANT,
    name=like(TEXT, events.READ_DISCLOSURES),
    outcome=like(TEXT, "success"),
    actor=_WHO,
    acting_for=like(maybe("string"), None),
    patient=maybe("string"),
    request=like(maybe("string"), None),
    object=like({"type": ["object", "null"]}, None),
    reason=like(maybe("string"), None),
    purpose=like(maybe("string"), "disclosure log"),
    recipient=like(maybe("string"), None),
    before=like({"type": ["object", "null"]}, None),
    after=like({"type": ["object", "null"]}, None),
    extra={**ANY, "type": ["object", "null"], "examples": [{"count": 3}]},
    day=like(maybe("string", format="date"), None),
    zone=like(maybe("string"), None),
    network=like({"type": ["object", "null"]}, {"request_id": None, "address": "192.0.2.7"}),
    app=like(maybe("string"), "web"),
)


_SEALED: dict[str, Any] = {
    "id": TEXT,
    "at": INSTANT,
    "arrived_at": INSTANT,
    "index": maybe("integer"),
    "leaf": like(maybe("string"), "4d" * 32),
    "log": maybe("string"),
    "length": WHOLE,
    "key": WHOLE,
    "url": TEXT,
    "receipt": TEXT,
}
SEALED = an_object(**_SEALED)


class LogResource(Resource):
    """What only somebody may who may read the whole log."""

    def initial(self, request: Call, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        require_whole_log(self.actor)


class Search(LogResource):
    """Entries of the log, opened."""

    @described(tag="log", asks=SearchEntries, gives=schemas.paged(ENTRY))
    def post(self, request: Call) -> Response:
        """Open entries of the log, newest first, about one patient, actor, event or request.

        Opening is itself an entry, with the reason given.
        """
        asked = questions.parse(SearchEntries, body(request), at="", today=self.now.date())
        with transaction.atomic():
            page = reading.opened(asked.which())
            log.append(
                events.READ_LOG,
                actor=self.actor,
                patient=asked.patient,
                reason=asked.reason,
                extra={"count": len(page.entries), **asked.told()},
            )
        shown = without_own_complaints(page.entries, self.actor)
        return Response({"results": [_entry(one) for one in shown], "next": _next(page.before)})


class Listed(LogResource):
    """Entries of the log, sealed."""

    @described(tag="log", asks=ListEntries, gives=schemas.paged(SEALED))
    def post(self, request: Call) -> Response:
        """List entries of the log without opening them, newest first.

        Found through the keyed index: by patient, actor, event or request, and by time. The act is
        itself an entry.
        """
        asked = questions.parse(ListEntries, body(request), at="", today=self.now.date())
        with transaction.atomic():
            sheet = reading.listed(asked.which())
            log.append(
                events.LISTED_LOG,
                actor=self.actor,
                patient=asked.patient,
                extra={"count": len(sheet.entries), **asked.told()},
            )
        shown = [_sealed(one) for one in sheet.entries]
        return Response({"results": shown, "next": _next(sheet.before)})


class OneEntry(LogResource):
    """One entry, sealed."""

    @described(tag="log", gives=SEALED, refused=(404,))
    def get(self, request: Call, pk: str) -> Response:
        """Read where an entry stands in the log, without opening it."""
        return Response(_sealed(one_sealed(pk)))


class OpenEntry(LogResource):
    """One entry, opened."""

    @described(tag="log", asks=WhyOpened, gives=ENTRY, refused=(404,))
    def post(self, request: Call, pk: str) -> Response:
        """Open one entry of the log. Opening is itself an entry, with the reason given."""
        asked = questions.parse(WhyOpened, body(request), at="", today=self.now.date())
        found = log.read(one_sealed(pk).eid)
        if not without_own_complaints([found], self.actor):
            raise NotFound
        with transaction.atomic():
            log.append(
                events.READ_LOG,
                actor=self.actor,
                patient=found.entry.patient,
                reason=asked.reason,
                extra={"count": 1, "entry": str(found.eid)},
            )
        return Response(_entry(found))


def one_sealed(pk: str) -> Sealed:
    try:
        return reading.sealed(selectors.uuid_or_not_found(pk))
    except LookupError:
        raise NotFound from None


def _next(before: UUID | None) -> str | None:
    return pages.write_cursor([str(before)], _LIST) if before else None


def _sealed(one: Sealed) -> dict[str, Any]:
    url = f"{API}/log/entries/{one.eid}"
    return {
        "id": str(one.eid),
        "at": one.at.isoformat(),
        "arrived_at": one.arrived.isoformat(),
        "index": one.index,
        "leaf": one.leaf.hex() if one.leaf else None,
        "log": one.log or None,
        "length": one.length,
        "key": one.key,
        "url": url,
        "receipt": f"{url}/receipt",
    }


def _before(cursor: str | None) -> UUID | None:
    if cursor is None:
        return None
    return UUID(pages.read_cursor(cursor, _LIST, 1, at="")[0])


def _value(facet: About, value: str) -> str:
    """The value in the form in which entries hold it."""
    if facet is About.SUBJECT:
        return str(selectors.uuid_at(value, at="/value"))
    return parse_reference(value, at="/value") if facet is About.REQUEST else value


def _entry(opened: Opened) -> dict[str, Any]:
    entry = opened.entry
    plain = {
        name: getattr(entry, name)
        for name in (
            "name", "outcome", "acting_for", "patient", "request", "reason", "purpose",
            "recipient", "before", "after", "extra", "zone", "app",
        )
    }  # fmt: skip
    return plain | {
        "id": str(opened.eid),
        "at": entry.at.isoformat(),
        "actor": _members(entry.actor) | {"roles": list(entry.actor.roles)},
        "object": _members(entry.object) if entry.object else None,
        "network": _members(entry.network) if entry.network else None,
        "day": entry.day.isoformat() if entry.day else None,
    }


def _members(value: Any) -> dict[str, Any]:
    return {name: getattr(value, name) for name in value.__struct_fields__}
