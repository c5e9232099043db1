"""The office's own work beside a request: holds, tasks, duplicates, and where a request belongs."""

from typing import Any

from rest_framework.request import Request as Call
from rest_framework.response import Response

from privacy_portal.api import presenters, schemas, versions
from privacy_portal.api.base import Resource, body
from privacy_portal.api.described import described
from privacy_portal.api.requests import RequestResource
from privacy_portal.api.schemas import DAY, INSTANT, TEXT, a_list, an_object, maybe
from privacy_portal.api.schemas import shaped as like
from requests_app import events
from requests_app.actions import casework as actions
from requests_app.actions.file import FileForSomebody
from requests_app.actions.refile import Refile, refile
from requests_app.actions.right_patient import ToPatient, to_patient
from requests_app.actions.submissions import file_for_several
from requests_app.casework import selectors
from requests_app.casework.models import DepartmentTask, Hold, TaskOutcome
from requests_app.kinds import registry
from requests_app.kinds.base import Kind
from requests_app.people.references import EXAMPLE
from requests_app.permissions import Permission, may, require
from requests_app.questions import json_schema

TAG = "office"
HOLD = an_object(
    id=TEXT,
    reason=like(TEXT, "The archive is looking for the film"),
    by=like(TEXT, "Stan Staff"),
    placed_at=INSTANT,
    ends_at=INSTANT,
    lifted_at=like(maybe("string", format="date-time"), None),
)
TASK = an_object(
    id=TEXT,
    department=like(TEXT, "Billing"),
    what=like(TEXT, "Send the itemised bill"),
    due_on=DAY,
    by=like(TEXT, "Stan Staff"),
    given_at=INSTANT,
    settled_at=like(maybe("string", format="date-time"), None),
    outcome=like(maybe("string"), None),
)
CASEWORK = an_object(
    holds=a_list(HOLD),
    tasks=a_list(TASK),
    may_be_the_same_as=a_list(like(TEXT, EXAMPLE)),
    together_with=a_list(like(TEXT, EXAMPLE)),
    refiled_from=like(maybe("string"), EXAMPLE),
    refiled_as=like(maybe("string"), None),
)
_KINDS = {"type": "string", "enum": sorted(kind.name for kind in registry.all_kinds())}


class Casework(RequestResource):
    """What the office keeps beside a request. Never shown to whoever asked."""

    @described(tag=TAG, gives=CASEWORK, refused=(404,))
    def get(self, request: Call, reference: str) -> Response:
        """Read holds, tasks, what came in with it, and requests that may be this one again.

        A likely duplicate is a warning: nothing is merged.
        """
        with self.read(reference, events.READ_CASEWORK) as (found, seen):
            site = str(found.site_id)
            if not may(self.actor, Permission.READ_LOG, site=site):
                require(self.actor, Permission.WORK_REQUESTS, site=site)
            work = selectors.of(found, **self.who)
            seen += work.duplicates + work.together_with
            shown = {
                "holds": [_hold(row) for row in work.holds],
                "tasks": [_task(row) for row in work.tasks],
                "may_be_the_same_as": work.duplicates,
                "together_with": work.together_with,
                "refiled_from": work.refiled_from,
                "refiled_as": work.refiled_as,
            }
        return Response(shown)


class Holds(RequestResource):
    """Holds of a request."""

    @described(
        tag=TAG, asks=actions.Place, gives=HOLD, status=201, refused=(404,),
        parameters=[schemas.IDEMPOTENCY_KEY],
    )  # fmt: skip
    def post(self, request: Call, reference: str) -> Response:
        """Put a hold on a request, with its last day. The clock goes on."""

        def act() -> Response:
            row = actions.place_hold(reference, body(request), **self.who)
            return Response(_hold(row), status=201)

        return self.once(act)


class LiftHold(Resource):
    """The end of a hold."""

    @described(tag=TAG, gives=HOLD, refused=(404, 409))
    def post(self, request: Call, pk: str) -> Response:
        """Lift a hold before its end."""
        return Response(_hold(actions.lift_hold(pk, **self.who)))


class Tasks(RequestResource):
    """Tasks for other departments."""

    @described(
        tag=TAG, asks=actions.Give, gives=TASK, status=201, refused=(404,),
        parameters=[schemas.IDEMPOTENCY_KEY],
    )  # fmt: skip
    def post(self, request: Call, reference: str) -> Response:
        """Ask another department for something, by a day of its own."""

        def act() -> Response:
            row = actions.give_task(reference, body(request), **self.who)
            return Response(_task(row), status=201)

        return self.once(act)


