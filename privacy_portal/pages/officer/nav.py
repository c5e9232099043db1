"""The officer's links, and the letters that lead there from the keyboard."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from audit.actors import Actor
from privacy_portal.language.remembered import by_language
from privacy_portal.pages.links import Link, held
from requests_app.permissions import Permission as P

LINKS: tuple[Link, ...] = (
    Link("office_queue", _("Requests"), P.READ_REQUESTS),
    Link("office_desk", _("Desk"), P.FILE_FOR_OTHERS),
    Link("office_find", _("Find a patient"), P.READ_PATIENTS),
    Link("office_calendar", _("Due dates"), P.READ_REQUESTS),
    Link("office_dashboard", _("How we are doing"), P.READ_REQUESTS),
    Link("office_registers", _("Registers"), P.READ_REQUESTS),
    Link("office_dead_letters", _("Not sent"), P.MEND_SERVICE),
    Link("office_notices", _("Notice"), P.READ_PRACTICE),
    Link("office_hand_over", _("Hand over"), P.WORK_REQUESTS),
    Link("office_leave", _("Leaving"), P.MANAGE_USERS),
    Link("office_set_up", _("Set-up"), P.READ_PRACTICE),
)


@dataclass(frozen=True)
class Key:
    """`g`, then this letter."""

    letter: str
    href: str
    label: str


#: The letter of each link. A letter whose place the reader may not open is not shown.
LETTERS = {
    "office_queue": "q",
    "office_desk": "d",
    "office_find": "f",
    "office_calendar": "c",
    "office_dashboard": "h",
    "office_dead_letters": "n",
    "office_set_up": "s",
}


def keys(actor: Actor) -> tuple[Key, ...]:
    """The shortcuts of whoever is signed in."""
    return _keys(held(actor, LINKS))


@by_language
def _keys(may_open: frozenset[P]) -> tuple[Key, ...]:
    return tuple(
        Key(LETTERS[link.route], reverse(link.route), str(link.label))
        for link in LINKS
        if link.route in LETTERS and link.permission in may_open
    )
