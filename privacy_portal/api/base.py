"""What every resource of the API shares. A view is: read the body, act, render."""

from datetime import datetime
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from audit import clock
from audit.actors import Actor


class Resource(APIView):
    """Base of the API's views: who calls, and when."""

    request: Request

    @property
    def actor(self) -> Actor:
        """The frozen fact that goes down to the actions; set by authentication."""
        actor: Actor = self.request._request.actor  # type: ignore[attr-defined]
        return actor

    @property
    def now(self) -> datetime:
        return clock.now()

    def handle_exception(self, exc: Exception) -> Response:
        """Remember what was refused, so that the problem document can name what is possible."""
        response: Response = super().handle_exception(exc)
        return response


def body(request: Request) -> dict[str, Any]:
    """The JSON object that was sent; an empty one when nothing was."""
    from requests_app.errors import BadInput

    data = request.data
    if not isinstance(data, dict):
        raise BadInput.one("", "Send one JSON object.")
    return data
