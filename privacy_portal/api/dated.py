"""Dated facts of the practice: who holds which duty, which record sets, which associates.

Added and ended, never overwritten, so that "who, on 3 May 2024" has an answer.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from rest_framework.request import Request as Call
from rest_framework.response import Response

from privacy_portal.api import asked, pages, schemas
from privacy_portal.api.base import Resource, body
from privacy_portal.api.described import described
from privacy_portal.api.schemas import DAY, TEXT, Schema, an_object, maybe
from privacy_portal.api.schemas import shaped as like
from requests_app.actions import practice as actions
from requests_app.actions import targets
from requests_app.permissions import Permission, may, require
from requests_app.practice import selectors
from requests_app.practice.models import (
    BusinessAssociate,
    Dated,
    Designation,
    Duty,
    RecordSet,
    Target,
)

_ON = schemas.query("on", "Only what was in force on this day.", schemas.DATE)


@dataclass(frozen=True)
class Sort:
    """One sort of dated fact: its rows, what is asked and shown of it, and who reads it.

    opened  for anybody signed in; else for whoever may read the practice's facts
    """

    title: str
    table: type[Dated]
    asks: type[Any]
    add: Callable[..., Dated]
    shows: Schema
    opened: bool


def _fact(**more: Schema) -> Schema:
    return an_object(
        id=TEXT,
        **more,
        in_force_from=DAY,
        in_force_until=like(maybe("string", format="date"), None),
    )


SORTS = {
    "designations": Sort(
        "designation",
        Designation,
        actions.Designate,
        actions.designate,
        _fact(
            duty=like({"enum": [duty.value for duty in Duty]}, "privacy_official"),
            title=like(TEXT, "Privacy official"),
            name=like(TEXT, "Olive Officer"),
            telephone=like(TEXT, "919-555-0101"),
            email=like(TEXT, "privacy@example.org"),
            account=maybe("string"),
        ),
        opened=True,
    ),
    "record-sets": Sort(
        "designated record set",
        RecordSet,
        actions.RecordSetAnswers,
        actions.add_record_set,
        _fact(
            site=TEXT,
            name=like(TEXT, "Charts"),
            where_kept=like(TEXT, "Cabinet 1"),
            holder_title=like(TEXT, "Office manager"),
        ),
        opened=False,
    ),
    "business-associates": Sort(
        "business associate",
        BusinessAssociate,
        actions.AssociateAnswers,
        actions.add_associate,
        _fact(
            name=like(TEXT, "Example Shredding"),
            service=like(TEXT, "Destroys paper"),
            contact_name=like(TEXT, "Shelly Example"),
            telephone=like(TEXT, "919-555-0160"),
            email=like(TEXT, "shelly@example.org"),
        ),
        opened=False,
    ),
    "targets": Sort(
        "target of the practice's own",
        Target,
        targets.SetTarget,
        targets.set_target,
        _fact(kind=like(TEXT, "access"), days=like(schemas.WHOLE, 10)),
        opened=False,
    ),
}


class Facts(Resource):
    """Facts of one sort. Subclassed once for each."""

    sort: Sort
    queries = frozenset({"on", *schemas.names(schemas.PAGING)})

    def _listed(self, request: Call) -> Response:
        if not self.sort.opened:
            require(self.actor, Permission.READ_PRACTICE)
        rows = self.sort.table._default_manager.all()
        on = asked.day(request.query_params, "on")
        if on is not None:
            rows = rows.filter(selectors.in_force(on))
        return Response(
            pages.page(rows, request, by=("-in_force_from", "-id"), render=self.shown)[0]
        )

    def _added(self, request: Call) -> Response:
        return self.once(
            lambda: Response(self.shown(self.sort.add(body(request), **self.who)), status=201)
        )

    def shown(self, row: Dated) -> dict[str, Any]:
        """The columns the shape names; an account is not shown to those outside."""
        found = {name: getattr(row, name) for name in self.sort.shows["properties"]}
        if not may(self.actor, Permission.READ_PRACTICE):
            found |= {"account": None} if "account" in found else {}
        plain = {"site": getattr(row, "site_id", None)} if "site" in found else {}
        return {name: _plain(value) for name, value in (found | plain).items()}


class Ended(Facts):
    """The last day of a fact. Subclassed once for each sort."""

    def _ended(self, request: Call, pk: str) -> Response:
        def act() -> Response:
            row = actions.end(self.sort.table, pk, body(request), **self.who)
            return Response(self.shown(row))

        return self.once(act, required=False)


def views(path: str) -> tuple[type[Facts], type[Ended]]:
    """The views of one sort: list and add; end."""
    sort, name = SORTS[path], path.replace("-", "_")

    class Listed(Facts):
        @described(
            tag="practice",
            name=f"{name}_list",
            gives=schemas.paged(sort.shows),
            refused=(422,),
            parameters=[_ON, *schemas.PAGING],
            summary=f"List every {sort.title}, latest first; or those in force on a day",
        )
        def get(self, request: Call) -> Response:
            return self._listed(request)

        @described(
            tag="practice",
            name=f"{name}_add",
            asks=sort.asks,
            gives=sort.shows,
            status=201,
            refused=(409,),
            parameters=[schemas.IDEMPOTENCY_KEY],
            summary=f"Put a {sort.title} on file from a day on",
        )
        def post(self, request: Call) -> Response:
            return self._added(request)

    class OneEnded(Ended):
        @described(
            tag="practice",
            name=f"{name}_end",
            asks=actions.End,
            gives=sort.shows,
            refused=(404, 409),
            parameters=[schemas.OPTIONAL_IDEMPOTENCY_KEY],
            summary=f"Give a {sort.title} its last day, once",
        )
        def post(self, request: Call, pk: str) -> Response:
            return self._ended(request, pk)

    Listed.sort = OneEnded.sort = sort
    return Listed, OneEnded


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, str | int) else str(value)
