"""To whom a row of the outbox is told, as things stand when it is told."""

from datetime import datetime
from zoneinfo import ZoneInfo

from privacy_portal.accounts import addresses
from requests_app.complaints import routing
from requests_app.outbox import Audience, OutboxRow
from requests_app.practice import selectors as practice
from requests_app.practice.models import Duty


def address(row: OutboxRow, *, now: datetime) -> str | None:
    """An e-mail address, or None when this audience cannot be reached by mail."""
    if row.audience == Audience.ASKER:
        return addresses.sign_in_address(row.request.filed_by)
    return addresses.work_address(row.request.assigned_to) or _office(row, now)


def _office(row: OutboxRow, now: datetime) -> str | None:
    """The privacy official of the day at the site; without an address of theirs the practice's.

    A complaint that names somebody is told to whoever takes it instead.
    """
    today = now.astimezone(ZoneInfo(row.request.site.time_zone)).date()
    official = practice.holder(Duty.PRIVACY_OFFICIAL, on=today)
    if routing.goes_around(row.request):
        official = routing.handler(row.request, on=today)
    return (official.email if official else "") or practice.practice().email or None