class SettleTask(Resource):
    """The end of a task."""

    @described(tag=TAG, asks=actions.Settle, gives=TASK, refused=(404, 409))
    def post(self, request: Call, pk: str) -> Response:
        """Say what came of a task."""
        return Response(_task(actions.settle_task(pk, body(request), **self.who)))


class RightKind(RequestResource):
    """The kind a request should have had."""

    @described(
        tag=TAG,
        asks={
            "application/json": {
                **json_schema(Refile),
                "properties": {
                    "kind": _KINDS,
                    "details": {"type": "object"},
                    **json_schema(Refile)["properties"],
                },
                "required": ["kind", "details", "why"],
            }
        },
        asked={
            "It was an accounting": {
                "kind": "accounting",
                "details": {},
                "why": "The letter asks to whom records went, not for the records.",
            }
        },
        gives=schemas.REQUEST_FILED,
        status=201,
        refused=(404, 409),
        parameters=[schemas.IDEMPOTENCY_KEY],
    )
    def post(self, request: Call, reference: str) -> Response:
        """File a request anew as the kind it is. The receipt date stays."""

        return self.once(lambda: _anew(refile(reference, body(request), **self.who)))


class RightPatient(RequestResource):
    """The patient a request should have stood with."""

    @described(
        tag=TAG,
        asks=ToPatient,
        gives=schemas.REQUEST_FILED,
        status=201,
        refused=(404, 409),
        parameters=[schemas.IDEMPOTENCY_KEY],
    )
    def post(self, request: Call, reference: str) -> Response:
        """File a request anew for the patient it is about. The receipt date stays.

        Identity is confirmed anew. The patient it stood with is told no more than that it was not
        about them, and the right one nothing of that patient.
        """
        return self.once(lambda: _anew(to_patient(reference, body(request), **self.who)))


def _anew(filed: Kind) -> Response:
    headers = {
        "ETag": versions.etag(filed.version),
        "Location": presenters.address(filed.reference),
    }
    return Response(presenters.request_whole(filed), status=201, headers=headers)


def _for_several() -> dict[str, Any]:
    one = json_schema(FileForSomebody)
    shared = {name: shape for name, shape in one["properties"].items() if name != "patient"}
    ids = {"type": "array", "items": {"type": "string"}, "minItems": 2}
    required = ["kind", "details", "patients", *(n for n in one["required"] if n != "patient")]
    whole = {
        "type": "object",
        "properties": {"kind": _KINDS, "details": {"type": "object"}, "patients": ids, **shared},
        "required": required,
    }
    return {"application/json": whole}


class Submissions(Resource):
    """One submission for several patients."""

    @described(
        tag=TAG,
        asks=_for_several,
        asked={
            "A letter for two children": {
                "kind": "accounting",
                "details": {},
                "channel": "paper",
                "received_at": "2026-03-02T09:00:00-05:00",
                "asker": {"name": "Ada Example"},
                "patients": [
                    "3f2b8c1e-5d47-4a90-9c36-7e1d2a4b6f80",
                    "7c1d9e20-1b3a-4c5d-8e6f-2a3b4c5d6e7f",
                ],
            }
        },
        gives=an_object(requests=a_list(schemas.REQUEST_LINE)),
        status=201,
        refused=(409,),
        parameters=[schemas.IDEMPOTENCY_KEY],
    )
    def post(self, request: Call) -> Response:
        """File the same request for several patients at once: one receipt, a request for each."""

        def act() -> Response:
            filed = file_for_several(body(request), **self.who)
            lines = [presenters.request_line(one) for one in filed]
            return Response({"requests": lines}, status=201)

        return self.once(act)


def _hold(row: Hold) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "reason": row.facts.reason,
        "by": row.recorded_by_name,
        "placed_at": row.in_force_from.isoformat(),
        "ends_at": row.lapses_at.isoformat(),
        "lifted_at": row.in_force_until.isoformat() if row.in_force_until else None,
    }


def _task(row: DepartmentTask) -> dict[str, Any]:
    settled = TaskOutcome.objects.filter(task=row).first()
    return {
        "id": str(row.pk),
        "department": row.facts.department,
        "what": row.facts.what,
        "due_on": row.due_on.isoformat(),
        "by": row.given_by_name,
        "given_at": row.given_at.isoformat(),
        "settled_at": settled.settled_at.isoformat() if settled else None,
        "outcome": settled.facts.outcome if settled else None,
    }
