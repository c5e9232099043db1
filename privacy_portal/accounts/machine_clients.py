"""Machine clients as the administrator makes them: by name, with a token that has scopes and an end."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from audit.actors import Actor
from privacy_portal.accounts import access, people, tokens
from privacy_portal.accounts.model_tokens import ApiToken
from privacy_portal.accounts.tokens import Made
from requests_app import questions, selectors
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


def make_token(raw: object, *, actor: Actor, now: datetime) -> Made:
    """A token, for a client that is made when there is none of the name. Its text is shown once."""
    access.require_user_manager(actor)
    asked = questions.parse(MakeToken, raw, at="", today=now.date())
    with transaction.atomic():
        who = {"actor": actor, "now": now}
        client = people.machine_named(asked.client) or people.create_machine(asked.client, **who)
        return tokens.make_for_machine(
            client,
            asked.scopes,
            label=asked.label or "",
            expires_at=now + timedelta(days=asked.days),
            **who,
        )


def end_token(pk: str, *, actor: Actor, now: datetime) -> ApiToken:
    """End a machine client's token. Repeating it changes nothing."""
    row = selectors.one(listed(actor).filter(pk=selectors.uuid_or_not_found(pk)))
    tokens.end(row, actor=actor, now=now)
    return row


def listed(actor: Actor) -> QuerySet[ApiToken]:
    """Every token of a machine client. Raises NotPermitted."""
    access.require_user_manager(actor)
    return ApiToken.objects.filter(scopes__isnull=False).select_related("user")
