"""What a person is told to look at, and what the small tasks do."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from audit import clock, keys
from audit.standing import Standing
from privacy_portal import tasks
from privacy_portal.accounts.model_sessions import Session
from privacy_portal.alarms import of_log, sentences
from privacy_portal.api.models import Answer, GivenAnswer
from requests_app.actions import outbox
from requests_app.actions.outbox import LEASE
from requests_app.falling_due import heartbeats
from requests_app.kinds.models import DueInstant
from requests_app.outbox import OutboxRow
from requests_app.waiting import Waiting
from tests.support import office
from tests.support.office import NOON, day

QUIET = Waiting(open=0, open_since=None, dead=0, due_since=None, swept_at=NOON)
HOUR = timedelta(hours=1)
LATE = NOON - HOUR


@pytest.mark.parametrize(
    ("facts", "mail_set", "expected"),
    [
        pytest.param(QUIET, True, [], id="nothing waits"),
        pytest.param(
            replace(QUIET, open=3, open_since=NOON, due_since=NOON),
            True,
            [],
            id="what waits has just come",
        ),
        pytest.param(QUIET, False, ["0 messages wait and none counts as sent"], id="no server"),
        pytest.param(
            replace(QUIET, open=3, open_since=LATE), True, ["3 messages wait"], id="mail is late"
        ),
        pytest.param(replace(QUIET, dead=2), True, ["2 messages were given up"], id="dead"),
        pytest.param(replace(QUIET, due_since=LATE), True, ["waited 60 minutes"], id="no sweep"),
        pytest.param(replace(QUIET, failing=1), True, ["1 thing that fell due"], id="failing"),
        pytest.param(replace(QUIET, swept_at=None), True, ["No sweep has finished"], id="never"),
        pytest.param(replace(QUIET, swept_at=LATE), True, ["finished 60 minutes ago"], id="stale"),
        pytest.param(replace(QUIET, swept_at=NOON + HOUR), True, [], id="the clock went back"),
    ],
)
def test_an_alarm_says_what_waits(facts: Waiting, mail_set: bool, expected: list[str]) -> None:
    found = sentences(facts, now=NOON, mail_set=mail_set)

    assert len(found) == len(expected)
    assert all(part in sentence for part, sentence in zip(expected, found, strict=True))


SEALED = Standing(9, 9, NOON, 0, None, timedelta(seconds=5), "ok", "")
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(SEALED, [], id="all is sealed"),
        pytest.param(replace(SEALED, seen=None), [], id="never started, and nothing waits"),
        pytest.param(replace(SEALED, waiting=3, oldest=timedelta(seconds=9)), [], id="just come"),
        pytest.param(replace(SEALED, waiting=3, oldest=HOUR), ["3 log entries wait"], id="late"),
        pytest.param(replace(SEALED, seen=HOUR), ["last seen 60 minutes"], id="not seen"),
        pytest.param(replace(SEALED, says="OSError"), ["has trouble: OSError"], id="trouble"),
        pytest.param(replace(SEALED, state="fenced", says="x"), ["is fenced"], id="fenced"),
    ],
)
def test_the_sealers_alarms_say_what_to_look_at(facts: Standing, expected: list[str]) -> None:
    found = of_log(facts)

    assert len(found) == len(expected)
    assert all(part in sentence for part, sentence in zip(expected, found, strict=True))


@pytest.fixture
def noon(db: None) -> Iterator[None]:
    """At noon, a sweep having just finished."""
    with clock.frozen(NOON):
        heartbeats.began(heartbeats.SWEEP, now=NOON)
        heartbeats.finished(heartbeats.SWEEP, now=NOON)
        yield


def test_health_says_when_the_sweep_last_finished(noon: None, client: Client) -> None:
    assert client.get("/health/ready").json()["sweep_last_finished_at"] == NOON.isoformat()


def test_a_sweep_that_never_ran_is_said(db: None, client: Client, settings: Any) -> None:
    settings.MAIL_SET = True
    answer = client.get("/health/ready").json()

    assert answer["sweep_last_finished_at"] is None
    assert answer["alarms"] == ["No sweep has finished yet: see that worker and beat run."]


def test_a_sweep_that_stopped_is_said(noon: None, client: Client, settings: Any) -> None:
    settings.MAIL_SET = True
    with clock.frozen(NOON + HOUR):
        (alarm,) = client.get("/health/ready").json()["alarms"]

    assert alarm.startswith("The last sweep finished 60 minutes ago")


def test_health_shows_how_many_messages_wait_without_a_mail_server(
    noon: None, client: Client
) -> None:
    office.set_up()
    office.filed()

    (alarm,) = client.get("/health/ready").json()["alarms"]

    assert "2 messages wait" in alarm


def test_health_shows_what_was_given_up(noon: None, client: Client, settings: Any) -> None:
    settings.MAIL_SET = True
    office.set_up()
    office.filed()
    now = NOON
    while outbox.claim(now=now):
        now += LEASE
    outbox.bury(now=now)

    (alarm,) = client.get("/health/ready").json()["alarms"]

    assert "2 messages were given up" in alarm


def test_a_sweep_and_a_drain_do_all_that_waits(db: None, settings: Any) -> None:
    settings.MAIL_SET = True
    office.set_up()
    office.filed()

    with clock.frozen(day("2026-04-20")):
        tasks.sweep_due()
        tasks.drain_outbox()

    assert not DueInstant.objects.filter(acted_at__isnull=True).exists()
    assert not OutboxRow.objects.filter(done_at__isnull=True).exists()


def test_housekeeping_ends_idle_sessions(noon: None) -> None:
    old = NOON - timedelta(hours=1, seconds=1)  # a visitor's; people's end sooner
    Session.objects.create(session_key="0" * 40, session_data="", last_seen=old,
                           expire_date=NOON + timedelta(hours=1))  # fmt: skip

    tasks.sweep_due()

    assert not Session.objects.exists()


def test_housekeeping_forgets_answers_older_than_a_week(noon: None) -> None:
    for age in (timedelta(days=7, seconds=1), timedelta(days=7)):
        GivenAnswer.objects.create(
            caller="somebody", route="/", key=str(age), body_digest=b"",
            answer=Answer(status=201, body="{}", headers={}), given_at=NOON - age,
        )  # fmt: skip

    tasks.sweep_due()

    assert [answer.key for answer in GivenAnswer.objects.all()] == [str(timedelta(days=7))]


def test_keys_of_the_periods_to_come_are_made(noon: None) -> None:
    far = NOON.replace(year=2031)
    assert "audit" in keys.missing(far)

    with clock.frozen(far):
        tasks.sweep_due()

    assert keys.missing(far) == []
