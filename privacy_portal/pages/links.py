"""A link of the navigation: a route without parts, and who sees it."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from django.urls import reverse
from django.utils.functional import Promise

from audit.actors import Actor
from requests_app.permissions import Permission, anywhere


@dataclass(frozen=True)
class Link:
    """`route` is the name of a URL pattern without parameters."""

    route: str
    label: str | Promise
    permission: Permission


def held(actor: Actor, links: Iterable[Link]) -> frozenset[Permission]:
    """Which of the permissions that open these links the actor holds, at some site at least."""
    return anywhere(actor) & {link.permission for link in links}


def address(route: str, *parts: str | int) -> str:
    """The address of a route, worked out once with a place for each of its parts.

    parts  references, versions, names of moves: letters, digits and hyphens, which stand there as they are
    """
    return _around(route, len(parts)).format(*parts)


@cache
def _around(route: str, count: int) -> str:
    examples = [str(10**12 + n) for n in range(count)]
    found = reverse(route, args=examples)
    for place, example in enumerate(examples):
        found = found.replace(example, f"{{{place}}}")
    return found
