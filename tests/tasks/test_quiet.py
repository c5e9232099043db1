"""Quiet hours: the office is not written to at night, by its own clock; what is urgent does not wait."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.core import mail

from audit import clock
from privacy_portal.mail.drain import drain
from requests_app.falling_due.quiet import quiet_until
from requests_app.outbox import Audience, OutboxRow, Topic
from requests_app.practice.models import Practice
from requests_app.waiting import waiting
from tests.support import office
from tests.support.office import NOON

EVENING, MORNING = time(20), time(7)


@pytest.mark.parametrize(
    ("now", "until"),
    [
        pytest.param("2026-03-02T19:59:59-05:00", None, id="a second before"),
        pytest.param("2026-03-02T20:00:00-05:00", "2026-03-03T07:00:00-05:00", id="evening"),
        pytest.param("2026-03-03T06:59:59-05:00", "2026-03-03T07:00:00-05:00", id="early"),
        pytest.param("2026-03-03T07:00:00-05:00", None, id="morning"),
        pytest.param("2026-03-07T23:00:00-05:00", "2026-03-08T07:00:00-04:00", id="summer begins"),
        pytest.param("2026-10-31T23:00:00-04:00", "2026-11-01T07:00:00-05:00", id="summer ends"),
        pytest.param("2026-12-31T23:00:00-05:00", "2027-01-01T07:00:00-05:00", id="New Year"),
    ],
)
def test_the_night_ends_in_the_morning(now: str, until: str | None) -> None:
    found = quiet_until(
        datetime.fromisoformat(now), begins=EVENING, ends=MORNING, zone="America/New_York"
    )
    assert found == (datetime.fromisoformat(until) if until else None)


def test_hours_within_one_day_and_no_hours_at_all() -> None:
    noon = datetime.fromisoformat("2026-03-02T12:30:00-05:00")
    zone = "America/New_York"
    assert quiet_until(noon, begins=time(12), ends=time(14), zone=zone) == noon + timedelta(
        minutes=90
    )
    assert quiet_until(noon, begins=time(12), ends=time(12), zone=zone) is None


@pytest.fixture
def night(db: None, settings: Any) -> Iterator[datetime]:
    """Ten in the evening; the office wants no mail from eight to seven."""
    settings.MAIL_SET = True
    now = NOON + timedelta(hours=10)
    with clock.frozen(now):
        office.set_up()
        Practice.objects.update(quiet_from=EVENING, quiet_until=MORNING)
        office.filed(now=now)
        yield now


def told() -> list[list[str]]:
    return [message.to for message in mail.outbox]


def drained(at: datetime) -> None:
    with clock.frozen(at):
        drain(seconds=20)


def test_what_is_not_urgent_waits_for_the_morning_and_no_try_is_spent(night: datetime) -> None:
    morning = datetime.fromisoformat("2026-03-03T07:00:00-05:00")
    drained(night)
    drained(morning - timedelta(seconds=1))

    assert told() == []
    row = OutboxRow.objects.get(audience=Audience.OFFICE)
    assert (row.attempts, row.not_before, row.claimed_until) == (0, morning, None)
    assert waiting(now=night + timedelta(hours=2)).open_since is None

    drained(morning)
    assert told() == [["office@example.org"]]


def test_what_is_urgent_does_not_wait(night: datetime) -> None:
    OutboxRow.objects.filter(audience=Audience.OFFICE).update(topic=Topic.URGENT)

    drained(night)

    assert told() == [["office@example.org"]]


def test_the_person_who_asked_is_told_at_any_hour(night: datetime) -> None:
    OutboxRow.objects.filter(audience=Audience.OFFICE).delete()

    drained(night)

    assert OutboxRow.objects.get().done_at == night
