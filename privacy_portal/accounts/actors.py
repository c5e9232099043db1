"""From an account to the frozen Actor that goes down to the floors below."""

from collections.abc import Iterable
from typing import Any

from audit import clock
from audit.actors import Actor
from privacy_portal.accounts.model_users import User
from requests_app.permissions import Role


def actor_for(user: User, *, via: str, scopes: Iterable[str] | None = None) -> Actor:
    """The actor as known now: roles in force, and the sites they are limited to.

    `scopes` is given for a machine client's token only.
    """
    grants = _grants(user)
    return Actor(
        id=str(user.pk),
        name=user.name,
        roles=frozenset(grant["role"] for grant in grants),
        sites=_sites(grants),
        via=via,
        scopes=None if scopes is None else frozenset(scopes),
    )


def is_machine(actor: Actor) -> bool:
    return Role.MACHINE.value in actor.roles


def _grants(user: User) -> list[dict[str, Any]]:
    if "grants_in_force" in user.__dict__:
        return user.grants_in_force
    return list(
        User.objects.with_roles(clock.now())
        .values_list("grants_in_force", flat=True)
        .get(pk=user.pk)
    )


def _sites(grants: list[dict[str, Any]]) -> frozenset[str] | None:
    """The sites that every role covers; None when no role is limited.

    An actor carries one set of sites for all roles.  Uniting them would let a role reach a site
    it was not given for, so they are intersected: a wish for different roles at different sites
    is met by a second account.
    """
    by_role: dict[str, set[str | None]] = {}
    for grant in grants:
        by_role.setdefault(grant["role"], set()).add(grant["site"])
    limited = [{str(s) for s in sites} for sites in by_role.values() if None not in sites]
    return frozenset(set.intersection(*limited)) if limited else None
