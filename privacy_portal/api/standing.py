"""What stands in force for a patient, for those who must know before anything goes out."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request as Call
from rest_framework.response import Response

from privacy_portal.api import presenters, schemas
from privacy_portal.api.base import Resource
from privacy_portal.api.reading import logged
from requests_app import events, selectors
from requests_app.errors import BadInput
from requests_app.permissions import Permission
from requests_app.standing import restrictions

_WHOSE = schemas.query("patient", "Whose, by the id this service gave.", OpenApiTypes.UUID)


class Restrictions(Resource):
    """Restrictions in force now, and claims held while a request is open."""

    @extend_schema(
        tags=["restrictions"],
        responses={200: schemas.RESTRICTIONS, 422: schemas.PROBLEM},
        parameters=[_WHOSE],
    )
    def get(self, request: Call) -> Response:
        """List what a patient's information is restricted by at this moment."""
        unknown = sorted(set(request.query_params) - {"patient"})
        if unknown:
            raise BadInput.one(f"/query/{unknown[0]}", "There is no such filter. Leave it out.")
        patient = selectors.patient_named(
            request.query_params.get("patient", ""),
            at="/query/patient",
            actor=self.actor,
            permission=Permission.ASK_CHECK,
        )
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
