"""What is done about a complaint, beside its moves."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request as Call
from rest_framework.response import Response

from privacy_portal.api import presenters, schemas
from privacy_portal.api.base import Resource, body
from privacy_portal.api.idempotency import once
from privacy_portal.api.reading import logged
from requests_app import events
from requests_app.actions.complaints import Taken, follow_up, record_measure


class Measures(Resource):
    """Measures taken, and what went against whoever complained. Never shown to them."""

    @extend_schema(tags=["complaints"], responses={200: schemas.FOLLOW_UP})
    def get(self, request: Call, reference: str) -> Response:
        """Read what was done about a complaint, and what to look at for retaliation."""
        with logged(events.READ_COMPLAINT_MEASURES, self.actor, request=reference) as seen:
            found = follow_up(reference, actor=self.actor, now=self.now)
            seen += [str(row.pk) for row in found.measures]
        return Response(
            {
                "measures": [presenters.measure(row) for row in found.measures],
                "adverse": [presenters.adverse(row) for row in found.adverse],
            }
        )

    @extend_schema(
        tags=["complaints"],
        request=schemas.of(Taken),
        responses={201: schemas.MEASURE},
        parameters=[schemas.IDEMPOTENCY_KEY],
    )
    def post(self, request: Call, reference: str) -> Response:
        """Put a measure on record: harm mitigated, a sanction applied, a breach assessed."""

        def act() -> Response:
            row = record_measure(reference, body(request), actor=self.actor, now=self.now)
            return Response(presenters.measure(row), status=201)

        return once(
            request,
            act,
            route=f"{reference}/measures",
            caller=self.actor.id,
            now=self.now,
            required=True,
        )
