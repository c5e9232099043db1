"""The clock's vectors: dates worked out by hand from the rule, one row each."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import holidays
import pytest

from audit import clock
from requests_app.deadlines import calendars
from requests_app.deadlines.engine import (
    Answer,
    Asked,
    Extension,
    NoPolicy,
    Site,
    days_late,
    limits,
)
from requests_app.deadlines.extensions import check_received
from requests_app.deadlines.packs import policies
from requests_app.deadlines.policy import (
    STATES,
    Count,
    ProviderType,
    RequestObject,
    SiteSetting,
)
from requests_app.deadlines.wording import explain
from requests_app.errors import BadInput

NEW_YORK = Site(zone="America/New_York", state="NC")
ALL = policies()
FEDERAL = [row for row in ALL if row.jurisdiction == "us"]


def received(day: date, kind: str = "access", site: Site = NEW_YORK, **asked: Any) -> Answer:
    return limits(Asked(kind=kind, received=day, **asked), site, ALL)


THERAPIST = frozenset({ProviderType.PHYSICAL_THERAPIST})


def of(state: str, *settings: SiteSetting) -> Site:
    said = frozenset(settings)
    return Site(zone="America/Denver", state=state, provider_types=THERAPIST, settings=said)


@pytest.mark.parametrize(
    ("day", "thirty", "sixty", "ninety"),
    [
        pytest.param(date(2026, 5, 22), date(2026, 6, 21), date(2026, 7, 21), date(2026, 8, 20),
                     id="a Friday; day 30 is a Sunday and stays"),
        pytest.param(date(2026, 3, 2), date(2026, 4, 1), date(2026, 5, 1), date(2026, 5, 31),
                     id="a Monday, daylight saving begins between"),
        pytest.param(date(2024, 1, 30), date(2024, 2, 29), date(2024, 3, 30), date(2024, 4, 29),
                     id="day 30 is a leap day"),
        pytest.param(date(2026, 1, 31), date(2026, 3, 2), date(2026, 4, 1), date(2026, 5, 1),
                     id="last day of January"),
        pytest.param(date(2018, 10, 31), date(2018, 11, 30), date(2018, 12, 30), date(2019, 1, 29),
                     id="31 October 2018, as the regulator counted it"),
        pytest.param(date(2026, 12, 15), date(2027, 1, 14), date(2027, 2, 13), date(2027, 3, 15),
                     id="over the end of the year"),
    ],
)  # fmt: skip
def test_federal_limits_are_30_60_and_90_calendar_days(
    day: date, thirty: date, sixty: date, ninety: date
) -> None:
    access, amendment, accounting = (
        received(day, kind) for kind in ("access", "amendment", "accounting")
    )

    assert (access.due, access.last_day) == (thirty, sixty)
    assert (amendment.due, amendment.last_day) == (sixty, ninety)
    assert (accounting.due, accounting.last_day) == (sixty, ninety)


COPY, INSPECT = frozenset({RequestObject.COPY}), frozenset({RequestObject.INSPECT})


@pytest.mark.parametrize(
    ("site", "objects", "kind", "may", "march"),
    [
        pytest.param(of("CA"), COPY, "access", date(2026, 6, 6), date(2026, 3, 17), id="CA 15 cd"),
        pytest.param(of("CA"), INSPECT, "access", date(2026, 6, 1), date(2026, 3, 9), id="CA 5 wd"),
        pytest.param(of("TN"), COPY, "access", date(2026, 6, 8), date(2026, 3, 16), id="TN 10 wd"),
        pytest.param(of("NV", SiteSetting.RECORDS_IN_STATE), INSPECT, "access", date(2026, 6, 8), date(2026, 3, 16),
                     id="NV 10 wd"),
        pytest.param(of("TX", SiteSetting.ELECTRONIC_RECORDS), COPY, "access", date(2026, 6, 15),
                     date(2026, 3, 23), id="TX 15 wd"),
        pytest.param(of("WA"), COPY, "access", date(2026, 6, 15), date(2026, 3, 23), id="WA 15 wd"),
        pytest.param(of("MD"), COPY, "access", date(2026, 6, 21), date(2026, 3, 31),
                     id="MD 21 wd against the federal 30 days"),
        pytest.param(of("WA"), frozenset(), "amendment", date(2026, 6, 1), date(2026, 3, 12),
                     id="WA amendment 10 cd"),
        pytest.param(of("NV"), COPY, "access", date(2026, 6, 21), date(2026, 4, 1),
                     id="NV has no limit for copies"),
    ],
)  # fmt: skip
def test_the_earliest_of_federal_and_state_limits_governs(
    site: Site, objects: frozenset[RequestObject], kind: str, may: date, march: date
) -> None:
    assert received(date(2026, 5, 22), kind, site, objects=objects).due == may
    assert received(date(2026, 3, 2), kind, site, objects=objects).due == march


def test_a_limit_for_written_requests_does_not_touch_an_oral_one() -> None:
    by_telephone = received(date(2026, 5, 22), site=of("WA"), written=False)

    assert by_telephone.due == date(2026, 6, 21)
    assert [limit.policy.jurisdiction for limit in by_telephone.limits] == ["us"]


def test_the_federal_pack_covers_the_three_kinds_with_a_federal_day_count() -> None:
    assert {kind for row in FEDERAL for kind in row.kinds} == {"access", "amendment", "accounting"}


def test_no_state_row_begins_before_the_federal_row_of_its_kind() -> None:
    """Else a request too old for every federal row would be taken, and have a state's limit only."""
    began = {kind: row.in_force_from for row in FEDERAL for kind in row.kinds}

    assert not [row.id for row in ALL for kind in row.kinds if row.in_force_from < began[kind]]


