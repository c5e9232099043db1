"""From an account to the frozen Actor that goes down to the floors below."""

from collections.abc import Iterable
from typing import Any

from audit import clock
from audit.actors import Actor
from privacy_portal.accounts.model_users import User


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
        licence=_licence(grants),
        via=via,
        scopes=None if scopes is None else frozenset(scopes),
    )


def _grants(user: User) -> list[dict[str, Any]]:
    # Asked of the account itself: what a request holds is a wrapping that knows nothing of its own.
    held: list[dict[str, Any]] | None = getattr(user, "grants_in_force", None)
    if held is not None:
        return held
    return list(
        User.objects.with_roles(clock.now())
        .values_list("grants_in_force", flat=True)
        .get(pk=user.pk)
    )


def _sites(grants: list[dict[str, Any]]) -> dict[str, frozenset[str]]:
    """For each role given at some sites only, those sites."""
    given: dict[str, set[str | None]] = {}
    for grant in grants:
        given.setdefault(grant["role"], set()).add(grant["site"])
    return {
        role: frozenset(str(site) for site in sites)
        for role, sites in given.items()
        if None not in sites
    }


def _licence(grants: list[dict[str, Any]]) -> str:
    """The licence recorded with a role that the law gives to a licensed professional."""
    return next((grant["licence"] for grant in grants if grant["licence"]), "")
