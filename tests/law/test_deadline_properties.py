"""What must hold of every clock, whatever the dates."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from requests_app.deadlines import calendars, engine, policy
from requests_app.deadlines.engine import Answer, Asked, Extension, Site, limits
from requests_app.deadlines.extensions import check_extension, room
from requests_app.deadlines.packs import policies
from requests_app.deadlines.replay import ReplayDiffers, replay, stored
from requests_app.errors import BadInput, NotNow
from tests.properties import calm

ALL = policies()

days = st.dates(min_value=date(2013, 9, 23), max_value=date(2040, 12, 31))
kinds = st.sampled_from(["access", "amendment", "accounting"])
sites = st.builds(
    Site,
    zone=st.sampled_from(["America/New_York", "America/Phoenix", "Pacific/Honolulu"]),
    state=st.sampled_from(["NC", *sorted({row.jurisdiction[3:].upper() for row in ALL} - {""})]),
    provider_types=st.frozensets(st.sampled_from(list(policy.ProviderType))),
    settings=st.frozensets(st.sampled_from(list(policy.SiteSetting))),
)
objects = st.frozensets(st.sampled_from(list(policy.RequestObject)))
asked = st.builds(Asked, kind=kinds, received=days, written=st.booleans(), objects=objects)


def small(low: int, high: int) -> st.SearchStrategy[timedelta]:
    return st.integers(low, high).map(lambda count: timedelta(days=count))


@calm
@given(asked, sites)
def test_due_is_never_before_receipt_and_never_after_the_last_day(asked: Asked, site: Site) -> None:
    answer = limits(asked, site, ALL)

    assert asked.received < answer.due <= answer.last_day
    assert calendars.day_of(answer.due_at, site.zone) == answer.due


@calm
@given(asked, sites, small(0, 400))
def test_a_later_receipt_is_never_due_earlier(asked: Asked, site: Site, later: timedelta) -> None:
    second = replace(asked, received=asked.received + later)

    assert limits(asked, site, ALL).due <= limits(second, site, ALL).due


#: Leap days and their eves, both ends of a year, and the days on which summer time begins and ends.
EDGES = [
    date(year, month, day)
    for year in (2023, 2024, 2026, 2028)
    for month, day in ((1, 30), (1, 31), (2, 28), (3, 1), (12, 1), (12, 2), (12, 31))
] + [date(2024, 2, 29), date(2028, 2, 29), date(2026, 3, 7), date(2026, 3, 8), date(2026, 3, 9),
     date(2026, 2, 6), date(2026, 10, 2), date(2026, 10, 31), date(2026, 11, 1), date(2026, 11, 2)]  # fmt: skip


@calm
@given(kinds, sites, st.sampled_from(EDGES), st.integers(0, 86_399))
def test_any_second_of_an_edge_day_is_that_day_and_due_by_the_end_of_a_local_day(
    kind: str, site: Site, day: date, second: int
) -> None:
    """23:59:59 included: whatever the hour of receipt, the answer is the day's own."""
    zone = ZoneInfo(site.zone)
    start = datetime.combine(day, time.min, zone).astimezone(UTC)
    instant = min(start + timedelta(seconds=second), calendars.end_of_day(day, site.zone))
    received = calendars.day_of(instant, site.zone)
    answer = limits(Asked(kind=kind, received=received), site, ALL)

    assert received == day
    assert instant < answer.due_at
    after = answer.due_at + timedelta(microseconds=1)
    assert after.astimezone(zone).time() == time.min
    assert calendars.day_of(after, site.zone) == answer.due + timedelta(days=1)


@calm
@given(asked, sites)
def test_the_strictest_regime_wins(asked: Asked, site: Site) -> None:
    answer = limits(asked, site, ALL)
    alone = [limits(asked, site, [limit.policy]).due for limit in answer.limits]

    assert answer.due == min(alone)


@calm
@given(asked, sites, small(0, 100), small(0, 130))
def test_an_accepted_extension_never_exceeds_any_regime(
    asked: Asked, site: Site, given_after: timedelta, until_after: timedelta
) -> None:
    before = limits(asked, site, ALL)
    provided, until = asked.received + given_after, asked.received + until_after
    try:
        notice = check_extension(before, provided=provided, until=until, reasons="Off site")
    except (NotNow, BadInput):
        return
    after = engine.extended(before, notice)

    assert before.due <= after.due <= until
    assert after.due <= after.last_day
    assert all(limit.due in (limit.first_due, until) for limit in after.limits)
    assert all(limit.due <= limit.last_day for limit in after.limits)


@calm
@given(asked, sites, st.none() | st.builds(Extension, provided=days, until=days))
def test_what_is_stored_as_json_replays_to_the_same_answer(
    asked: Asked, site: Site, notice: Extension | None
) -> None:
    answer = limits(asked, site, ALL, notice)

    assert replay(json.loads(json.dumps(stored(answer)))) == answer


def test_a_replay_needs_neither_the_pack_nor_the_holiday_library(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answer = maryland()
    kept = json.loads(json.dumps(stored(answer)))
    monkeypatch.setattr(holidays, "country_holidays", None)
    calendars.library_holidays.cache_clear()

    assert replay(kept) == answer
    assert engine.extended(
        answer, Extension(provided=date(2026, 6, 5), until=date(2026, 7, 15))
    ).due == date(2026, 6, 24)


@pytest.mark.parametrize("change", ["due", "first_due", "days", "holiday", "version", "unknown"])
def test_a_stored_answer_that_was_changed_does_not_replay(change: str) -> None:
    kept = json.loads(json.dumps(stored(maryland())))
    changes = {
        "due": lambda: kept.update(due="2026-06-22"),
        "first_due": lambda: kept["limits"][0].update(first_due="2026-06-22"),
        "days": lambda: kept["limits"][0]["policy"].update(days=31),
        "holiday": lambda: kept["holidays"].pop(0),
        "version": lambda: kept.update(version=2),
        "unknown": lambda: kept.update(more=1),
    }
    changes[change]()

    with pytest.raises(ReplayDiffers):
        replay(kept)


def maryland() -> Answer:
    site = Site(zone="America/New_York", state="MD")
    return limits(Asked(kind="access", received=date(2026, 5, 22)), site, ALL)


@calm
@given(asked, sites, small(0, 100))
def test_the_room_an_extension_leaves_is_the_best_of_every_notice(
    asked: Asked, site: Site, given_after: timedelta
) -> None:
    """Found again by trying each completion date there is."""
    before = limits(asked, site, ALL)
    provided = asked.received + given_after
    tried = (provided + timedelta(days=count) for count in range(1, 130))
    reached = [engine.extended(before, Extension(provided=provided, until=u)).due for u in tried]
    best = max(reached)

    found = room(before, provided=provided)

    assert (found.until if found else before.due) == max(best, before.due)