@pytest.mark.parametrize(
    ("kind", "day"),
    [
        pytest.param("restriction", date(2026, 5, 22), id="no federal day count"),
        pytest.param("access", date(2013, 9, 22), id="the day before the rule took effect"),
    ],
)
def test_what_no_row_covers_raises_instead_of_having_no_limit(kind: str, day: date) -> None:
    with pytest.raises(NoPolicy):
        limits(Asked(kind=kind, received=day), NEW_YORK, FEDERAL)


@pytest.mark.parametrize(
    ("day", "end"),
    [
        pytest.param(date(2026, 3, 8), "2026-03-09T03:59:59.999999+00:00", id="a day of 23 hours"),
        pytest.param(date(2026, 11, 1), "2026-11-02T04:59:59.999999+00:00", id="a day of 25 hours"),
        pytest.param(date(2026, 12, 31), "2027-01-01T04:59:59.999999+00:00", id="New Year's Eve"),
        pytest.param(date(2024, 2, 29), "2024-03-01T04:59:59.999999+00:00", id="a leap day"),
    ],
)
def test_a_day_ends_with_its_last_local_instant(day: date, end: str) -> None:
    assert calendars.end_of_day(day, "America/New_York") == datetime.fromisoformat(end)


@pytest.mark.parametrize(
    ("instant", "zone", "day"),
    [
        pytest.param("2026-03-03T04:59:59+00:00", "America/New_York", date(2026, 3, 2),
                     id="23:59:59 local is still that day"),
        pytest.param("2026-03-03T05:00:00+00:00", "America/New_York", date(2026, 3, 3),
                     id="midnight is the next"),
        pytest.param("2026-03-03T04:59:59+00:00", "Pacific/Guam", date(2026, 3, 3),
                     id="the zone of the site decides"),
        pytest.param("2026-11-01T05:30:00+00:00", "America/New_York", date(2026, 11, 1),
                     id="01:30 for the first time"),
    ],
)  # fmt: skip
def test_the_day_is_the_sites_own(instant: str, zone: str, day: date) -> None:
    assert calendars.day_of(datetime.fromisoformat(instant), zone) == day


def test_an_instant_without_offset_has_no_day() -> None:
    with pytest.raises(ValueError, match="offset"):
        calendars.day_of(datetime(2026, 3, 3), "America/New_York")  # noqa: DTZ001  on purpose


def test_due_at_is_the_end_of_the_due_day_where_the_site_is() -> None:
    answer = received(date(2026, 1, 31))

    assert answer.due_at == datetime(2026, 3, 3, 4, 59, 59, 999999, tzinfo=UTC)


