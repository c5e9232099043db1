"""Machine clients and their scoped tokens: for the administrator."""

from typing import Any

from rest_framework.request import Request as Call
from rest_framework.response import Response

from privacy_portal.accounts.machine_clients import MakeToken, end_token, make_token
from privacy_portal.accounts.model_tokens import ApiToken
from privacy_portal.api import schemas
from privacy_portal.api.base import body
from privacy_portal.api.described import described
from privacy_portal.api.schemas import INSTANT, TEXT, a_list, an_object, maybe
from privacy_portal.api.schemas import shaped as like
from privacy_portal.api.users import TAG, UserResource

TOKEN = an_object(
    id=TEXT,
    client=TEXT,
    scopes=a_list(like(TEXT, "ask_check")),
    label=like(TEXT, ""),
    expires_at=INSTANT,
    token=like(maybe("string"), "ppt_shown-once"),
)


class MachineTokens(UserResource):
    """Tokens of machine clients."""

    @described(
        tag=TAG, asks=MakeToken, gives=TOKEN, status=201, parameters=[schemas.IDEMPOTENCY_KEY]
    )
    def post(self, request: Call) -> Response:
        """Make a scoped token for a machine client.

        The token is shown in this answer and never again: given again under the same key, it is
        null.
        """

        def act() -> Response:
            made = make_token(body(request), **self.who)
            return Response(_token(made.row) | {"token": made.text}, status=201)

        return self.once(act, secret="token")  # noqa: S106  the member's name


class EndToken(UserResource):
    """The end of a machine client's token."""

    @described(tag=TAG, gives=TOKEN, refused=(404,))
    def post(self, request: Call, pk: str) -> Response:
        """End a machine client's token. Repeating it changes nothing."""
        return Response(_token(end_token(pk, **self.who)) | {"token": None})


def _token(row: ApiToken) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "client": str(row.user_id),
        "scopes": row.scopes,
        "label": row.label,
        "expires_at": row.expires_at.isoformat(),
    }
