"""The due days of open requests as an iCalendar feed (RFC 5545), under a secret address.

An event holds the reference and its due day, nothing else: calendars are kept by others, and shown
on walls.  Not even the kind of request stands there, as in mail.
"""

from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Max
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from audit import clock
from audit.actors import Actor
from privacy_portal.accounts import feeds, refusals
from privacy_portal.network import client_address
from requests_app.reports.cases import readable

if TYPE_CHECKING:
    from icalendar import Event

CONTENT_TYPE = "text/calendar; charset=utf-8"
#: What is due, or was, within these; more than MOST in a calendar helps nobody.
BEFORE, AFTER, MOST = timedelta(days=365), timedelta(days=400), 500
#: How often a program should ask again.
EVERY = timedelta(hours=1)
_PRODUCT = "-//privacy portal//due days//EN"


@require_safe
def feed(request: HttpRequest, secret: str) -> HttpResponseBase:
    """The calendar, to whoever knows its address; else there is nothing here."""
    now = clock.now()
    actor = feeds.opened(secret, now=now)
    if actor is None:
        refusals.note(client_address(request), what="token")
        return HttpResponse(status=404)
    body = calendar(actor, now=now)
    etag = f'"{sha256(body).hexdigest()[:32]}"'
    answer = HttpResponse(body, content_type=CONTENT_TYPE, headers={"ETag": etag})
    return get_conditional_response(request, etag=etag, response=answer) or answer


def calendar(actor: Actor, *, now: datetime) -> bytes:
    """The same bytes as long as nothing has changed, so that a program need not load them again."""
    from icalendar import Calendar  # Not before a calendar is asked for: few ever are.

    made = Calendar()
    made.add("prodid", _PRODUCT)
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("x-wr-calname", _("Privacy office: due days"))
    made.add("refresh-interval", EVERY, parameters={"VALUE": "DURATION"})
    for row in _rows(actor, now):
        made.add_component(_event(*row))
    return made.to_ical()


def _rows(actor: Actor, now: datetime) -> list[tuple[str, int, date, datetime]]:
    """Reference, version, due day and when it was last worked out, of what is open."""
    rows = readable(actor, now=now).filter(
        answered_at__isnull=True, due_at__gte=now - BEFORE, due_at__lt=now + AFTER
    )
    changed = rows.annotate(changed=Max("clock_rows__at")).order_by("due_at", "id")
    return list(changed.values_list("reference", "version", "due_on", "changed")[:MOST])


def _event(reference: str, version: int, due_on: date, changed: datetime) -> "Event":
    """One whole day, which makes nobody busy."""
    from icalendar import Event

    event = Event()
    event.add("uid", f"{reference}@{settings.LOG_ORIGIN.partition('/')[0]}")
    event.add("dtstamp", changed)
    event.add("dtstart", due_on)
    event.add("sequence", version)
    event.add("summary", _("Due: %(reference)s") % {"reference": reference})
    event.add("url", f"{settings.PUBLIC_ORIGIN}/")
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")
    return event
