"""How the service is doing, what it could not send, and what passed while it was not at work."""

from typing import Any

from rest_framework.request import Request as Call
from rest_framework.response import Response

from privacy_portal.api import pages, schemas
from privacy_portal.api.base import Resource, body
from privacy_portal.api.described import described
from privacy_portal.api.reading import logged
from privacy_portal.api.schemas import INSTANT, TEXT, WHOLE, a_list, an_object, maybe
from privacy_portal.api.schemas import shaped as like
from requests_app import events, selectors
from requests_app.actions import dead_letters
from requests_app.falling_due import selectors as falling_due
from requests_app.falling_due.models import Heartbeat, Outage, PassedMeanwhile
from requests_app.outbox import OutboxRow
from requests_app.people.references import EXAMPLE
from requests_app.permissions import Permission, require

TAG = "service"
_LATER = maybe("string", format="date-time")
TASK = an_object(name=like(TEXT, "sweep_due"), began_at=INSTANT, finished_at=like(_LATER, None))
MATTER = an_object(
    name=like(TEXT, "authority_ends"),
    waiting=like(WHOLE, 0),
    since=like(_LATER, None),
    failing=like(WHOLE, 0),
    next_at=like(_LATER, None),
)
LETTER = an_object(
    id=TEXT,
    topic=like(TEXT, "letter"),
    audience=like(TEXT, "asker"),
    request=like(maybe("string"), EXAMPLE),
    made_at=INSTANT,
    attempts=like(WHOLE, 11),
    outcome=like(TEXT, "dead"),
)
OUTAGE = an_object(id=TEXT, since=INSTANT, until=INSTANT, passed=like(WHOLE, 3))
DEADLINE = an_object(what=like(TEXT, "due_day"), at=INSTANT, request=like(maybe("string"), EXAMPLE))
_PAGED = frozenset(schemas.names(schemas.PAGING))


class Service(Resource):
    """The sweeps and the matters."""

    @described(tag=TAG, gives=an_object(tasks=a_list(TASK), matters=a_list(MATTER)))
    def get(self, request: Call) -> Response:
        """Read when each task last finished, and what waits or fails of all that falls due."""
        require(self.actor, Permission.MEND_SERVICE)
        matters = falling_due.standings(now=self.now)
        tasks = Heartbeat.objects.order_by("name")
        return Response(
            {
                "tasks": [_task(row) for row in tasks],
                "matters": [_matter(one) for one in matters],
            }
        )


class DeadLetters(Resource):
    """Messages that were given up."""

    queries = _PAGED

    @described(
        tag=TAG,
        name="dead_letters_list",
        gives=schemas.paged(LETTER),
        refused=(422,),
        parameters=schemas.PAGING,
    )
    def get(self, request: Call) -> Response:
        """List what could not be sent and waits for a decision, oldest first."""
        with logged(events.READ_SERVICE, self.actor, purpose="delivery") as seen:
            rows = dead_letters.listed(self.actor)
            found, shown = pages.page(rows, request, by=("made_at", "id"), render=_letter)
            seen += [row.request.reference for row in shown if row.request]
        return Response(found)


class Retry(Resource):
    """A message tried again."""

    @described(
        tag=TAG,
        gives=LETTER,
        refused=(404, 409, 422),
        parameters=[schemas.OPTIONAL_IDEMPOTENCY_KEY],
    )
    def post(self, request: Call, pk: str) -> Response:
        """Try a message again, from now on and as often as before."""
        return self.once(
            lambda: Response(_letter(dead_letters.retry(pk, **self.who))), required=False
        )


class Discard(Resource):
    """A message that is not going to be sent."""

    @described(
        tag=TAG,
        asks=dead_letters.Discard,
        gives=LETTER,
        refused=(404, 409),
        parameters=[schemas.OPTIONAL_IDEMPOTENCY_KEY],
    )
    def post(self, request: Call, pk: str) -> Response:
        """Discard a message, with the reason."""
        return self.once(
            lambda: Response(_letter(dead_letters.discard(pk, body(request), **self.who))),
            required=False,
        )


class Outages(Resource):
    """Times in which the service was not at work."""

    queries = _PAGED

    @described(
        tag=TAG,
        name="outages_list",
        gives=schemas.paged(OUTAGE),
        refused=(422,),
        parameters=schemas.PAGING,
    )
    def get(self, request: Call) -> Response:
        """List the outages, latest first, with how many deadlines passed in each."""
        rows = falling_due.outages(self.actor)
        return Response(pages.page(rows, request, by=("-since", "-id"), render=_outage)[0])


class Deadlines(Resource):
    """What passed in one of them."""

    queries = _PAGED

    @described(
        tag=TAG,
        name="outage_deadlines_list",
        gives=schemas.paged(DEADLINE),
        refused=(404, 422),
        parameters=schemas.PAGING,
    )
    def get(self, request: Call, pk: str) -> Response:
        """List every deadline that passed during an outage, in order."""
        outages = falling_due.outages(self.actor)
        outage = selectors.one(outages.filter(pk=selectors.uuid_or_not_found(pk)))
        with logged(events.READ_SERVICE, self.actor, purpose="outage") as seen:
            rows = falling_due.deadlines(outage, self.actor)
            found, shown = pages.page(rows, request, by=("at", "id"), render=_deadline)
            seen += [row.request.reference for row in shown if row.request]
        return Response(found)


def _task(row: Heartbeat) -> dict[str, Any]:
    return {
        "name": row.name,
        "began_at": row.began_at.isoformat(),
        "finished_at": row.finished_at.isoformat() if row.finished_at else None,
    }


def _matter(one: falling_due.Standing) -> dict[str, Any]:
    return {
        "name": one.matter,
        "waiting": one.waiting,
        "since": one.since.isoformat() if one.since else None,
        "failing": one.failing,
        "next_at": one.next_at.isoformat() if one.next_at else None,
    }


def _letter(row: OutboxRow) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "topic": row.topic,
        "audience": row.audience,
        "request": row.request.reference if row.request else None,
        "made_at": row.made_at.isoformat(),
        "attempts": row.attempts,
        "outcome": row.outcome,
    }


def _outage(row: Outage) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "since": row.since.isoformat(),
        "until": row.until.isoformat(),
        "passed": row.passed,
    }


def _deadline(row: PassedMeanwhile) -> dict[str, Any]:
    return {
        "what": row.what,
        "at": row.at.isoformat(),
        "request": row.request.reference if row.request else None,
    }
