"""What falls due: planned or found, acted on once, undone and tried again when it fails."""

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connections

from audit import clock, log
from audit.log import Facet
from privacy_portal import tasks
from requests_app import events
from requests_app.actions import falling_due, representatives
from requests_app.actions.falling_due import BACKOFF
from requests_app.falling_due import registry
from requests_app.falling_due.models import FallsDue
from requests_app.falling_due.registry import Found, Matter, drop, plan
from requests_app.outbox import Audience, OutboxRow, Topic
from requests_app.people.models import AccountLink
from tests.support import office
from tests.support.database import OwnDatabase
from tests.support.office import NOON, OFFICER, STRANGER, day

MINUTE = timedelta(minutes=1)


class Errand:
    """A matter of the tests' own, and whom it was done for."""

    def __init__(self) -> None:
        self.done: list[UUID] = []
        self.fails = False
        self.matter = Matter("errand", act=self.act)

    def act(self, row: FallsDue, now: datetime) -> str:
        if self.fails:
            raise RuntimeError
        self.done.append(row.subject)
        return "ended"


@pytest.fixture
def errand(monkeypatch: pytest.MonkeyPatch) -> Errand:
    made = Errand()
    monkeypatch.setitem(registry._matters, "errand", made.matter)
    return made


def swept(now: datetime) -> list[str]:
    """What was acted on at that instant, in order; nothing is found by itself."""
    done = []
    while (acted := falling_due.act_on_next(now=now)) is not None:
        done.append(acted.outcome)
    return done


@pytest.mark.django_db
def test_what_is_planned_is_acted_on_at_its_instant_and_once(errand: Errand) -> None:
    subject = uuid4()
    plan(errand.matter, subject=subject, at=NOON)
    plan(errand.matter, subject=subject, at=NOON)

    assert swept(NOON - timedelta(seconds=1)) == []
    assert swept(NOON) == ["ended"]
    assert swept(NOON + timedelta(days=400)) == []
    assert errand.done == [subject]


@pytest.mark.django_db
def test_what_ended_otherwise_is_dropped(errand: Errand) -> None:
    subject = uuid4()
    plan(errand.matter, subject=subject, at=NOON)

    assert drop(errand.matter, subject=subject, now=NOON - MINUTE) == 1

    assert swept(NOON) == []
    assert FallsDue.objects.get().outcome == "dropped"


@pytest.mark.django_db
def test_what_fails_is_undone_and_tried_again_and_holds_nothing_up(errand: Errand) -> None:
    plan(errand.matter, subject=uuid4(), at=NOON)
    registry.register(other := Matter(f"other_{uuid4().hex[:8]}", act=lambda row, now: "ended"))
    plan(other, subject=uuid4(), at=NOON + timedelta(seconds=1))
    errand.fails = True

    assert swept(NOON + MINUTE) == ["failed", "ended"]
    assert swept(NOON + MINUTE + BACKOFF[0] - timedelta(seconds=1)) == []
    errand.fails = False
    assert swept(NOON + MINUTE + BACKOFF[0]) == ["ended"]
    assert len(errand.done) == 1


@pytest.mark.django_db
def test_what_goes_on_failing_is_tried_every_hour_and_never_given_up(errand: Errand) -> None:
    plan(errand.matter, subject=uuid4(), at=NOON)
    errand.fails = True
    now, waits = NOON, []
    for _ in range(len(BACKOFF) + 3):
        assert swept(now) == ["failed"]
        later = FallsDue.objects.get().not_before
        waits.append(later - now)
        now = later

    assert waits == [*BACKOFF, BACKOFF[-1], BACKOFF[-1], BACKOFF[-1]]


@pytest.mark.django_db
def test_a_try_of_a_clock_that_was_ahead_holds_nothing_up(errand: Errand) -> None:
    plan(errand.matter, subject=uuid4(), at=NOON)
    errand.fails = True
    assert swept(NOON + timedelta(days=1)) == ["failed"]
    errand.fails = False

    assert swept(NOON + MINUTE) == ["ended"]


