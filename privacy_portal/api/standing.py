"""What stands in force for a patient, for those who must know before anything goes out."""

from rest_framework.request import Request as Call
from rest_framework.response import Response

from privacy_portal.api import presenters, schemas
from privacy_portal.api.base import Resource
from privacy_portal.api.described import described
from privacy_portal.api.reading import logged
from requests_app import events
from requests_app.people import selectors
from requests_app.permissions import Permission
from requests_app.standing import restrictions


class Restrictions(Resource):
    """Restrictions in force now, and claims held while a request is open."""

    @described(tag="restrictions", gives=schemas.RESTRICTIONS, refused=(404,))
    def get(self, request: Call, pk: str) -> Response:
        """List what a patient's information is restricted by at this moment."""
        patient = selectors.one(pk, actor=self.actor, permission=Permission.ASK_CHECK)
        with logged(events.READ_RESTRICTIONS, self.actor, patient=patient.pk) as seen:
            standing = restrictions.in_force(patient.pk, at=self.now)
            held = restrictions.claim_holds(patient.pk, at=self.now)
            seen += [row.reference for row in (*standing, *held)]
        return Response(
            {
                "restrictions": [presenters.restriction(row) for row in standing],
                "claim_holds": [presenters.claim_hold(row) for row in held],
            }
        )
