"""Charts of one person linked, parts of a minor's kept from a parent, recognitions that end."""

from typing import Any

from rest_framework.request import Request as Call
from rest_framework.response import Response

from privacy_portal.api import schemas
from privacy_portal.api.base import Resource, body
from privacy_portal.api.described import described
from privacy_portal.api.schemas import INSTANT, TEXT, an_object, maybe
from privacy_portal.api.schemas import shaped as like
from requests_app.actions import charts as actions
from requests_app.actions import representative_endings
from requests_app.people.charts import ChartLink
from requests_app.people.segments import Segment
from requests_app.questions import EXAMPLE_ID

TAG = "people"
_ENDED = like(maybe("string", format="date-time"), None)
LINK = an_object(
    id=TEXT, charts=schemas.a_list(TEXT), why=TEXT, since=INSTANT, until=_ENDED,
)  # fmt: skip
SEGMENT = an_object(
    id=TEXT, patient=TEXT, because=like(TEXT, "consented"), care=TEXT, evidence=TEXT,
    since=INSTANT, until=_ENDED,
)  # fmt: skip
ITEM = an_object(id=TEXT, document=maybe("string"), disclosure=like(maybe("string"), None))
ENDING = an_object(
    representative=TEXT, why=like(TEXT, "abuse"), facts=TEXT, judged_by=TEXT, since=INSTANT
)


class Links(Resource):
    """Two charts of one person."""

    @described(
        tag=TAG, asks=actions.Link, gives=LINK, status=201, refused=(409,),
        asked={
            "Registered twice": {
                "patient": EXAMPLE_ID,
                "other": "7c1d9e20-1b3a-4c5d-8e6f-2a3b4c5d6e7f",
                "why": "Same date of birth and telephone; the patient confirmed it.",
            }
        },
        parameters=[schemas.IDEMPOTENCY_KEY],
    )  # fmt: skip
    def post(self, request: Call) -> Response:
        """Link two charts of one person. Neither changes; what stands on either holds for both."""

        def act() -> Response:
            return Response(_link(actions.link(body(request), **self.who)), status=201)

        return self.once(act)


class EndLink(Resource):
    """The end of a link."""

    @described(tag=TAG, gives=LINK, refused=(404, 409))
    def post(self, request: Call, pk: str) -> Response:
        """End a link that turned out wrong."""
        return Response(_link(actions.unlink(pk, **self.who)))


class Segments(Resource):
    """Parts of a chart that a minor controls."""

    @described(
        tag=TAG, asks=actions.Split, gives=SEGMENT, status=201,
        parameters=[schemas.IDEMPOTENCY_KEY],
    )  # fmt: skip
    def post(self, request: Call) -> Response:
        """Put on record that a minor controls a part of the chart (45 CFR 164.502(g)(3)(i))."""

        def act() -> Response:
            return Response(_segment(actions.split(body(request), **self.who)), status=201)

        return self.once(act)


class SegmentItems(Resource):
    """What belongs to such a part."""

    @described(tag=TAG, asks=actions.Mark, gives=ITEM, status=201, refused=(404, 409))
    def post(self, request: Call, pk: str) -> Response:
        """Mark a document or a line of the disclosure log: it goes to no parent from now on."""
        item = actions.mark(pk, body(request), **self.who)
        shown = {
            "id": str(item.pk),
            "document": str(item.document_id) if item.document_id else None,
            "disclosure": str(item.disclosure_id) if item.disclosure_id else None,
        }
        return Response(shown, status=201)


class EndSegment(Resource):
    """The end of a split."""

    @described(tag=TAG, gives=SEGMENT, refused=(404, 409))
    def post(self, request: Call, pk: str) -> Response:
        """End a split: the part is as the rest of the chart from now on."""
        return Response(_segment(actions.join(pk, **self.who)))


class EndRepresentative(Resource):
    """The end of a recognition."""

    @described(
        tag=TAG, asks=representative_endings.Decline, gives=ENDING, status=201, refused=(404, 409)
    )
    def post(self, request: Call, pk: str) -> Response:
        """Treat somebody as the personal representative no longer, from this moment."""
        row = representative_endings.end(pk, body(request), **self.who)
        shown = {
            "representative": str(row.representative_id),
            "why": row.why,
            "facts": row.facts.facts,
            "judged_by": row.facts.judged_by,
            "since": row.decided_at.isoformat(),
        }
        return Response(shown, status=201)


def _link(row: ChartLink) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "charts": [str(row.one_id), str(row.other_id)],
        "why": row.facts.why,
        "since": row.in_force_from.isoformat(),
        "until": row.in_force_until.isoformat() if row.in_force_until else None,
    }


def _segment(row: Segment) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "patient": str(row.patient_id),
        "because": row.because,
        "care": row.facts.care,
        "evidence": row.facts.evidence,
        "since": row.in_force_from.isoformat(),
        "until": row.in_force_until.isoformat() if row.in_force_until else None,
    }
