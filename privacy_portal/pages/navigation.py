"""Where each role can go from any page: every room names its own links.

The line shows the links of the room one is in, the first `MOST` and always the page one is on. What
does not fit, and the other rooms of somebody with several roles, open below the line.
"""

from dataclasses import dataclass
from functools import cache

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from audit.actors import Actor
from privacy_portal.language.remembered import by_language
from privacy_portal.pages.administrator import nav as administrator
from privacy_portal.pages.auditor import nav as auditor
from privacy_portal.pages.links import Link, held
from privacy_portal.pages.officer import nav as officer
from privacy_portal.pages.patient import nav as patient
from requests_app.permissions import Permission


@dataclass(frozen=True)
class Room:
    """Links that belong together, and the beginning of their addresses."""

    label: str | Promise
    links: tuple[Link, ...]
    at: tuple[str, ...]


ROOMS: tuple[Room, ...] = (
    Room(_("My own requests"), patient.LINKS, ("my", "ask", "lookup")),
    Room(_("Office"), officer.LINKS, ("office",)),
    Room(_("Audit"), auditor.LINKS, ("audit",)),
    Room(_("Administration"), administrator.LINKS, ("administration",)),
)
LINKS: tuple[Link, ...] = tuple(link for room in ROOMS for link in room.links)
#: As many links stand in one line of a laptop's window, beside the menus.
MOST = 6


@dataclass(frozen=True)
class Shown:
    """One link of the navigation, and whether this is where one is."""

    href: str
    label: str
    here: bool


@dataclass(frozen=True)
class Menu:
    """Links that open below the line."""

    label: str
    links: tuple[Shown, ...]


@dataclass(frozen=True)
class Line:
    """The navigation of whoever is signed in."""

    links: tuple[Shown, ...] = ()
    menus: tuple[Menu, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.links)


def links(actor: Actor, path: str) -> Line:
    """The links of whoever is signed in: of the room they are in, and behind menus the others."""
    beginning = path.strip("/").partition("/")[0]
    room = next((room.at for room in ROOMS if beginning in room.at), ())
    here = path if path in _hrefs() else ""
    return _line(held(actor, LINKS), room, here)


@cache
def _hrefs() -> frozenset[str]:
    return frozenset(reverse(link.route) for link in LINKS)


@by_language
def _line(may_open: frozenset[Permission], at: tuple[str, ...], here: str) -> Line:
    rooms = [(room, _shown(room, may_open, here)) for room in ROOMS]
    rooms = [(room, shown) for room, shown in rooms if shown]
    if not rooms:
        return Line()
    place = next((n for n, (room, _shown) in enumerate(rooms) if room.at == at), 0)
    _room, inside = rooms.pop(place)
    near, far = _parted(inside)
    more = [Menu(_t("More"), tuple(far))] if far else []
    others = (Menu(str(room.label), tuple(shown)) for room, shown in rooms)
    return Line(tuple(near), (*more, *others))


def _shown(room: Room, may_open: frozenset[Permission], here: str) -> list[Shown]:
    wanted = ((reverse(one.route), one) for one in room.links if one.permission in may_open)
    return [Shown(href, str(one.label), here == href) for href, one in wanted]


def _parted(inside: list[Shown]) -> tuple[list[Shown], list[Shown]]:
    """What stands in the line, and what behind “More”; one link alone is not hidden."""
    if len(inside) <= MOST + 1:
        return inside, []
    near = inside[:MOST]
    here = next((one for one in inside[MOST:] if one.here), None)
    if here is not None:
        near[-1] = here
    return near, [one for one in inside if one not in near]
