"""To whom a row of the outbox is told, as things stand when it is told."""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from privacy_portal.accounts import addresses, roles
from requests_app.actions.outbox import Outcome
from requests_app.complaints import routing
from requests_app.falling_due import quiet
from requests_app.kinds.models import Request
from requests_app.outbox import Audience, OutboxRow, Topic
from requests_app.permissions import Role
from requests_app.practice import selectors as practice
from requests_app.practice.models import Duty
from requests_app.standing import reach
from requests_app.standing.reach import Verdict

#: What waits for no morning.
_NEVER_QUIET = frozenset({Topic.URGENT, Topic.PASS_ON, Topic.OUTAGE})
#: What becomes of a row that is not sent.
_NOT_SENT = {
    Verdict.HOLD: Outcome.HELD,
    Verdict.LEAVE: Outcome.LEFT,
    Verdict.NO_ADDRESS: Outcome.NO_ADDRESS,
}


def address(row: OutboxRow, *, now: datetime) -> tuple[str, ...] | Outcome:
    """E-mail addresses, or how the row ends when this audience is not to be reached by mail."""
    found = _BY_AUDIENCE[Audience(row.audience)](row, now)
    # An Outcome is a text, too.
    return found if isinstance(found, tuple | Outcome) else (found,)


def quiet_until(row: OutboxRow, *, now: datetime) -> datetime | None:
    """When the quiet hours end that keep this row waiting; None when it may be told now.

    They are the office's: what is urgent, and what goes to the person who asked, does not wait.
    """
    if row.audience == Audience.ASKER or row.topic in _NEVER_QUIET:
        return None
    hours = practice.practice()
    if hours.quiet_from is None or hours.quiet_until is None:
        return None
    zone = row.request.site.time_zone if row.request else practice.zone()
    return quiet.quiet_until(now, begins=hours.quiet_from, ends=hours.quiet_until, zone=zone)


def _asker(row: OutboxRow, now: datetime) -> str | Outcome:
    """Where the individual may be reached, as they have asked (45 CFR 164.522(b))."""
    request = _request(row)
    usual = addresses.sign_in_address(request.filed_by)
    found = reach.by_email(request, usual=usual, at=now)
    return found.email if found.verdict is Verdict.SEND else _NOT_SENT[found.verdict]


def _office(row: OutboxRow, now: datetime) -> str | Outcome:
    """Whoever works on it; without them the privacy official."""
    assigned = row.request.assigned_to if row.request else ""
    return addresses.work_address(assigned) or _officer(row, now)


def _officer(row: OutboxRow, now: datetime) -> str | Outcome:
    """The privacy official of the day at the site; without an address of theirs the practice's.

    A complaint that names somebody is told to whoever takes it instead.
    """
    zone = row.request.site.time_zone if row.request else practice.zone()
    today = now.astimezone(ZoneInfo(zone)).date()
    official = practice.holder(Duty.PRIVACY_OFFICIAL, on=today)
    if row.request and routing.goes_around(row.request):
        official = routing.handler(row.request, on=today)
    return (official.email if official else "") or practice.practice().email or Outcome.NO_ADDRESS


def _administrators(row: OutboxRow, now: datetime) -> tuple[str, ...] | str | Outcome:
    """Every administrator the matter does not name; without one the privacy official."""
    named = routing.named_accounts(row.request) if row.request else frozenset[str]()
    holders = [one for one in roles.holders(Role.ADMINISTRATOR, now=now) if one not in named]
    found = (addresses.work_address(one) for one in sorted(holders))
    return tuple(one for one in found if one) or _officer(row, now)


def _request(row: OutboxRow) -> Request:
    if row.request is None:
        raise LookupError("what is about no request is told to nobody outside the office")
    return row.request


_BY_AUDIENCE: dict[Audience, Callable[[OutboxRow, datetime], tuple[str, ...] | str | Outcome]] = {
    Audience.ASKER: _asker,
    Audience.OFFICE: _office,
    Audience.OFFICER: _officer,
    Audience.ADMINISTRATOR: _administrators,
}
