"""One's own calendar feed: made, looked at, ended."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from rest_framework.request import Request as Call
from rest_framework.response import Response

from privacy_portal.accounts import feeds
from privacy_portal.accounts.model_feeds import CalendarFeed
from privacy_portal.api import schemas
from privacy_portal.api.base import Resource
from privacy_portal.api.described import described
from privacy_portal.api.schemas import an_object, maybe
from privacy_portal.api.schemas import shaped as like
from requests_app.permissions import Permission, require

TAG = "calendar"
FEED = an_object(
    made_at=maybe("string", format="date-time"),
    last_used=maybe("string", format="date-time"),
)
MADE = {
    **FEED,
    "properties": FEED["properties"]
    | {"url": like(maybe("string"), "https://privacy.clinic.example/calendar/shown-once.ics")},
}


class OwnCalendar(Resource):
    """The caller's feed of due days."""

    @described(tag=TAG, gives=FEED)
    def get(self, request: Call) -> Response:
        """Read whether you have a calendar feed, and when it was last asked for."""
        require(self.actor, Permission.READ_REQUESTS)
        return Response(_shown(feeds.present(self.actor)))

    @described(tag=TAG, gives=MADE, status=201, parameters=[schemas.IDEMPOTENCY_KEY])
    def post(self, request: Call) -> Response:
        """Make a calendar feed of the due days of the requests you may see.

        Its address is the key to it: it is shown in this answer and never again. The former one
        ends. An event holds a reference and a day, and nothing about a person.
        """

        def act() -> Response:
            made = feeds.make(**self.who)
            path = reverse("calendar_feed", args=[made.secret])
            address = {"url": f"{settings.PUBLIC_ORIGIN}{path}"}
            return Response(_shown(made.row) | address, status=201)

        return self.once(act, secret="url")  # noqa: S106  the member's name


class EndCalendar(Resource):
    """The end of the caller's feed."""

    @described(tag=TAG, gives=FEED)
    def post(self, request: Call) -> Response:
        """End your calendar feed: its address opens nothing any more. Repeating it changes nothing."""
        require(self.actor, Permission.READ_REQUESTS)
        feeds.end(**self.who)
        return Response(_shown(None))


def _shown(row: CalendarFeed | None) -> dict[str, Any]:
    return {
        "made_at": row.made_at.isoformat() if row else None,
        "last_used": row.last_used.isoformat() if row and row.last_used else None,
    }
