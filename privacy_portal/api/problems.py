"""Errors become problem documents (RFC 9457) here and only here.

A problem never repeats what was sent.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from rest_framework.views import set_rollback

from audit import log
from audit.actors import Actor
from privacy_portal.accounts import refusals
from privacy_portal.network import client_address
from requests_app import errors, events
from requests_app.people.references import parse_reference

PROBLEM_TYPE = "application/problem+json"

#: What went wrong → the status it has in HTTP. The first row that fits is used.
STATUS: tuple[tuple[type[Exception], int], ...] = (
    (errors.BadInput, 422),
    (errors.NotFound, 404),
    (errors.NotPermitted, 403),
    (errors.NotNow, 409),
    (errors.Stale, 412),
    (errors.TryLater, 503),
    (Http404, 404),
)
_REFUSALS = (errors.NotFound, errors.NotPermitted, errors.NotNow, errors.Stale)
#: The framework's own refusals, in our words.
SENTENCES: Mapping[int, Any] = {
    400: _("The body could not be read. Send one JSON object, in UTF-8."),
    401: _("Sign in first: send a token in the Authorization header, as `Bearer` and the token."),
    403: _("Your account's role does not allow this."),
    404: _("There is nothing here under that address that you can see."),
    405: _("This address does not take that method. The API documentation lists those it takes."),
    406: _("Answers are JSON. Accept application/json."),
    415: _("Send the body as application/json."),
    429: _("There were too many attempts. Wait five minutes, then try again."),
}


class WrongPassword(exceptions.APIException):
    """Address and password do not belong together; counted where the password was checked."""

    status_code = 401
    sentence = _("The address and password do not belong together. Check both and try again.")


def problem(status: int, detail: str, *, title: str = "", **members: Any) -> dict[str, Any]:
    """The body of a problem document; `members` are its extensions."""
    return {
        "type": "about:blank",
        "title": title or HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        **members,
    }


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """settings.REST_FRAMEWORK's EXCEPTION_HANDLER; None lets the error rise to the 500 page."""
    status = status_of(error)
    if status is None:
        return None
    set_rollback()
    note_refusal(error, context["request"]._request)
    if isinstance(error, (exceptions.NotAuthenticated, exceptions.AuthenticationFailed)):
        refusals.note(client_address(context["request"]), what="token")
    call = context["request"]  # A problem is JSON, whatever the view itself would render.
    call.accepted_renderer, call.accepted_media_type = JSONRenderer(), JSONRenderer.media_type
    body = problem(status, _sentence(error, status), **_members(error))
    return Response(body, status=status, headers=_headers(error), content_type=PROBLEM_TYPE)


def note_refusal(error: Exception, call: HttpRequest) -> None:
    """A refusal of somebody who is known is an entry of its own, which outlives the rollback.

    Input to be put right is no refusal.  The address is named by its pattern, never as typed.
    """
    actor: Actor | None = getattr(call, "actor", None)
    if actor is None or not isinstance(error, _REFUSALS):
        return
    match: Any = call.resolver_match
    log.append(
        events.REFUSED,
        actor=actor,
        request=_reference(match.kwargs),
        outcome="refused",
        extra={"status": status_of(error), "method": call.method, "route": match.route},
        using=log.REFUSALS,
    )


def _reference(inside: Mapping[str, Any]) -> str | None:
    """The request that was asked for, when what stood in the address has the form of a reference."""
    try:
        return parse_reference(inside.get("reference", ""))
    except errors.BadInput:
        return None


def status_of(error: Exception) -> int | None:
    """The status an error has in HTTP; None for what nobody foresaw."""
    for kind, status in STATUS:
        if isinstance(error, kind):
            return status
    return error.status_code if isinstance(error, exceptions.APIException) else None


def _sentence(error: Exception, status: int) -> str:
    if isinstance(error, errors.RequestError):
        return error.sentence
    own = getattr(error, "sentence", "")
    return str(own or SENTENCES.get(status, HTTPStatus(status).phrase))


def _members(error: Exception) -> dict[str, Any]:
    """What a client needs besides the sentence."""
    members: dict[str, Any] = {}
    if isinstance(error, errors.RequestError) and error.citation:
        members["citation"] = error.citation
    if isinstance(error, errors.BadInput):
        members["errors"] = [{"pointer": p.field, "detail": p.sentence} for p in error.problems]
    if isinstance(error, errors.NotNow | errors.Stale) and error.state:
        members["state"] = error.state
    if isinstance(error, errors.Stale):
        members["version"] = error.version
    return members | getattr(error, "extra", {})


def _headers(error: Exception) -> dict[str, str]:
    headers = {}
    challenge = getattr(error, "auth_header", None)
    if challenge:
        headers["WWW-Authenticate"] = challenge
    wait = getattr(error, "wait", None)
    if wait:
        headers["Retry-After"] = str(int(wait))
    return headers
