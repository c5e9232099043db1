"""Tying accounts to charts: codes, links, and who the caller is."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from rest_framework.request import Request as Call
from rest_framework.response import Response

from privacy_portal.accounts import people
from privacy_portal.api import schemas
from privacy_portal.api.base import Resource, body
from privacy_portal.api.described import described
from privacy_portal.api.schemas import INSTANT, TEXT, WHOLE, a_list, an_object, maybe
from privacy_portal.api.schemas import shaped as like
from requests_app import selectors
from requests_app.actions import links as actions
from requests_app.people.models import AccountLink
from requests_app.people.references import EXAMPLE
from requests_app.permissions import Permission, Role, may

TAG = "links"
CODE = an_object(code=like(maybe("string"), EXAMPLE), expires_at=INSTANT)
LINK = an_object(
    id=TEXT,
    account=TEXT,
    patient=TEXT,
    capacity=like({"enum": ["individual", "representative"]}, "individual"),
    representative=like(maybe("string"), None),
    method=like(TEXT, "code"),
    linked_at=INSTANT,
    ends_on=like(maybe("string", format="date"), None),
    ended_at=like(maybe("string", format="date-time"), None),
)
ME = an_object(
    account=TEXT,
    name=like(TEXT, "Olive Officer"),
    roles=a_list(like({"enum": [role.value for role in Role]}, "privacy_officer")),
    sites=like({"type": ["object", "null"]}, {}),
    permissions=a_list(like({"enum": [one.value for one in Permission]}, "read_requests")),
    licence=like(TEXT, ""),
    links=a_list(LINK),
    idle_minutes=like(WHOLE, 15),
)


class Codes(Resource):
    """Codes to hand over or post."""

    @described(
        tag=TAG,
        asks=actions.MakeCode,
        gives=CODE,
        status=201,
        parameters=[schemas.IDEMPOTENCY_KEY],
    )
    def post(self, request: Call) -> Response:
        """Make a code that ties one account to a patient, once, within fourteen days.

        The code is shown in this answer and never again: given again under the same key, it is null.
        """

        def act() -> Response:
            code = actions.make_code(body(request), **self.who)
            expires = self.now + timedelta(days=actions.CODE_DAYS)
            return Response({"code": code, "expires_at": expires.isoformat()}, status=201)

        return self.once(act, secret="code")  # noqa: S106  the member's name


class UseCode(Resource):
    """A code as typed by its owner."""

    @described(
        tag=TAG,
        asks=actions.UseCode,
        gives=LINK,
        status=201,
        refused=(409,),
        parameters=[schemas.IDEMPOTENCY_KEY],
    )
    def post(self, request: Call) -> Response:
        """Tie the caller's own account to a patient by a code."""
        return self.once(
            lambda: Response(link(actions.use_code(body(request), **self.who)), status=201)
        )


class Links(Resource):
    """Ties made by staff."""

    @described(
        tag=TAG,
        asks=actions.LinkByStaff,
        gives=LINK,
        status=201,
        refused=(409,),
        parameters=[schemas.IDEMPOTENCY_KEY],
    )
    def post(self, request: Call) -> Response:
        """Tie an account to a patient after a recorded identity check."""

        def act() -> Response:
            row = actions.link(body(request), **self.who)
            people.require_patient_account(row.account)  # Undoes the link: one transaction.
            return Response(link(row), status=201)

        return self.once(act)


class EndLink(Resource):
    """The end of a tie."""

    @described(tag=TAG, gives=LINK, refused=(404, 409))
    def post(self, request: Call, pk: str) -> Response:
        """Untie an account from a patient. It sees nothing more; what it saw stays on record."""
        return Response(link(actions.end(pk, **self.who)))


class Me(Resource):
    """The caller."""

    @described(tag="sign-in", gives=ME)
    def get(self, request: Call) -> Response:
        """Who am I: roles, sites, permissions, ties to patients.

        `sites` names the sites of each role that is limited to some; a role not named reaches all.
        """
        actor = self.actor
        links = selectors.links_in_force(actor.id, now=self.now).order_by("linked_at", "id")
        return Response(
            {
                "account": actor.id,
                "name": actor.name,
                "roles": sorted(actor.roles),
                "sites": {role: sorted(sites) for role, sites in actor.sites.items()},
                "permissions": [one.value for one in Permission if may(actor, one)],
                "licence": actor.licence,
                "links": [link(row) for row in links],
                "idle_minutes": settings.SESSION_IDLE_MINUTES,
            }
        )


def link(row: AccountLink) -> dict[str, Any]:
    """A tie between an account and a patient."""
    return {
        "id": str(row.pk),
        "account": str(row.account),
        "patient": str(row.patient_id),
        "capacity": str(row.capacity),
        "representative": str(row.representative_id) if row.representative_id else None,
        "method": row.method,
        "linked_at": row.linked_at.isoformat(),
        "ends_on": row.ends_on.isoformat() if row.ends_on else None,
        "ended_at": row.ended_at.isoformat() if row.ended_at else None,
    }