def test_late_is_counted_and_refuses_nothing() -> None:
    answer = received(date(2018, 10, 31))

    assert days_late(answer, date(2018, 11, 30)) == 0
    assert days_late(answer, date(2019, 11, 5)) == 340
    assert (date(2019, 11, 5) - answer.asked.received) == timedelta(days=370)


def test_receipt_may_be_before_entry_and_never_after() -> None:
    entered = date(2026, 6, 9)
    check_received(date(2026, 5, 22), entered=entered, kind="access", policies=FEDERAL)
    check_received(entered, entered=entered, kind="access", policies=FEDERAL)

    with pytest.raises(BadInput) as late:
        check_received(date(2026, 6, 10), entered=entered, kind="access", policies=FEDERAL)
    assert late.value.problems[0].field == "/received"
    with pytest.raises(BadInput, match="problem"):
        check_received(date(1926, 5, 22), entered=entered, kind="access", policies=FEDERAL)


def test_the_explanation_gives_receipt_each_limit_and_what_governs() -> None:
    lines = explain(received(date(2026, 5, 22), site=of("MD")))

    assert lines[0].startswith("Received on Friday, May 22, 2026, by the clock of America/Denver.")
    assert "30 calendar days after receipt, which is Sunday, June 21, 2026" in lines[1]
    assert "45 CFR 164.524(b)(2)(i)" in lines[1]
    assert "Monday, July 20" not in lines[1]
    assert "Tuesday, July 21, 2026 at the latest (45 CFR 164.524(b)(2)(ii))" in lines[1]
    assert "21 working days after receipt, which is Wednesday, June 24, 2026" in lines[2]
    assert lines[2].endswith(
        "It allows no extension. This is the outer limit of a reasonable time."
    )
    assert any("Memorial Day" in line for line in lines)
    assert lines[-1].startswith("The earliest limit governs: due by the end of Sunday, June 21")


@pytest.mark.parametrize("jurisdiction", sorted({row.jurisdiction for row in ALL}))
def test_next_years_holidays_are_in_the_library(jurisdiction: str) -> None:
    """A limit is counted with the holidays of the year of receipt and of the next."""
    coming = clock.now().year + 1
    days = calendars.library_holidays(jurisdiction, coming)

    assert date(coming, 1, 1) in days
    assert len(days) >= 11
    assert days.keys() >= calendars.library_holidays("us", coming).keys()


def test_the_states_are_those_whose_holidays_the_library_knows() -> None:
    assert set(holidays.country_holidays("US").subdivisions) == STATES


def test_a_year_the_library_does_not_know_stops_the_count() -> None:
    with pytest.raises(calendars.NoHolidays, match="update the holidays library"):
        calendars.library_holidays("us", 2150)


def test_a_states_own_holiday_is_no_working_day_there_and_is_one_elsewhere() -> None:
    """Nevada Day is the last Friday of October; Friday 30 October 2026 counts in Tennessee."""
    friday = date(2026, 10, 23)
    nevada = received(friday, site=of("NV", SiteSetting.RECORDS_IN_STATE), objects=INSPECT)
    tennessee = received(friday, site=of("TN"), objects=COPY)

    assert (nevada.due, tennessee.due) == (date(2026, 11, 9), date(2026, 11, 6))


def test_working_days_step_over_weekends_and_holidays_only() -> None:
    closed = {date(2026, 5, 25): "Memorial Day"}

    assert calendars.nth_day(date(2026, 5, 22), 1, Count.WORKING, closed) == date(2026, 5, 26)
    assert calendars.nth_day(date(2026, 5, 22), 1, Count.CALENDAR, closed) == date(2026, 5, 23)


def test_a_notice_that_satisfies_no_rule_moves_nothing() -> None:
    notice = Extension(provided=date(2026, 6, 22), until=date(2026, 7, 15))
    asked = Asked(kind="access", received=date(2026, 5, 22))

    assert limits(asked, NEW_YORK, FEDERAL, notice).due == date(2026, 6, 21)
