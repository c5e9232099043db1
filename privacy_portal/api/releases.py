"""Planned releases: checked when they are planned and again when they are sent."""

from typing import Any

from rest_framework.request import Request as Call
from rest_framework.response import Response

from privacy_portal.api import pages, schemas
from privacy_portal.api.base import Resource, body
from privacy_portal.api.described import described
from privacy_portal.api.presenters import API
from privacy_portal.api.reading import logged
from privacy_portal.api.schemas import INSTANT, TEXT, a_list, an_object, maybe, shaped
from requests_app import events, questions
from requests_app.actions import releases
from requests_app.actions.releases import PlanRelease
from requests_app.disclosures.planned import Outcome, PlannedRelease, ReleaseInstant

TAG = "disclosures"
_INSTANT = an_object(
    at=INSTANT,
    acted_at=maybe("string", format="date-time"),
    outcome=shaped({"enum": ["", *(one.value for one in Outcome)]}, "released"),
    check=maybe("string"),
    disclosure=maybe("string"),
)
RELEASE = an_object(
    id=TEXT,
    patient=TEXT,
    basis=shaped(TEXT, "AUTH"),
    description=shaped(TEXT, "Visit notes of 2025"),
    recipient_address=TEXT,
    every_days=maybe("integer"),
    planned_at=INSTANT,
    planned_by=shaped(TEXT, "Olive Officer"),
    ended_at=maybe("string", format="date-time"),
    check=TEXT,
    sendings=a_list(_INSTANT),
    url=shaped(TEXT, f"{API}/planned-releases/{questions.EXAMPLE_ID}"),
)

_EXAMPLE = {
    "check": {
        "patient": questions.EXAMPLE_ID,
        "basis": "PH",
        "recipient": "Example County Health Department",
        "recipient_kind": "other",
        "purpose": "Reporting of a notifiable disease",
        "contents": ["results"],
        "held": [{"name": "legal_basis", "value": "The state's reporting law"}],
    },
    "description": "One positive test result",
    "at": "2026-03-27T14:05:00-04:00",
}


class Releases(Resource):
    """What is planned, what went, and what was stopped."""

    queries = frozenset({"limit", "cursor"})

    @described(
        tag=TAG,
        gives=schemas.paged(RELEASE),
        parameters=schemas.PAGING,
        name="v1_planned_releases_list",
    )
    def get(self, request: Call) -> Response:
        """List planned releases, the newest plan first."""
        rows = releases.visible(self.actor)
        with logged(events.READ_RELEASES, self.actor) as seen:
            found, shown = pages.page(rows, request, by=("-in_force_from", "-id"), render=release)
            seen += [str(row.pk) for row in shown]
        return Response(found)

    @described(
        tag=TAG,
        asks=PlanRelease,
        asked={"A report a law asks for": _EXAMPLE},
        gives=RELEASE,
        status=201,
        refused=(409,),
        parameters=[schemas.IDEMPOTENCY_KEY],
    )
    def post(self, request: Call) -> Response:
        """Plan a release, once or at an interval.

        It is checked now, and again at the moment of sending. What the check does not let go is
        refused; emergency treatment is said in the check itself, with the reason.
        """

        def act() -> Response:
            row = releases.plan(body(request), **self.who)
            return Response(release(row), status=201, headers={"Location": _address(row)})

        return self.once(act)


class OneRelease(Resource):
    """One plan."""

    @described(tag=TAG, gives=RELEASE, refused=(404,))
    def get(self, request: Call, pk: str) -> Response:
        """Read a planned release and what became of each sending."""
        row = releases.one(pk, actor=self.actor)
        with logged(events.READ_RELEASES, self.actor, patient=row.patient_id) as seen:
            seen.append(str(row.pk))
            shown = release(row)
        return Response(shown)


class CallOff(Resource):
    """A plan that is not to be."""

    @described(tag=TAG, gives=RELEASE, refused=(404, 409))
    def post(self, request: Call, pk: str) -> Response:
        """Call off a planned release: nothing more of it is sent."""
        return Response(release(releases.call_off(pk, **self.who)))


def release(row: PlannedRelease) -> dict[str, Any]:
    """A plan, opened, with its sendings."""
    plan, ended = row.plan, row.in_force_until
    return {
        "id": str(row.pk),
        "patient": str(row.patient_id),
        "basis": row.basis,
        "description": plan.description,
        "recipient_address": plan.recipient_address,
        "every_days": row.every_days,
        "planned_at": row.in_force_from.isoformat(),
        "planned_by": row.planned_by_name,
        "ended_at": ended.isoformat() if ended else None,
        "check": str(row.check_made_id),
        "sendings": [_sending(one) for one in sorted(row.instants.all(), key=lambda i: i.at)],
        "url": _address(row),
    }


def _sending(row: ReleaseInstant) -> dict[str, Any]:
    return {
        "at": row.at.isoformat(),
        "acted_at": row.acted_at.isoformat() if row.acted_at else None,
        "outcome": row.outcome,
        "check": str(row.check_made_id) if row.check_made_id else None,
        "disclosure": str(row.disclosure_id) if row.disclosure_id else None,
    }


def _address(row: PlannedRelease) -> str:
    return f"{API}/planned-releases/{row.pk}"
