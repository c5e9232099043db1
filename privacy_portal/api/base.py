"""What every resource of the API shares. A view is: read the body, act, render."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from audit import clock
from audit.actors import Actor
from privacy_portal.api.idempotency import once
from requests_app.errors import BadInput


class Resource(APIView):
    """Base of the API's views: who calls, when, and with which query parameters."""

    request: Request
    #: The query parameters a GET of this resource takes; any other is refused.
    queries: ClassVar[frozenset[str]] = frozenset()

    @property
    def actor(self) -> Actor:
        """The frozen fact that goes down to the actions; set by authentication."""
        actor: Actor = self.request._request.actor  # type: ignore[attr-defined]
        return actor

    @property
    def now(self) -> datetime:
        return clock.now()

    @property
    def who(self) -> dict[str, Any]:
        """Who acts and when, as every action is told."""
        return {"actor": self.actor, "now": self.now}

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """After the caller is known: nothing is asked in the address but what is documented."""
        super().initial(request, *args, **kwargs)
        known = self.queries if request.method in {"GET", "HEAD"} else frozenset()
        for name in request.query_params:
            if name not in known:
                sentence = "There is no such parameter here. Leave it out."
                raise BadInput.one(f"/query/{_short(name)}", sentence)

    def options(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The methods, in the Allow header; what they take stands in the OpenAPI document."""
        return Response(status=204)

    def once(
        self, act: Callable[[], Response], *, required: bool = True, secret: str = ""
    ) -> Response:
        """Act under the caller's Idempotency-Key; see `idempotency.once`."""
        return once(
            self.request,
            act,
            route=self.request._request.resolver_match.route,
            path=self.request.path,
            caller=self.actor.id,
            now=self.now,
            required=required,
            secret=secret,
        )


def body(request: Request) -> dict[str, Any]:
    """The JSON object that was sent; an empty one when nothing was."""
    data = request.data
    if not isinstance(data, dict):
        raise BadInput.one("", "Send one JSON object.")
    return data


def _short(name: str) -> str:
    """A parameter's name as a problem may repeat it: it could be anything that was typed."""
    return name if name.isidentifier() and name.isascii() and len(name) <= 32 else ""
