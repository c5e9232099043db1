"""The log, opened by those who may: with a reason, and every opening is itself an entry."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import transaction
from rest_framework.request import Request as Call
from rest_framework.response import Response

from audit import log
from audit.log import Facet, Opened
from privacy_portal.api import pages, schemas
from privacy_portal.api.base import Resource, body
from privacy_portal.api.described import described
from privacy_portal.api.schemas import ANY, INSTANT, TEXT, a_list, an_object, maybe
from privacy_portal.api.schemas import shaped as like
from requests_app import events, questions, selectors
from requests_app.complaints import routing
from requests_app.errors import NotPermitted, Problem
from requests_app.people.references import parse_reference
from requests_app.permissions import Permission, require, sites_for
from requests_app.questions import choice, text
from requests_app.questions.amounts import whole

_LIST = "audit.entries"


class About(StrEnum):
    """By what entries are found."""

    SUBJECT = "subject"
    ACTOR = "actor"
    NAME = "name"
    REQUEST = "request"


@dataclass(frozen=True)
class SearchEntries:
    """Which entries, and why they are opened."""

    reason: str = text(
        name="the reason",
        question="Why are these entries opened?",
        hint="Kept in the log.",
        max_length=400,
        example="Yearly review of who read the disclosure log",
    )
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


class Search(Resource):
    """Entries of the log, opened."""

    @described(tag="log", asks=SearchEntries, gives=schemas.paged(ENTRY))
    def post(self, request: Call) -> Response:
        """Open entries of the log, newest first, about one patient, actor, event or request.

        Opening is itself an entry, with the reason given.
        """
        self._require_all_sites()
        asked = questions.parse(SearchEntries, body(request), at="", today=self.now.date())
        with transaction.atomic():
            page = self._page(asked)
            self._log(asked, len(page.entries))
        following = pages.write_cursor([str(page.before)], _LIST) if page.before else None
        shown = self._without_own_complaints(page.entries)
        return Response({"results": [_entry(one) for one in shown], "next": following})

    def _without_own_complaints(self, entries: Sequence[Opened]) -> list[Opened]:
        """A complaint is hidden from the person it names, here too; an auditor reads all of it."""
        named = {one.entry.request for one in entries if one.entry.request}
        hidden = routing.hidden_references(named, self.actor)
        return [one for one in entries if one.entry.request not in hidden]

    def _require_all_sites(self) -> None:
        """Entries are not sorted by site, so a role limited to some sites does not open them."""
        require(self.actor, Permission.READ_LOG)
        if sites_for(self.actor, Permission.READ_LOG) is not None:
            raise NotPermitted("Only somebody whose role reaches every site can read the log.")

    def _page(self, asked: SearchEntries) -> log.Page:
        before = _before(asked.cursor)
        limit = asked.limit or pages.USUAL
        if asked.facet is None or asked.value is None:
            return log.recent(before=before, limit=limit)
        facet = Facet[asked.facet.name]
        return log.find(facet, _value(asked.facet, asked.value), before=before, limit=limit)

    def _log(self, asked: SearchEntries, count: int) -> None:
        about = {"facet": asked.facet.value, "value": asked.value} if asked.facet else {}
        log.append(
            events.READ_LOG,
            actor=self.actor,
            patient=asked.value if asked.facet is About.SUBJECT else None,
            reason=asked.reason,
            extra={"count": count, **about},
        )


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
