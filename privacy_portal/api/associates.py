"""Business associates asked for an accounting, and what they answered."""

from typing import Any

from rest_framework.request import Request as Call
from rest_framework.response import Response

from privacy_portal.api import schemas
from privacy_portal.api.base import Resource, body
from privacy_portal.api.described import described
from privacy_portal.api.requests import RequestResource
from privacy_portal.api.schemas import DAY, FLAG, INSTANT, TEXT, a_list, an_object, maybe
from privacy_portal.api.schemas import shaped as like
from requests_app import events
from requests_app.actions import associates as actions
from requests_app.disclosures import associates
from requests_app.disclosures.associates import AssociateInquiry
from requests_app.permissions import Permission, require

TAG = "accounting"
INQUIRY = an_object(
    id=TEXT,
    associate=TEXT,
    name=like(TEXT, "Example Billing"),
    asked_at=INSTANT,
    due_on=DAY,
    replied_at=like(maybe("string", format="date-time"), None),
    found=like(maybe("string"), None),
    words=like(TEXT, ""),
)


class Inquiries(RequestResource):
    """Who was asked for one accounting."""

    @described(
        tag=TAG,
        gives=an_object(inquiries=a_list(INQUIRY), supplement_owed=like(FLAG, False)),
        refused=(404,),
    )
    def get(self, request: Call, reference: str) -> Response:
        """List the associates asked, their own last days, and whether a supplement is owed."""
        require(self.actor, Permission.READ_DISCLOSURES)
        with self.read(reference, events.READ_REQUEST) as (found, seen):
            rows = list(associates.inquiries(found))
            seen += [str(row.pk) for row in rows]
            shown = [inquiry(row) for row in rows]
            owed = associates.supplement_owed(found)
        return Response({"inquiries": shown, "supplement_owed": owed})


class Answer(Resource):
    """One answer."""

    @described(
        tag=TAG,
        asks=actions.Answered,
        gives=INQUIRY,
        refused=(404, 409),
        parameters=[schemas.OPTIONAL_IDEMPOTENCY_KEY],
    )
    def post(self, request: Call, pk: str) -> Response:
        """Record what an associate answered; its lines go into the disclosure log."""

        def act() -> Response:
            return Response(inquiry(actions.answer(pk, body(request), **self.who)))

        return self.once(act, required=False)


def inquiry(row: AssociateInquiry) -> dict[str, Any]:
    """One associate asked."""
    return {
        "id": str(row.pk),
        "associate": str(row.associate_id),
        "name": row.associate.name,
        "asked_at": row.asked_at.isoformat(),
        "due_on": row.due_on.isoformat(),
        "replied_at": row.replied_at.isoformat() if row.replied_at else None,
        "found": row.found or None,
        "words": row.answer.words if row.answer else "",
    }
