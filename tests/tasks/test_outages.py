"""After an outage: what passed is on record and said once, and each thing that is still of use too."""

import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connections

from audit import clock, log
from audit.log import Facet
from privacy_portal import tasks
from requests_app import events
from requests_app.actions import outages
from requests_app.falling_due import heartbeats
from requests_app.falling_due.models import Outage
from requests_app.outbox import OutboxRow, Topic
from tests.support import office
from tests.support.database import OwnDatabase
from tests.support.office import day, do


def swept(at: datetime) -> None:
    with clock.frozen(at):
        tasks.sweep_due()


def passed() -> list[tuple[str, str | None]]:
    return [
        (one.what, one.request.reference if one.request else None)
        for outage in Outage.objects.all()
        for one in outage.deadlines.order_by("at")
    ]


@pytest.mark.django_db
def test_every_deadline_that_passed_is_listed_and_said_once(settings: Any) -> None:
    settings.MAIL_SET = True
    office.set_up()
    late = office.filed()
    answered = do(office.filed(), "grant", "deliver")
    swept(day("2026-03-20"))

    swept(day("2026-04-20"))
    swept(day("2026-04-20") + timedelta(seconds=30))

    assert answered.answered_at is not None
    (outage,) = Outage.objects.all()
    assert (outage.since, outage.until) == (day("2026-03-20"), day("2026-04-20"))
    assert passed() == [("due_day", late.reference)]
    assert outage.passed == 1
    (entry,) = log.find(Facet.NAME, events.OUTAGE_RECORDED).entries
    assert entry.entry.extra is not None
    assert entry.entry.extra["passed"] == 1
    told = OutboxRow.objects.filter(topic=Topic.OUTAGE)
    assert sorted(told.values_list("audience", flat=True)) == ["administrator", "officer"]
    with clock.frozen(day("2026-04-20")):
        tasks.drain_outbox()
    notice = next(one for one in mail.outbox if "Deadlines that passed: 1" in one.body)
    assert late.reference not in notice.body


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("pause", "found"),
    [
        pytest.param(outages.LONGEST_PAUSE, 0, id="the longest pause"),
        pytest.param(outages.LONGEST_PAUSE + timedelta(seconds=1), 1, id="a second more"),
        pytest.param(-timedelta(days=1), 0, id="the clock went back a day"),
    ],
)
def test_when_a_pause_is_an_outage(pause: timedelta, found: int) -> None:
    office.set_up()
    swept(day("2026-03-20"))

    swept(day("2026-03-20") + pause)

    assert Outage.objects.count() == found


@pytest.mark.django_db
def test_the_first_sweep_of_all_ends_no_outage() -> None:
    office.set_up()
    swept(day("2026-04-20"))
    assert not Outage.objects.exists()


@pytest.mark.django_db
def test_a_clock_that_jumps_ahead_and_back_and_ahead_again_stops_nothing() -> None:
    office.set_up()
    for hours in (0, 24, 0, 24, 24.01):
        swept(day("2026-03-20") + timedelta(hours=hours))

    assert Outage.objects.count() == 1
    assert heartbeats.last_finished(heartbeats.SWEEP) == day("2026-03-20") + timedelta(hours=24.01)


def test_two_sweeps_after_an_outage_record_it_once(own_database: OwnDatabase) -> None:
    office.set_up()
    office.filed()
    heartbeats.began(heartbeats.SWEEP, now=day("2026-03-20"))
    heartbeats.finished(heartbeats.SWEEP, now=day("2026-03-20"))
    start = threading.Barrier(4)

    def one_scheduler() -> None:
        start.wait()
        outages.find(now=day("2026-04-20"), chores=[])
        connections.close_all()

    threads = [threading.Thread(target=one_scheduler) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Outage.objects.count() == 1
    assert [what for what, _ in passed()] == ["due_day"]
    assert OutboxRow.objects.filter(topic=Topic.OUTAGE).count() == 2


# --- the day's summary -----------------------------------------------------------------------------
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("instants", "count"),
    [
        pytest.param(["2026-04-03T07:29:59-04:00"], 0, id="before half past seven, at the site"),
        pytest.param(
            ["2026-04-03T07:30:00-04:00", "2026-04-03T19:00:00-04:00"], 1, id="once a day"
        ),
        pytest.param(["2026-04-03T09:00:00-04:00", "2026-04-04T09:00:00-04:00"], 2, id="each day"),
        pytest.param(["2026-04-09T09:00:00-04:00"], 1, id="an outage is not made up for"),
    ],
)
def test_the_officer_hears_once_a_day_what_waits(instants: list[str], count: int) -> None:
    office.set_up()
    office.filed()
    for at in instants:
        swept(datetime.fromisoformat(at))

    rows = OutboxRow.objects.filter(topic=Topic.DIGEST)
    assert [row.audience for row in rows] == ["officer"] * count
    assert all(row.said is not None and row.said["overdue"] == 1 for row in rows)


@pytest.mark.django_db
def test_on_a_day_on_which_nothing_waits_no_summary_is_sent() -> None:
    office.set_up()
    swept(day("2026-04-03"))
    assert not OutboxRow.objects.filter(topic=Topic.DIGEST).exists()


@pytest.mark.django_db
def test_a_summary_holds_counts_and_nothing_else(settings: Any) -> None:
    settings.MAIL_SET = True
    office.set_up()
    request = office.filed()
    swept(day("2026-04-03"))
    with clock.frozen(day("2026-04-03")):
        tasks.drain_outbox()

    (summary,) = [one for one in mail.outbox if "What waits today" in one.body]
    assert "Past their due date: 1\n" in summary.body
    assert request.reference not in summary.subject + summary.body
