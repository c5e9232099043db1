"""Requests: filed, listed, read, moved."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any

from django.db.models import QuerySet
from rest_framework.request import Request as Call
from rest_framework.response import Response

from privacy_portal.api import asked, pages, presenters, schemas, versions
from privacy_portal.api.base import Resource, body
from privacy_portal.api.described import described
from privacy_portal.api.reading import logged
from requests_app import events, selectors
from requests_app.actions import door
from requests_app.actions.file import file
from requests_app.actions.messages import Write, write
from requests_app.actions.work import Assign, Match, assign, match
from requests_app.deadlines import replay, wording
from requests_app.errors import NotNow, Stale
from requests_app.kinds import clock, registry
from requests_app.kinds.base import Kind
from requests_app.kinds.models import Request
from requests_app.messages.models import Direction
from requests_app.permissions import Permission, may
from requests_app.seen import Seen

_ONE = Seen(
    lambda rows, reference: rows.filter(reference=reference).select_related(
        "site", "representative", "follows", "refiled_as__right"
    ),
    reference=str,
)


class RequestResource(Resource):
    """Base of what hangs below one request."""

    def loaded(self, reference: str) -> Kind:
        """The request, if the caller may see it; the same NotFound otherwise."""
        reference = selectors.reference_or_not_found(reference)
        found = next(iter(_ONE.objects(self.actor, now=self.now, reference=reference)), None)
        if found is None:
            raise selectors.nothing_there(reference, self.actor, now=self.now)
        assert isinstance(found, Kind)
        return found

    @contextmanager
    def read(self, reference: str, name: str) -> Iterator[tuple[Kind, list[str]]]:
        """Load one request inside a logged read; gives it and the list of what else was read."""
        found = self.loaded(reference)
        about = {"patient": found.patient_id, "request": found.reference}
        with logged(name, self.actor, **about) as seen:
            yield found, seen

    @property
    def staff(self) -> bool:
        return may(self.actor, Permission.READ_REQUESTS)


class Requests(Resource):
    """The requests a caller may see."""

    queries = frozenset(schemas.names(schemas.PAGING, schemas.REQUEST_FILTERS))

    @described(
        tag="requests",
        asks=schemas.filing,
        asked=schemas.filing_examples,
        gives=schemas.REQUEST_FILED,
        status=201,
        refused=(409,),
        parameters=[schemas.IDEMPOTENCY_KEY],
    )
    def post(self, request: Call) -> Response:
        """File a request. The clock starts at receipt."""
        return self.once(self._file)

    def _file(self) -> Response:
        filed = file(body(self.request), actor=self.actor, now=self.now)
        headers = {
            "ETag": versions.etag(filed.version),
            "Location": presenters.address(filed.reference),
        }
        return Response(presenters.request_whole(filed), status=201, headers=headers)

    @described(
        tag="requests",
        name="requests_list",
        gives=schemas.paged(schemas.REQUEST_LINE),
        refused=(422,),
        parameters=[*schemas.PAGING, *schemas.REQUEST_FILTERS],
    )
    def get(self, request: Call) -> Response:
        """List requests, newest first. Filters say nothing about a person."""
        rows = _filtered(selectors.visible_requests(self.actor, now=self.now), request.query_params)
        with logged(events.READ_REQUESTS, self.actor) as seen:
            listed, shown = pages.page(
                rows, request, by=("-received_at", "-id"), render=presenters.request_line
            )
            seen += [row.reference for row in shown]
        return Response(listed)


class OneRequest(RequestResource):
    """One request."""

    @described(tag="requests", gives=schemas.REQUEST, refused=(404,))
    def get(self, request: Call, reference: str) -> Response:
        """Read one request, with every action the caller's role knows."""
        with self.read(reference, events.READ_REQUEST) as (found, _seen):
            possible = door.possibilities(found, actor=self.actor, now=self.now)
        shown = presenters.request_whole(found) | {
            "actions": [presenters.possibility(found, one) for one in possible]
        }
        return Response(shown, headers={"ETag": versions.etag(found.version)})


