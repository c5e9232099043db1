"""Who calls the API: a bearer token, or the pages' session (with its CSRF token).

Both set `request.actor`, the frozen fact that goes down to the actions.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import (
    BaseAuthentication,
    SessionAuthentication,
    get_authorization_header,
)
from rest_framework.exceptions import APIException, AuthenticationFailed
from rest_framework.request import Request

from audit import clock
from privacy_portal.accounts import factors, tokens
from privacy_portal.accounts.actors import actor_for
from privacy_portal.accounts.model_tokens import ApiToken
from privacy_portal.accounts.model_users import User

ENDED = _("This token opens nothing, or no longer does. Sign in again.")


class SecondStepMissing(APIException):
    """A member of staff's session that has shown a password or a code alone."""

    status_code = 403
    sentence = _("Set up the second step of your sign-in first, on the page /account/second-step.")


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer ppt_…`, looked up with one query."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        scheme, _blank, text = get_authorization_header(request).partition(b" ")
        if scheme.lower() != b"bearer":
            return None
        found = tokens.authenticate(text.strip().decode("latin-1"), now=clock.now())
        if found is None:
            raise AuthenticationFailed(ENDED)
        row, request._request.actor = found
        return row.user, row

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="privacy portal"'


class PageSession(SessionAuthentication):
    """The session of somebody signed in on the pages."""

    def authenticate(self, request: Request) -> tuple[Any, None] | None:
        found = super().authenticate(request)
        if found is not None:
            if factors.missing(request._request):
                raise SecondStepMissing
            request._request.actor = actor_for(found[0], via="session")
        return found
