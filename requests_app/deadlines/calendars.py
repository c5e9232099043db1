"""Days: which one an instant falls on, when one ends, and how to count them."""

from calendar import monthrange
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from requests_app.deadlines.policy import Count

#: Holidays by jurisdiction ("us", "us-wa") and year: each day with its name.
HolidaySource = Callable[[str, int], Mapping[date, str]]

_ONE_DAY = timedelta(days=1)
_FARTHEST = timedelta(hours=14)  # Kiribati; of the United States, Guam is ten hours ahead.
_SATURDAY = 5


@lru_cache(1024)  # asked again and again of one call's instant, and of the few zones of sites
def day_of(instant: datetime, zone: str) -> date:
    """The local day an aware instant falls on, in an IANA time zone."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs its offset")
    return instant.astimezone(ZoneInfo(zone)).date()


def latest_day(instant: datetime) -> date:
    """The latest calendar day anywhere: a bound for answers read before their site is known."""
    return (instant.astimezone(UTC) + _FARTHEST).date()


def start_of_day(day: date, zone: str) -> datetime:
    """The first instant of a local day, in UTC: that of the next day is the first that is too late."""
    return datetime.combine(day, time.min, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def end_of_day(day: date, zone: str) -> datetime:
    """The last microsecond of a local day, in UTC: what comes after it is late.

    Taken back from the start of the next day, so that a day of 23 or 25 hours ends when it does.
    """
    return start_of_day(day + _ONE_DAY, zone) - timedelta(microseconds=1)


def months_on(day: date, months: int) -> date:
    """The same day so many months later, or the last day of a month that is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def nth_day(received: date, days: int, count: Count, closed: Mapping[date, str]) -> date:
    """The last of `days` days after receipt, whose own day is not counted.

    There is no roll-forward: a calendar day that is a Sunday stays the due day.
    """
    if count is Count.CALENDAR:
        return received + timedelta(days=days)
    day = received
    for _ in range(days):
        day = next_working_day(day, closed)
    return day


def next_working_day(day: date, closed: Mapping[date, str]) -> date:
    """The first day after this one that is neither a weekend nor closed."""
    day += _ONE_DAY
    while day.weekday() >= _SATURDAY or day in closed:
        day += _ONE_DAY
    return day


class NoHolidays(LookupError):
    """The library knows no holidays of that year, so its working days cannot be counted."""


@cache
def library_holidays(jurisdiction: str, year: int) -> Mapping[date, str]:
    """Federal holidays and, for a state, the state's beside them, on the day they are observed.

    Raises NoHolidays for a year the library does not know.
    """
    import holidays  # when days are counted: it takes longer than most of what else a process loads

    days = dict(holidays.country_holidays("US", years=year))
    state = jurisdiction.removeprefix("us").removeprefix("-").upper()
    if state:
        days |= dict(holidays.country_holidays("US", subdiv=state, years=year))
    if not days:
        raise NoHolidays(f"the holidays of {year} are not known: update the holidays library")
    return days
