"""To whom a row of the outbox is told, as things stand when it is told."""

from datetime import datetime
from zoneinfo import ZoneInfo

from privacy_portal.accounts import addresses
from requests_app.actions.outbox import Outcome
from requests_app.complaints import routing
from requests_app.outbox import Audience, OutboxRow
from requests_app.practice import selectors as practice
from requests_app.practice.models import Duty
from requests_app.standing import reach
from requests_app.standing.reach import Verdict

#: What becomes of a row that is not sent.
_NOT_SENT = {
    Verdict.HOLD: Outcome.HELD,
    Verdict.LEAVE: Outcome.LEFT,
    Verdict.NO_ADDRESS: Outcome.NO_ADDRESS,
}


def address(row: OutboxRow, *, now: datetime) -> str | Outcome:
    """An e-mail address, or how the row ends when this audience is not to be reached by mail."""
    if row.audience == Audience.ASKER:
        return _asker(row, now)
    return addresses.work_address(row.request.assigned_to) or _office(row, now)


def _asker(row: OutboxRow, now: datetime) -> str | Outcome:
    """Where the individual may be reached, as they have asked (45 CFR 164.522(b))."""
    usual = addresses.sign_in_address(row.request.filed_by)
    found = reach.by_email(row.request, usual=usual, at=now)
    return found.email if found.verdict is Verdict.SEND else _NOT_SENT[found.verdict]


def _office(row: OutboxRow, now: datetime) -> str | Outcome:
    """The privacy official of the day at the site; without an address of theirs the practice's.

    A complaint that names somebody is told to whoever takes it instead.
    """
    today = now.astimezone(ZoneInfo(row.request.site.time_zone)).date()
    official = practice.holder(Duty.PRIVACY_OFFICIAL, on=today)
    if routing.goes_around(row.request):
        official = routing.handler(row.request, on=today)
    return (official.email if official else "") or practice.practice().email or Outcome.NO_ADDRESS