class Actions(RequestResource):
    """What can be done with one request."""

    @described(tag="actions", gives=schemas.ACTIONS, refused=(404,))
    def get(self, request: Call, reference: str) -> Response:
        """List each action: possible now or not, its input schema and, if not, the sentence why."""
        found = self.loaded(reference)
        possible = door.possibilities(found, actor=self.actor, now=self.now)
        shown = {"actions": [presenters.possibility(found, one) for one in possible]}
        return Response(shown, headers={"ETag": versions.etag(found.version)})


class Act(RequestResource):
    """One action on one request. Subclassed once for each move, so that each has its own path."""

    move = ""

    def post(self, request: Call, reference: str) -> Response:
        """Make one move."""
        version = versions.wanted(request)
        try:
            return self.once(lambda: self._act(reference, version), required=False)
        except (NotNow, Stale) as refusal:
            refusal.extra = self._as_it_stands(reference)
            raise

    def _act(self, reference: str, version: int) -> Response:
        moved = door.act(
            reference,
            self.move,
            actor=self.actor,
            now=self.now,
            raw=body(self.request),
            version=version,
        )
        return Response(
            presenters.request_line(moved), headers={"ETag": versions.etag(moved.version)}
        )

    def _as_it_stands(self, reference: str) -> dict[str, Any]:
        """State, ETag and possible actions, so that the caller can decide anew."""
        found = self.loaded(reference)
        possible = door.possibilities(found, actor=self.actor, now=self.now)
        return {
            "state": found.state,
            "etag": versions.etag(found.version),
            "actions": [one.spec.name for one in possible if one.allowed],
        }


class Timeline(RequestResource):
    """What happened, newest first."""

    @described(tag="requests", gives=schemas.TIMELINE, refused=(404,))
    def get(self, request: Call, reference: str) -> Response:
        """Read the timeline of one request."""
        with self.read(reference, events.READ_REQUEST) as (found, _seen):
            rows = list(found.status_rows.order_by("-version"))
        return Response(
            {"timeline": [presenters.status_row(found, row, staff=self.staff) for row in rows]}
        )


class ClockView(RequestResource):
    """The legal clock, with its reasons."""

    @described(tag="requests", gives=schemas.CLOCK, refused=(404,))
    def get(self, request: Call, reference: str) -> Response:
        """Explain the due date line by line, as it was worked out and as it was extended."""
        found = self.loaded(reference)
        rows = list(found.clock_rows.order_by("version"))
        answered = found.answered_on
        return Response(
            {
                "received_on": found.received_on.isoformat(),
                "due_on": found.due_on.isoformat() if found.due_on else None,
                "due_at": found.due_at.isoformat() if found.due_at else None,
                "target_on": self._target(found),
                "answered_on": answered.isoformat() if answered else None,
                "late": found.is_late(now=self.now),
                "steps": [_step(row) for row in rows],
            }
        )

    def _target(self, found: Kind) -> str | None:
        """The practice's own aim is told to those who work on it; the law's day is told to all."""
        aim = clock.target_on(found) if self.staff else None
        return aim.isoformat() if aim else None


class Letters(RequestResource):
    """The letters sent."""

    @described(tag="requests", gives=schemas.LETTERS, refused=(404,))
    def get(self, request: Call, reference: str) -> Response:
        """Read every letter sent on a request, word for word."""
        with self.read(reference, events.READ_LETTERS) as (found, seen):
            rows = list(found.letters.order_by("sent_at", "id"))
            seen += [str(row.pk) for row in rows]
        return Response({"letters": [presenters.letter(row) for row in rows]})