@pytest.mark.django_db
def test_a_matter_nobody_registered_fails_and_stays() -> None:
    FallsDue.objects.create(what="unheard_of", subject=uuid4(), at=NOON, not_before=NOON)

    acted = falling_due.act_on_next(now=NOON)

    assert acted is not None
    assert isinstance(acted.fault, LookupError)
    assert FallsDue.objects.get().acted_at is None


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("authority_ends", id="a name twice"),
        pytest.param("", id="no name"),
        pytest.param("x" * 41, id="too long to be kept"),
    ],
)
def test_a_matter_has_a_name_of_its_own(name: str) -> None:
    with pytest.raises(ValueError, match="a name of its own"):
        registry.register(Matter(name, act=lambda row, now: "ended"))


def test_what_comes_again_and_again_comes_once_a_span() -> None:
    finds = registry.every(timedelta(hours=6))
    found = {one.at for hours in range(25) for one in finds(NOON + timedelta(hours=hours))}

    assert len(found) == 5
    assert max(found) - min(found) == timedelta(hours=24)


def test_two_sweeps_at_once_act_on_each_thing_once(
    own_database: OwnDatabase, errand: Errand
) -> None:
    subjects = sorted(uuid4() for _ in range(60))
    registry.record((errand.matter, Found(one, NOON)) for one in subjects)
    start = threading.Barrier(4)

    def one_scheduler() -> None:
        start.wait()
        swept(NOON)
        connections.close_all()

    threads = [threading.Thread(target=one_scheduler) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(errand.done) == subjects


# --- an authority's last day -----------------------------------------------------------------------
@pytest.fixture
def acting(db: None) -> Iterator[office.Office]:
    """A daughter acts until 1 April 2026, that day included, and has an account."""
    with clock.frozen(NOON):
        here = office.set_up()
        who = representatives.recognise(
            {"patient": str(here.patient.pk), "kind": "health_care_agent", "name": "Dora Demo",
             "evidence": "Power of attorney seen", "authority_from": "2026-01-01",
             "authority_until": "2026-04-01"},
            actor=OFFICER, now=NOON,
        )  # fmt: skip
        AccountLink.objects.create(
            account=STRANGER.id, patient=here.patient, capacity="representative",
            representative=who, method="code", linked_at=NOON, linked_by="x", ends_on="2026-04-01",
        )  # fmt: skip
        office.filed(actor=STRANGER, patient=str(here.patient.pk))
        yield here


@pytest.mark.parametrize(
    ("now", "ended"),
    [
        pytest.param("2026-04-01T23:59:59-04:00", False, id="the last second of the last day"),
        pytest.param("2026-04-02T00:00:00-04:00", True, id="the day after, at the site"),
        pytest.param("2027-04-02T00:00:00-04:00", True, id="after an outage of a year"),
    ],
)
def test_an_authority_ends_with_its_last_day(acting: office.Office, now: str, ended: bool) -> None:
    outcomes = swept(datetime.fromisoformat(now))

    assert (outcomes == ["ended"]) == ended
    link = AccountLink.objects.get(representative__isnull=False)
    assert (link.ended_at is not None) == ended
    assert len(log.find(Facet.NAME, events.AUTHORITY_ENDED).entries) == ended
    told = OutboxRow.objects.filter(topic=Topic.ENDED, audience=Audience.OFFICE)
    assert told.count() == ended


# --- the whole task --------------------------------------------------------------------------------
@pytest.mark.django_db
def test_the_task_tells_of_what_fails_and_does_the_rest(
    errand: Errand, caplog: pytest.LogCaptureFixture
) -> None:
    plan(errand.matter, subject=uuid4(), at=NOON)
    errand.fails = True

    with clock.frozen(day("2026-03-03")):
        tasks.sweep_due()

    (told,) = [one for one in caplog.records if one.message == "matter.failed"]
    facts: Any = told.__dict__["facts"]
    assert facts == {"part": "errand"}
    failed = FallsDue.objects.filter(acted_at__isnull=True, tries__gt=0)
    assert [row.what for row in failed] == ["errand"]
    assert FallsDue.objects.filter(what="forget_codes", outcome="done").count() == 1
