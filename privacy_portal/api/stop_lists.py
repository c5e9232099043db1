"""Whom outside senders must not write to."""

from typing import Any

from django.http import StreamingHttpResponse
from rest_framework.request import Request as Call
from rest_framework.response import Response

from privacy_portal.api.base import Resource, body
from privacy_portal.api.described import described
from privacy_portal.api.exports import AnyMedia
from privacy_portal.api.schemas import DAY, INSTANT, TEXT, WHOLE, a_list, an_object, shaped
from requests_app.actions import stop_lists
from requests_app.actions.stop_lists import Form, GiveStopList
from requests_app.standing.stop_lists import StopList

TAG = "communications"
#: The response header that holds the key of a list's tokens.
KEY_HEADER = "Stop-List-Key"
_MEDIA = {Form.CSV: "text/csv; charset=utf-8", Form.NDJSON: "application/x-ndjson"}
STOP_LIST = an_object(
    id=TEXT, sending=shaped(TEXT, "newsletter"), made_on=DAY, made_at=INSTANT, count=WHOLE
)


class StopLists(Resource):
    """The newest list of each thing that is sent."""

    @described(tag=TAG, gives=an_object(stop_lists=a_list(STOP_LIST)))
    def get(self, request: Call) -> Response:
        """List the newest stop list of each thing that is sent; they are made every day."""
        return Response({"stop_lists": [_shown(row) for row in stop_lists.listed(self.actor)]})


class Give(Resource):
    """One list, as a file."""

    content_negotiation_class = AnyMedia

    @described(
        tag=TAG,
        asks=GiveStopList,
        gives=None,
        refused=(404,),
        media={
            "text/csv": "token\r\n6b86b273…\r\n",
            "application/x-ndjson": '{"token":"6b86b273…"}\n{"end":{"count":1}}\n',
        },
    )
    def post(self, request: Call, pk: str) -> StreamingHttpResponse:
        """Give out a stop list as CSV or NDJSON, for our own office or for a business associate.

        With tokens, the answer's Stop-List-Key header holds the key: a token is HMAC-SHA-256 under it
        of a record number in capitals without blanks and punctuation. A sender computes the tokens of
        the record numbers it has and leaves out those that stand on the list.
        """
        given = stop_lists.give(pk, body(request), **self.who)
        name = f"stop-{given.row.sending}-{given.row.made_on}.{given.form.value}"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        if given.key:
            headers[KEY_HEADER] = given.key
        return StreamingHttpResponse(
            [given.content], content_type=_MEDIA[given.form], headers=headers
        )


def _shown(row: StopList) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "sending": row.sending,
        "made_on": row.made_on.isoformat(),
        "made_at": row.made_at.isoformat(),
        "count": row.count,
    }
