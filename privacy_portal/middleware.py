"""What surrounds every answer: one id from page to log, headers, an access line."""

import time
import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from audit import context
from privacy_portal.logging import ACCESS, log_event
from privacy_portal.network import client_address

#: What no page of ours needs, so that no page can be made to use it.
PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer",
        "autoplay",
        "camera",
        "display-capture",
        "fullscreen",
        "geolocation",
        "gyroscope",
        "microphone",
        "midi",
        "payment",
        "usb",
    )
)
HEADERS = {
    "Permissions-Policy": PERMISSIONS_POLICY,
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}

GetResponse = Callable[[HttpRequest], HttpResponse]


class RequestIdentity:
    """Gives the request an id of ours and writes one line when it is answered.

    A caller's own X-Request-ID is not taken over: it could carry anything into the log.  The
    network address goes to the encrypted log only; the access log has neither it nor the path as
    typed, only the route's pattern.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id, started = uuid.uuid4().hex, time.monotonic()
        request.request_id = request_id  # type: ignore[attr-defined]
        network = client_address(request)
        facts = context.RequestContext(request_id=request_id, network=network, app="web")
        with context.entered(facts):
            response = self.get_response(request)
            _write_access(request, response, time.monotonic() - started)
        response["X-Request-ID"] = request_id
        return response


def _write_access(request: HttpRequest, response: HttpResponse, seconds: float) -> None:
    match = request.resolver_match
    actor = getattr(request, "actor", None)
    log_event(
        ACCESS,
        "http.answered",
        method=request.method if request.method in _METHODS else "other",
        route=match.route if match else "",
        status=response.status_code,
        milliseconds=round(seconds * 1000),
        actor=actor.id if actor else "",
    )


_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


class Headers:
    """Headers of what a view makes; none of it is stored by a browser or a proxy.

    Stands inside the server of static files, which say themselves how long they may be kept.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response[name] = value
        return response
