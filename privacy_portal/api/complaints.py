"""What is done about a complaint, beside its moves."""

from rest_framework.request import Request as Call
from rest_framework.response import Response

from privacy_portal.api import presenters, schemas
from privacy_portal.api.base import Resource, body
from privacy_portal.api.described import described
from privacy_portal.api.reading import logged
from requests_app import events
from requests_app.actions.complaints import Taken, follow_up, record_measure


class Measures(Resource):
    """Measures taken, and what went against whoever complained. Never shown to them."""

    @described(tag="complaints", gives=schemas.FOLLOW_UP, refused=(404,))
    def get(self, request: Call, reference: str) -> Response:
        """Read what was done about a complaint, and what to look at for retaliation."""
        with logged(events.READ_COMPLAINT_MEASURES, self.actor, request=reference) as seen:
            found = follow_up(reference, **self.who)
            seen += [str(row.pk) for row in found.measures]
        return Response(
            {
                "measures": [presenters.measure(row) for row in found.measures],
                "adverse": [presenters.adverse(row) for row in found.adverse],
            }
        )

    @described(
        tag="complaints",
        asks=Taken,
        gives=schemas.MEASURE,
        status=201,
        refused=(404,),
        parameters=[schemas.IDEMPOTENCY_KEY],
    )
    def post(self, request: Call, reference: str) -> Response:
        """Put a measure on record: harm mitigated, a sanction applied, a breach assessed."""

        def act() -> Response:
            row = record_measure(reference, body(request), **self.who)
            return Response(presenters.measure(row), status=201)

        return self.once(act)
