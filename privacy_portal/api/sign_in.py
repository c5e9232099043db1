"""Signing in to the API: address and password for a short token, and its end."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _
from rest_framework.exceptions import Throttled
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from audit import clock
from privacy_portal.accounts import factors, refusals, sign_in, tokens
from privacy_portal.accounts.model_users import User
from privacy_portal.accounts.refusals import NAME_WINDOW
from privacy_portal.api.authentication import TokenAuthentication
from privacy_portal.api.base import Resource
from privacy_portal.api.described import described
from privacy_portal.api.problems import WrongPassword
from privacy_portal.api.schemas import INSTANT, TEXT, WHOLE, Schema, an_object
from privacy_portal.api.schemas import shaped as like
from privacy_portal.network import client_address
from requests_app.errors import BadInput, NotPermitted, Problem

LONGEST = 1024  # Longer than any address or passphrase; keeps the hasher from being fed megabytes.


CREDENTIALS: Schema = {
    "application/json": {
        "type": "object",
        "properties": {
            "address": {
                "type": "string",
                "maxLength": LONGEST,
                "description": "The e-mail address you sign in with.",
            },
            "password": {"type": "string", "maxLength": LONGEST},
            "code": {
                "type": "string",
                "maxLength": LONGEST,
                "description": "Of an account with a second step: the code its authenticator app "
                "shows now, or a recovery code. Members of staff always have one.",
            },
        },
        "required": ["address", "password"],
        "additionalProperties": False,
    }
}
TOKEN = an_object(
    token=like(TEXT, "ppt_shown-once") | {"description": "Send it as `Authorization: Bearer …`."},
    expires_at=INSTANT | {"description": "The token ends then, or earlier when unused."},
    idle_minutes=like(WHOLE, 15) | {"description": "Unused for this long, the token ends."},
)
_EXAMPLE = {
    "A patient signs in": {
        "address": "demo.patient@example.org",
        "password": "a long password of four words",
    }
}


class SignIn(Resource):
    authentication_classes = ()
    permission_classes = (AllowAny,)

    @described(tag="sign-in", asks=CREDENTIALS, asked=_EXAMPLE, gives=TOKEN, refused=(429,))
    def post(self, request: Request) -> Response:
        """Exchange an address and password for a short token."""
        address, password, code = _read(request.data)
        now = clock.now()
        try:
            user = sign_in.check(request._request, address=address, password=password)
            if user is not None:
                _second_step(request._request, user, code)
        except refusals.TooManyAttempts:
            raise Throttled(wait=NAME_WINDOW.total_seconds()) from None
        if user is None:
            raise WrongPassword
        return Response(_shown(tokens.make_for_person(user, now=now)))


class SignOut(Resource):
    authentication_classes = (TokenAuthentication,)

    @described(tag="sign-in", gives=None, status=204)
    def post(self, request: Request) -> Response:
        """End the token this call was made with."""
        tokens.end(request.auth, actor=request._request.actor, now=clock.now())
        return Response(status=204)


def _second_step(call: HttpRequest, user: User, code: str) -> None:
    """What the pages ask for after the password is asked for here too.

    Only the demo, where a walk begins with nothing but a password, lets staff in who have not set
    one up yet.
    """
    if not factors.enrolled(user.pk):
        if factors.mandatory_for(user) and not settings.DEMO:
            raise NotPermitted(_("Sign in on the pages once and set up the second step there."))
        return
    if not code:
        raise BadInput.one("/code", _("Enter the code of your second step."))
    if not factors.accepts(user, code, source=client_address(call), now=clock.now()):
        raise WrongPassword


def _shown(made: tokens.Made) -> dict[str, Any]:
    expires: datetime = made.row.expires_at
    idle = settings.SESSION_IDLE_MINUTES
    return {"token": made.text, "expires_at": expires.isoformat(), "idle_minutes": idle}


def _read(body: object) -> tuple[str, str, str]:
    """Address, password and perhaps a code; BadInput names every field that is missing, wrong or unknown."""
    if not isinstance(body, dict):
        raise BadInput.one("", _("Send one JSON object with address and password."))
    problems = [
        Problem(f"/{name}", _("There is no such field here. Leave it out."))
        for name in sorted(body.keys() - {"address", "password", "code"})
    ]
    wanted = {"address": _("Enter your e-mail address."), "password": _("Enter your password.")}
    if "code" in body:
        wanted["code"] = _("Enter the code of your second step.")
    for name, empty in wanted.items():
        value = body.get(name)
        if not isinstance(value, str) or not value.strip():
            problems.append(Problem(f"/{name}", empty))
        elif len(value) > LONGEST or "\0" in value:
            problems.append(Problem(f"/{name}", _("This is longer, or other, than one can type.")))
    if problems:
        raise BadInput(problems)
    return body["address"], body["password"], body.get("code", "")
