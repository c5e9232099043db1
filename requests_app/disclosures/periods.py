"""Which days an accounting covers, and whether it is free.

45 CFR 164.528(a)(1) the six years before the request, (a)(3) a shorter period when asked for,
(c)(2) the first accounting in any 12 months is free.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from requests_app.errors import BadInput, Problem

LOOK_BACK_YEARS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """The days an accounting covers, both included."""

    first: date
    last: date


def period(
    requested_on: date,
    *,
    since: date | None = None,
    until: date | None = None,
    at: str = "/details",
) -> Period:
    """The six years before the request, or the shorter part of them that was asked for.

    The day of the request is included: it costs nothing and leaves no gap to the next accounting.
    Raises BadInput at `since` or `until` below the pointer.
    """
    earliest = years_before(requested_on, LOOK_BACK_YEARS)
    problems = _period_problems(since, until, earliest=earliest, latest=requested_on, at=at)
    if problems:
        raise BadInput(problems)
    return Period(first=since or earliest, last=until or requested_on)


def first_free(free_accountings: Iterable[date], requested_on: date) -> bool:
    """Whether this accounting is free: none was given free less than twelve months apart from it.

    `free_accountings` are the request dates of the free ones, whoever asked for the patient: a
    representative's counts as the patient's own (164.528(c)(2)).
    """
    return all(_twelve_months_apart(*sorted((given, requested_on))) for given in free_accountings)


def years_before(day: date, years: int) -> date:
    """The same day that many years earlier; 29 February becomes 28 February, a day more."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def _twelve_months_apart(earlier: date, later: date) -> bool:
    return years_before(later, 1) >= earlier


def _period_problems(
    since: date | None, until: date | None, *, earliest: date, latest: date, at: str
) -> list[Problem]:
    first, last = since or earliest, until or latest
    checks = (
        (
            first < earliest,
            "since",
            _("The first day must be within the six years before the request"),
        ),
        (last > latest, "until", _("The last day must not be after the day of the request")),
        (last < first, "until", _("The last day must be the same as or after the first day")),
    )
    return [Problem(f"{at}/{name}", sentence) for wrong, name, sentence in checks if wrong]
