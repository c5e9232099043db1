"""The practice's own aims: days for a kind, stricter than the law, beside it and never in its place."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from audit.actors import Actor
from requests_app import questions
from requests_app.actions.dated import add_row, end_former
from requests_app.deadlines import packs
from requests_app.errors import BadInput
from requests_app.kinds import registry
from requests_app.permissions import Permission, require
from requests_app.practice.models import Target
from requests_app.questions import day, text
from requests_app.questions.amounts import whole


@dataclass(frozen=True)
class SetTarget:
    """The practice's own aim for one kind of request."""

    kind: str = text(
        name="the kind", question="For which kind of request?", max_length=32, example="access"
    )
    days: int = whole(
        name="the days",
        question="How many calendar days after receipt?",
        least=1,
        most=365,
        example=10,
    )
    in_force_from: date = day(
        name="the first day", question="For requests received from which day?"
    )


def set_target(raw: object, *, actor: Actor, now: datetime) -> Target:
    """Set the practice's own aim for a kind from a day on; the former ends the day before."""
    require(actor, Permission.MANAGE_PRACTICE)
    asked = questions.parse(SetTarget, raw, at="", today=now.date())
    _check_stricter(asked)
    with transaction.atomic():
        former = Target.objects.select_for_update().filter(kind=asked.kind)
        end_former(former, asked.in_force_from, actor)
        return add_row(
            Target,
            actor=actor,
            now=now,
            kind=asked.kind,
            days=asked.days,
            in_force_from=asked.in_force_from,
        )


def _check_stricter(asked: SetTarget) -> None:
    if asked.kind not in registry.names():
        raise BadInput.one("/kind", "Choose a kind of request.")
    federal = [row for row in packs.policies() if row.jurisdiction == "us"]
    legal = min((row.days for row in federal if asked.kind in row.kinds), default=None)
    if legal is not None and asked.days >= legal:
        raise BadInput.one("/days", f"Enter fewer than {legal} days, which the law gives anyway.")
