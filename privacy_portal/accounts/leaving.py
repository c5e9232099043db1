"""Somebody leaves the practice: one act that reassigns, dates and disables."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from audit.actors import Actor
from privacy_portal.accounts import access, people, roles
from privacy_portal.accounts.model_users import User
from requests_app.actions import cover
from requests_app.actions.cover import HandedOver, Successor
from requests_app.deadlines.calendars import day_of
from requests_app.errors import BadInput
from requests_app.practice import selectors as practice
from requests_app.practice.models import Designation


@dataclass(frozen=True, slots=True)
class Left:
    """What went to whom: requests, duties and how many roles ended."""

    requests: HandedOver
    duties: tuple[Designation, ...]
    roles: int


def successor(user: User) -> Successor:
    """How records name whoever takes over."""
    return Successor(str(user.pk), user.name, user.username)


def leave(user: User, *, to: User, actor: Actor, now: datetime) -> Left:
    """Give what the account has to `to`, end its roles and switch it off, all of it or nothing.

    Duties change hands today.  Raises NotPermitted, BadInput.
    """
    access.require_user_manager(actor)
    if user.pk == to.pk or not to.is_active:
        raise BadInput.one("/to", "Choose somebody else, whose account is switched on.")
    if str(user.pk) == actor.id:
        raise BadInput.one("/person", "Somebody else must do this for your own account.")
    today = day_of(now, practice.zone())
    with transaction.atomic():
        handed = cover.hand_over(str(user.pk), to=successor(to), actor=actor, now=now)
        duties = cover.give_duties(
            str(user.pk), to=successor(to), since=today, actor=actor, now=now
        )
        grants = list(user.grants.in_force(now))
        for grant in grants:
            roles.end(grant, actor=actor, now=now)
        people.deactivate(user, actor=actor)
    return Left(handed, tuple(duties), len(grants))
