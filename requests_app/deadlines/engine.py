"""The clock: every limit that applies, the earliest of them, and the reasons line by line.

Pure: facts in, an answer out, the same one every time.  The answer carries the policy rows and
holidays it rests on, so that what was stored with a request can be replayed years later whatever
the packs say by then.  Nothing pauses a limit, and nothing here refuses an outcome because it is
late: late is a fact to state, not an end.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from requests_app.deadlines import calendars, policy
from requests_app.deadlines.policy import Count, Policy, RequestForm


class NoPolicy(LookupError):
    """No row covers this request: a kind without a day count, or a day outside every row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What about the site decides which limits apply.

    zone is an IANA name and decides "the day"; state is its two letters ("NC").  No provider type,
    or neither answer to one of `policy.SETTING_QUESTIONS`, means that it has not been said: every
    limit that might apply then does.
    """

    zone: str
    state: str
    provider_types: frozenset[policy.ProviderType] = frozenset()
    settings: frozenset[policy.SiteSetting] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What about the request decides which limits apply.

    received is the local day on which any office of the practice had it, not when it was keyed in.
    """

    kind: str
    received: date
    written: bool = True
    objects: frozenset[policy.RequestObject] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """A written notice of delay: the day it was provided, and the completion date it names."""

    provided: date
    until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Holiday:
    """A day that did not count, and where it is a holiday."""

    jurisdiction: str
    day: date
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """One limit worked out.

    first_due  without any extension; last_day  the last an extension may name; due  now
    extended   whether the notice given, if any, satisfies this rule
    """

    policy: Policy
    first_due: date
    last_day: date
    due: date
    extended: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Every applicable limit, strictest first, and what they rest on."""

    asked: Asked
    site: Site
    limits: tuple[Limit, ...]
    holidays: tuple[Holiday, ...] = ()
    extension: Extension | None = None

    @property
    def due(self) -> date:
        """The local day by whose end the request must be answered: the earliest limit."""
        return self.limits[0].due

    @property
    def due_at(self) -> datetime:
        """The end of the due day, in UTC; an answer after it is late."""
        return calendars.end_of_day(self.due, self.site.zone)

    @property
    def last_day(self) -> date:
        """The last day to which any extension could have moved the due day."""
        return min(limit.last_day for limit in self.limits)

    @property
    def governing(self) -> Policy:
        """The row that gives the due day."""
        return self.limits[0].policy


def limits(
    asked: Asked,
    site: Site,
    policies: Iterable[Policy],
    extension: Extension | None = None,
    *,
    holidays_of: calendars.HolidaySource = calendars.library_holidays,
) -> Answer:
    """Work out every applicable limit; the earliest governs. Raises NoPolicy when there is none.

    `extension` is a notice that `check_extension` has accepted.
    """
    rows = [row for row in policies if applies(row, asked, site)]
    if not rows:
        raise NoPolicy(f"no time limit covers {asked.kind} received on {asked.received}")
    found = [_limit(row, asked.received, extension, holidays_of) for row in rows]
    found.sort(key=lambda limit: (limit.due, limit.policy.id))
    return Answer(
        asked=asked,
        site=site,
        limits=tuple(found),
        holidays=_holidays(found, asked.received, holidays_of),
        extension=extension,
    )


def applies(row: Policy, asked: Asked, site: Site) -> bool:
    """Whether this row limits this request at this site. Empty fields of a row match everything."""
    return all(
        (
            asked.kind in row.kinds,
            row.jurisdiction in {"us", f"us-{site.state.lower()}"},
            row.in_force_from <= asked.received,
            row.in_force_until is None or asked.received <= row.in_force_until,
            asked.written or row.request_form is RequestForm.ANY,
            not row.objects or not asked.objects.isdisjoint(row.objects),
            _provider_matches(row, site),
            all(need in site.settings or need in unsaid(site) for need in row.settings),
        )
    )


def unsaid(site: Site) -> frozenset[policy.SiteSetting]:
    """The settings on which nothing has been said of this site."""
    open_questions = [q for q in policy.SETTING_QUESTIONS if q.isdisjoint(site.settings)]
    return frozenset().union(*open_questions)


def assumed(row: Policy, site: Site) -> bool:
    """Whether this row limits a request here only because something has not been said of the site."""
    unknown_type = row.provider_types and not site.provider_types
    return bool(unknown_type) or not unsaid(site).isdisjoint(row.settings)


def _provider_matches(row: Policy, site: Site) -> bool:
    said = site.provider_types
    return not row.provider_types or not said or not said.isdisjoint(row.provider_types)


def satisfies(notice: Extension, row: Policy, *, first_due: date, last_day: date) -> bool:
    """Whether a notice extends this limit: provided inside the first period, and not for too long.

    Each regime is judged by itself; one notice may satisfy federal law and not the state's.
    """
    return row.extension is not None and notice.provided <= first_due and notice.until <= last_day


def _limit(
    row: Policy, received: date, notice: Extension | None, holidays_of: calendars.HolidaySource
) -> Limit:
    closed = _closed(row, received, holidays_of)
    first = calendars.nth_day(received, row.days, row.count, closed)
    last = _last(row, received, first, closed)
    extended = notice is not None and satisfies(notice, row, first_due=first, last_day=last)
    due = notice.until if notice and extended else first
    return Limit(policy=row, first_due=first, last_day=last, due=due, extended=extended)


def _last(row: Policy, received: date, first: date, closed: Mapping[date, str]) -> date:
    terms = row.extension
    if terms is None:
        return first
    return calendars.nth_day(received, terms.to_day, terms.count or row.count, closed)


def _closed(row: Policy, received: date, holidays_of: calendars.HolidaySource) -> dict[date, str]:
    """Holidays of the row's jurisdiction in the year of receipt and the next; none if all count."""
    terms = row.extension
    if Count.WORKING not in {row.count, terms.count if terms else None}:
        return {}
    years = (received.year, received.year + 1)
    return {
        day: name for year in years for day, name in holidays_of(row.jurisdiction, year).items()
    }


def _holidays(
    found: Iterable[Limit], received: date, holidays_of: calendars.HolidaySource
) -> tuple[Holiday, ...]:
    """The holidays inside any working-day limit: enough to count it again without the library."""
    days = {
        Holiday(jurisdiction=limit.policy.jurisdiction, day=day, name=name)
        for limit in found
        for day, name in _closed(limit.policy, received, holidays_of).items()
        if received < day <= limit.last_day
    }
    return tuple(sorted(days, key=lambda holiday: (holiday.day, holiday.jurisdiction)))


def extended(answer: Answer, notice: Extension) -> Answer:
    """The answer after an accepted notice, on the rows and holidays the request already rests on.

    Due is then the earliest of the named date and every limit the notice does not satisfy.
    """
    return count_again(replace(answer, extension=notice))


def days_late(answer: Answer, acted: date) -> int:
    """How many days after the due day it was done; 0 when in time."""
    return max((acted - answer.due).days, 0)


def count_again(kept: Answer) -> Answer:
    """The same count once more, on nothing but the answer's own facts, rows and holidays."""

    def kept_holidays(jurisdiction: str, year: int) -> dict[date, str]:
        return {
            holiday.day: holiday.name
            for holiday in kept.holidays
            if holiday.jurisdiction == jurisdiction and holiday.day.year == year
        }

    rows = [limit.policy for limit in kept.limits]
    return limits(kept.asked, kept.site, rows, kept.extension, holidays_of=kept_holidays)
