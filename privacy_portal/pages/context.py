"""What stands on every page: where one can go, and how to reach the privacy office.

Template context processor; named in settings.TEMPLATES.
"""

from typing import Any, NamedTuple
from urllib.parse import quote

from django.conf import settings
from django.db import Error
from django.http import HttpRequest

from audit import clock
from privacy_portal.pages import navigation
from privacy_portal.pages.once import fresh
from requests_app.practice import selectors as practice


class Here(NamedTuple):
    """Where one is, as another address can carry it: the page to come back to."""

    back: str


def portal(call: HttpRequest) -> dict[str, Any]:
    """`office`, `demo`, `links` of whoever is signed in, the way `here`, a fresh key for a form."""
    actor = getattr(call, "actor", None)
    return {
        "office": office_line(),
        "demo": settings.DEMO,
        "links": navigation.links(actor, call.path) if actor else [],
        "here": Here(quote(call.get_full_path() if call.method == "GET" else call.path, safe="")),
        "form_key": fresh(),
    }


def office_line() -> practice.OfficeLine | None:
    """How to reach the privacy office; what was last known where the database does not answer."""
    try:
        return practice.office_line(on=clock.now().date())
    except Error:
        return practice.office_line_remembered()
