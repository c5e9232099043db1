"""Who looked at a request, and who took a step in it, as the log has it: sides and roles, no names."""

from collections.abc import Mapping
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit import reading
from audit.entry import Entry, Who
from audit.log import Facet, Opened
from audit.reading import Which
from privacy_portal.api.reading import logged
from privacy_portal.pages.door import page
from privacy_portal.pages.parts import TimelineItem, happened, local
from privacy_portal.pages.patient import filed
from privacy_portal.pages.patient.asker import who
from requests_app import events
from requests_app.errors import NotFound
from requests_app.kinds.base import Kind
from requests_app.permissions import Role

#: Entries that are looked through at once, and lines of one page.
MOST, LINES = 200, 50
#: What is told beside the moves. What is named neither here nor there is the office's own work: its
#: notes, what it asked the log, and what an agency may have asked of it.
TOLD: Mapping[str, str | Promise] = {
    events.READ_REQUEST: gettext_lazy("The request was opened"),
    events.READ_MESSAGES: gettext_lazy("The messages were read"),
    events.READ_LETTERS: gettext_lazy("The letters were read"),
    events.READ_DOCUMENTS: gettext_lazy("The list of documents was read"),
    events.READ_DOCUMENT: gettext_lazy("A document was opened"),
    events.DOCUMENT_SENT: gettext_lazy("A document was handed over"),
    events.MESSAGE_WRITTEN: gettext_lazy("A message was written"),
    events.REQUEST_MATCHED: gettext_lazy("The request was matched to a patient"),
    events.REQUEST_ASSIGNED: gettext_lazy("Somebody was given the request to work on"),
}
#: Who that was, by the first of these roles that they held.
SIDES: tuple[tuple[Role, str | Promise], ...] = (
    (Role.PRIVACY_OFFICER, gettext_lazy("the privacy office")),
    (Role.PRIVACY_STAFF, gettext_lazy("the privacy office")),
    (Role.LICENSED_PROFESSIONAL, gettext_lazy("a licensed professional who decides or reviews")),
    (Role.OUTSIDE_REVIEWER, gettext_lazy("a licensed professional who decides or reviews")),
    (Role.FRONT_DESK, gettext_lazy("the front desk")),
    (Role.BILLING, gettext_lazy("the billing office")),
    (Role.AUDITOR, gettext_lazy("an auditor")),
    (Role.ADMINISTRATOR, gettext_lazy("an administrator of this service")),
    (Role.MACHINE, gettext_lazy("another system of the practice")),
    (Role.PATIENT, gettext_lazy("you or your representative")),
)


@page
def at_request(call: HttpRequest, reference: str) -> HttpResponse:
    """Who looked at one request of one's own."""
    given = who(call, reference)
    found = filed.loaded(reference, **given)
    about = {"patient": found.patient_id, "request": found.reference}
    with logged(events.READ_LOG, given["actor"], purpose="own request", **about):
        told = _told(found, before=_before(call))
    zone = found.site.time_zone
    titles = _titles(found)
    facts = {
        "request": found,
        "items": [_item(titles[one.entry.name], one.entry, zone) for one in told[:LINES]],
        "older": told[LINES - 1].eid if len(told) > LINES else "",
        "back": reverse("my_request", args=[found.reference]),
    }
    return render(call, "patient/looked.html", facts)


def _before(call: HttpRequest) -> UUID | None:
    """After which line the page goes on; NotFound for what is no such place."""
    try:
        return UUID(call.GET["before"]) if "before" in call.GET else None
    except ValueError:
        raise NotFound from None


def _told(request: Kind, *, before: UUID | None) -> list[Opened]:
    """A page of what is told, and one more where there is more.

    A page is counted by what stands on it: what is not told does not show by a page that is short.
    """
    titles, told = _titles(request), list[Opened]()
    while len(told) <= LINES:
        sheet = reading.opened(Which(Facet.REQUEST, request.reference, before=before, limit=MOST))
        told += [
            one
            for one in sheet.entries
            if one.entry.name in titles and one.entry.outcome == "success"
        ]
        before = sheet.before
        if before is None:
            break
    return told


def _titles(request: Kind) -> Mapping[str, str]:
    moves = {request.event(name): str(spec.title) for name, spec in request.moves().items()}
    return {name: str(words) for name, words in TOLD.items()} | moves


def _item(title: str, entry: Entry, zone: str) -> TimelineItem:
    return happened(title, local(entry.at, zone), side(entry.actor))


def side(actor: Who) -> str:
    """Who acted, as a patient is told: which part of the practice, never which person."""
    found = next((words for role, words in SIDES if role.value in actor.roles), None)
    return str(found) if found else _("this service by itself")
