"""Machine clients and their scoped tokens: for the administrator."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from rest_framework.request import Request as Call
from rest_framework.response import Response

from privacy_portal.accounts import people, tokens
from privacy_portal.accounts.model_tokens import ApiToken
from privacy_portal.api import schemas
from privacy_portal.api.described import described
from privacy_portal.api.schemas import INSTANT, TEXT, a_list, an_object, maybe
from privacy_portal.api.schemas import shaped as like
from privacy_portal.api.users import TAG, UserResource
from requests_app import selectors
from requests_app.permissions import Permission
from requests_app.questions import choices, text
from requests_app.questions.amounts import whole


@dataclass(frozen=True)
class MakeToken:
    """A token for a machine client, with what it may do and for how long."""

    client: str = text(
        name="the client's name",
        question="For which client?",
        hint="A new one is made when none has this name.",
        max_length=200,
        example="Example chart system",
    )
    scopes: tuple[Permission, ...] = choices(
        Permission, name="the scopes", question="What may it do?", example=(Permission.ASK_CHECK,)
    )
    days: int = whole(name="the days", question="For how many days?", least=1, most=366, example=90)
    label: str | None = text(
        name="the label", question="What tells it from others?", max_length=80, optional=True
    )


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
        return self.once(self._made, secret="token")  # noqa: S106  the member's name

    def _made(self) -> Response:
        asked = self.parsed(MakeToken)
        client = people.machine_named(asked.client) or people.create_machine(
            asked.client, **self.who
        )
        made = tokens.make_for_machine(
            client,
            asked.scopes,
            label=asked.label or "",
            expires_at=self.now + timedelta(days=asked.days),
            **self.who,
        )
        return Response(_token(made.row) | {"token": made.text}, status=201)


class EndToken(UserResource):
    """The end of a machine client's token."""

    @described(tag=TAG, gives=TOKEN, refused=(404,))
    def post(self, request: Call, pk: str) -> Response:
        """End a machine client's token. Repeating it changes nothing."""
        machines = ApiToken.objects.filter(scopes__isnull=False)
        row = selectors.one(machines.filter(pk=selectors.uuid_or_not_found(pk)))
        tokens.end(row, **self.who)
        return Response(_token(row) | {"token": None})


def _token(row: ApiToken) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "client": str(row.user_id),
        "scopes": row.scopes,
        "label": row.label,
        "expires_at": row.expires_at.isoformat(),
    }