class Messages(RequestResource):
    """Messages between the asker and the privacy office."""

    @described(tag="messages", gives=schemas.MESSAGES, refused=(404,))
    def get(self, request: Call, reference: str) -> Response:
        """Read the messages; internal notes are shown to staff only."""
        with self.read(reference, events.READ_MESSAGES) as (found, seen):
            rows = found.messages.order_by("written_at", "id")
            if not self.staff:
                rows = rows.exclude(direction=Direction.NOTE)
            shown = list(rows)
            seen += [str(row.pk) for row in shown]
        return Response({"messages": [presenters.message(row, staff=self.staff) for row in shown]})

    @described(
        tag="messages",
        asks=Write,
        gives=schemas.MESSAGE,
        status=201,
        refused=(404,),
        parameters=[schemas.IDEMPOTENCY_KEY],
    )
    def post(self, request: Call, reference: str) -> Response:
        """Write to the other side; a message is not read at once."""

        def act() -> Response:
            row = write(reference, body(request), actor=self.actor, now=self.now)
            return Response(presenters.message(row, staff=self.staff), status=201)

        return self.once(act)


class MatchView(RequestResource):
    """Whose records a request is about."""

    @described(tag="office", asks=Match, gives=schemas.REQUEST_LINE, refused=(404, 409))
    def post(self, request: Call, reference: str) -> Response:
        """Match a request to a patient. The receipt date stays."""
        moved = match(reference, body(request), actor=self.actor, now=self.now)
        return Response(presenters.request_line(moved))


class AssignView(RequestResource):
    """Who works on a request."""

    @described(tag="office", asks=Assign, gives=schemas.REQUEST_LINE, refused=(404, 409))
    def post(self, request: Call, reference: str) -> Response:
        """Assign a request to somebody."""
        moved = assign(reference, body(request), actor=self.actor, now=self.now)
        return Response(presenters.request_line(moved))


def action_views() -> dict[str, type[Act]]:
    """A view for each move of any kind, with the inputs of the kinds that have it."""
    moves = [spec for kind in registry.all_kinds() for spec in kind.moves().values()]
    return {name: _action_view(name) for name in sorted({m.name for m in moves if m.by_name})}


def _action_view(name: str) -> type[Act]:
    specs = [kind.moves()[name] for kind in registry.all_kinds() if name in kind.moves()]
    view = type(f"Act_{name}", (Act,), {"move": name, "__doc__": specs[0].title})
    describe = described(
        tag="actions",
        name=f"requests_actions_{name}",
        asks=partial(schemas.any_of, [spec.asks for spec in specs]),
        asked=partial(schemas.move_examples, name),
        gives=schemas.REQUEST_LINE,
        refused=(404, 409, 412, 428),
        parameters=[schemas.IF_MATCH, schemas.OPTIONAL_IDEMPOTENCY_KEY],
    )
    view.post = describe(_own_post(specs[0].title))  # type: ignore[attr-defined]
    return view


def _own_post(title: str) -> Any:
    """A function of its own for each view: what describes it is kept on the function."""

    def post(self: Act, request: Call, reference: str) -> Response:
        return Act.post(self, request, reference)

    post.__doc__ = title
    return post


def _step(row: Any) -> dict[str, Any]:
    explained = wording.explain(replay.replay(row.answer)) if row.answer else []
    return {
        "version": row.version,
        "cause": row.cause,
        "at": row.at.isoformat(),
        "due_on": row.due_on.isoformat() if row.due_on else None,
        "explanation": explained,
        "rows": [limit["policy"] for limit in row.answer.get("limits", [])],
    }


_DAYS = {
    "received_from": "received_on__gte",
    "received_until": "received_on__lte",
    "due_from": "due_on__gte",
    "due_until": "due_on__lte",
}


def _filtered(rows: QuerySet[Request], query: Mapping[str, str]) -> QuerySet[Request]:
    kinds = registry.all_kinds()
    wanted: dict[str, Any] = {
        "kind": asked.one_of(query, "kind", {kind.name for kind in kinds}),
        "state": asked.one_of(query, "state", {state for kind in kinds for state in kind.State}),
        "site_id": asked.identifier(query, "site"),
        "assigned_to": asked.identifier(query, "assigned_to"),
    }
    wanted |= {column: asked.day(query, name) for name, column in _DAYS.items()}
    return rows.filter(**{column: value for column, value in wanted.items() if value is not None})
