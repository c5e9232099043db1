"""A link of the navigation: a route without parts, and who sees it."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise

from audit.actors import Actor
from requests_app.permissions import Permission, may


@dataclass(frozen=True)
class Link:
    """`route` is the name of a URL pattern without parameters."""

    route: str
    label: str | Promise
    permission: Permission


def held(actor: Actor, links: Iterable[Link]) -> frozenset[Permission]:
    """Which of the permissions that open these links the actor holds, at some site at least."""
    asked = {link.permission for link in links}
    return frozenset(one for one in asked if may(actor, one))
