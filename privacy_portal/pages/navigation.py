"""Where each role can go from any page: every room names its own links."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise

from audit.actors import Actor
from privacy_portal.pages.administrator import nav as administrator
from privacy_portal.pages.auditor import nav as auditor
from privacy_portal.pages.links import Link
from privacy_portal.pages.officer import nav as officer
from privacy_portal.pages.patient import nav as patient
from requests_app.permissions import may

LINKS: tuple[Link, ...] = (
    *patient.LINKS,
    *officer.LINKS,
    *auditor.LINKS,
    *administrator.LINKS,
)


@dataclass(frozen=True)
class Shown:
    """One link of the navigation, and whether this is where one is."""

    href: str
    label: str | Promise
    here: bool


def links(actor: Actor, path: str) -> list[Shown]:
    """The links of whoever is signed in, in the order of the rooms."""
    return list(_shown((link for link in LINKS if may(actor, link.permission)), path))


def _shown(wanted: Iterable[Link], path: str) -> Iterable[Shown]:
    for link in wanted:
        href = reverse(link.route)
        yield Shown(href, link.label, path == href)
