"""Systems that hear of events: for the administrator, and for machine clients about their own."""

from typing import Any

from rest_framework.request import Request as Call
from rest_framework.response import Response

from privacy_portal.api import schemas
from privacy_portal.api.base import Resource, body
from privacy_portal.api.described import described
from privacy_portal.api.schemas import INSTANT, TEXT, a_list, an_object, maybe
from privacy_portal.api.schemas import shaped as like
from requests_app.actions import subscriptions
from requests_app.subscriptions import Subscription

TAG = "webhooks"
WEBHOOK = an_object(
    id=TEXT,
    url=like(TEXT, "https://records.example.org/events"),
    label=like(TEXT, ""),
    kinds=a_list(like(TEXT, "access")),
    site=like(maybe("string"), None),
    made_at=INSTANT,
    ended_at=like(maybe("string", format="date-time"), None),
)
MADE = {
    **WEBHOOK,
    "properties": WEBHOOK["properties"] | {"secret": like(maybe("string"), "whsec_shown-once")},
}
_SECRET = "secret"  # noqa: S105  the member's name


class Webhooks(Resource):
    """The systems that listen."""

    @described(tag=TAG, gives=an_object(webhooks=a_list(WEBHOOK)))
    def get(self, request: Call) -> Response:
        """List the systems that hear of events; a machine client reads its own."""
        rows = subscriptions.visible(self.actor)
        return Response({"webhooks": [webhook(row) for row in rows]})

    @described(
        tag=TAG,
        asks=subscriptions.Subscribe,
        gives=MADE,
        status=201,
        refused=(409,),
        parameters=[schemas.IDEMPOTENCY_KEY],
    )
    def post(self, request: Call) -> Response:
        """Let a system hear of events, each signed as Standard Webhooks has it.

        The secret is shown in this answer and never again: given again under the same key, it is
        null. An event names a request by its reference, with its kind, its state and its due day,
        and nothing about a person. It is sent at least once, always under the same `webhook-id`; an
        answer of 2xx within five seconds takes it, 410 ends the subscription, redirects are not
        followed, and anything else is tried again for three and a half days.
        """

        def act() -> Response:
            return _with_secret(subscriptions.subscribe(body(request), **self.who), status=201)

        return self.once(act, secret=_SECRET)


class Rotate(Resource):
    """A new secret."""

    @described(
        tag=TAG, gives=MADE, status=201, refused=(404, 409), parameters=[schemas.IDEMPOTENCY_KEY]
    )
    def post(self, request: Call, pk: str) -> Response:
        """Make a new secret. For a day events are signed with the former one as well."""

        def act() -> Response:
            return _with_secret(subscriptions.rotate(pk, **self.who), status=201)

        return self.once(act, secret=_SECRET)


class EndWebhook(Resource):
    """The end of a subscription."""

    @described(tag=TAG, gives=WEBHOOK, refused=(404, 409))
    def post(self, request: Call, pk: str) -> Response:
        """Tell this system nothing any more, nor what still waits."""
        return Response(webhook(subscriptions.end(pk, **self.who)))


def webhook(row: Subscription) -> dict[str, Any]:
    """A system that listens, without its secret."""
    target = row.target
    return {
        "id": str(row.pk),
        "url": target.url,
        "label": target.label,
        "kinds": row.kinds,
        "site": str(row.site_id) if row.site_id else None,
        "made_at": row.made_at.isoformat(),
        "ended_at": row.ended_at.isoformat() if row.ended_at else None,
    }


def _with_secret(made: subscriptions.Made, *, status: int) -> Response:
    return Response(webhook(made.row) | {_SECRET: made.secret}, status=status)
