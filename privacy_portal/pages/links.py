"""A link of the navigation: a route without parts, and who sees it."""

from dataclasses import dataclass

from django.utils.functional import Promise

from requests_app.permissions import Permission


@dataclass(frozen=True)
class Link:
    """`route` is the name of a URL pattern without parameters."""

    route: str
    label: str | Promise
    permission: Permission
