"""Planned releases: checked again at the moment of sending, each sending once."""

import threading
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connections, transaction

from audit import log
from audit.log import Facet
from requests_app import events
from requests_app.actions import check, notices, releases
from requests_app.disclosures.models import Disclosure
from requests_app.disclosures.planned import PlannedRelease, ReleaseInstant, next_instant
from requests_app.errors import BadInput, NotNow
from requests_app.outbox import Audience, OutboxRow, Topic
from tests.support import office
from tests.support.database import OwnDatabase
from tests.support.fallen import sent
from tests.support.office import NOON, OFFICER

HOUR = timedelta(hours=1)


@pytest.mark.django_db
def test_at_its_instant_it_becomes_a_line_of_the_ledger_with_the_check_beside_it() -> None:
    clinic = office.set_up()
    plan = office.planned(clinic.patient)
    assert sent(NOON) == Counter()
    assert not Disclosure.objects.exists()

    assert sent(NOON + HOUR) == Counter(released=1)

    (line,) = Disclosure.objects.all()
    assert (line.basis, line.facts.recipient_name) == ("PH", "Example County Health")
    assert line.facts.held == {"legal_basis": "An invented statute, section 1"}
    (sending,) = plan.instants.all()
    assert sending.disclosure == line
    assert sending.check_made is not None
    assert sending.check_made.disclosure == line
    plan.refresh_from_db()
    assert plan.in_force_until == NOON + HOUR
    (entry,) = log.find(Facet.NAME, events.RELEASE_SENT).entries
    assert entry.entry.actor.id == "system:releases"


@pytest.mark.django_db
def test_what_the_check_stops_at_the_instant_ends_the_plan_and_nothing_is_in_the_ledger() -> None:
    clinic = office.set_up()
    paper = office.authorized(clinic.patient)
    asked = {"basis": "AUTH", "authorization": str(paper.pk), "held": None,
             "recipient": "Example Life Insurance"}  # fmt: skip
    plan = office.planned(clinic.patient, **asked)
    details = {"subject": "authorization", "authorization": str(paper.pk)}
    office.filed("revocation", now=NOON + timedelta(minutes=10), details=details)

    assert sent(NOON + HOUR) == Counter(stopped=1)

    plan.refresh_from_db()
    assert plan.in_force_until == NOON + HOUR
    assert not Disclosure.objects.exists()
    (entry,) = log.find(Facet.NAME, events.RELEASE_STOPPED).entries
    assert entry.entry.extra is not None
    assert entry.entry.extra["verdict"] == "deny"
    (told,) = OutboxRow.objects.filter(topic=Topic.STOPPED)
    assert (told.audience, told.request, told.said) == (Audience.OFFICER, None, {})


@pytest.mark.django_db
def test_many_that_are_stopped_at_once_are_one_message() -> None:
    clinic = office.set_up()
    paper = office.authorized(clinic.patient)
    asked = {"basis": "AUTH", "authorization": str(paper.pk), "held": None,
             "recipient": "Example Life Insurance"}  # fmt: skip
    for _ in range(3):
        office.planned(clinic.patient, **asked)
    details = {"subject": "authorization", "authorization": str(paper.pk)}
    office.filed("revocation", now=NOON + timedelta(minutes=10), details=details)

    assert sent(NOON + HOUR) == Counter(stopped=3)
    assert OutboxRow.objects.filter(topic=Topic.STOPPED).count() == 1


@pytest.mark.django_db
def test_a_plan_that_is_called_off_is_not_sent_and_not_called_off_twice() -> None:
    clinic = office.set_up()
    plan = office.planned(clinic.patient)
    releases.call_off(str(plan.pk), actor=OFFICER, now=NOON)
    assert sent(NOON + HOUR) == Counter()
    with pytest.raises(NotNow):
        releases.call_off(str(plan.pk), actor=OFFICER, now=NOON)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("more", "at"),
    [
        pytest.param({"at": (NOON - HOUR).isoformat()}, "/at", id="in the past"),
        pytest.param({"check": {"patient": "nobody"}}, "/check/basis", id="without a basis"),
    ],
)
def test_what_cannot_be_planned_is_told_by_its_field(more: dict[str, Any], at: str) -> None:
    clinic = office.set_up()
    check_ = office.RELEASE["check"] | {"patient": str(clinic.patient.pk)}
    raw = office.RELEASE | {"check": check_, "at": NOON.isoformat()} | more
    with pytest.raises(BadInput) as refused:
        releases.plan(raw, actor=OFFICER, now=NOON)
    assert [one.field for one in refused.value.problems] == [at]


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        pytest.param("2026-03-02T23:00-05:00", "2026-03-03T23:00-05:00", id="in time"),
        pytest.param("2026-03-05T22:59-05:00", "2026-03-05T23:00-05:00", id="late: none made up"),
        pytest.param("2026-03-05T23:00-05:00", "2026-03-06T23:00-05:00", id="at the next instant"),
        pytest.param("2026-03-07T23:30-05:00", "2026-03-08T23:00-04:00", id="the clocks change"),
    ],
)
def test_an_interval_is_counted_in_days_of_the_site(now: str, expected: str) -> None:
    first = datetime.fromisoformat("2026-03-02T23:00-05:00")
    found = next_instant(first, 1, now=datetime.fromisoformat(now), zone="America/New_York")
    assert found == datetime.fromisoformat(expected)


def test_two_schedulers_at_once_send_each_release_once(own_database: OwnDatabase) -> None:
    clinic = office.set_up()
    for _ in range(6):
        office.planned(clinic.patient)
    start, found = threading.Barrier(2), []

    def one_scheduler() -> None:
        start.wait()
        found.append(sent(NOON + HOUR))
        connections.close_all()

    threads = [threading.Thread(target=one_scheduler) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rest = sent(NOON + HOUR)

    assert sum(one["released"] for one in [*found, rest]) == 6
    assert Disclosure.objects.count() == 6


def test_a_sending_that_breaks_has_released_nothing_and_is_tried_again(
    own_database: OwnDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.planned(office.set_up().patient)
    with monkeypatch.context() as broken:
        broken.setattr(releases, "_again", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            sent(NOON + HOUR)
    assert not Disclosure.objects.exists()
    # What fails is tried again, a little later.
    assert sent(NOON + HOUR + timedelta(minutes=2)) == Counter(released=1)


@pytest.mark.django_db
def test_what_was_planned_and_kept_is_not_changed_by_hand() -> None:
    plan = office.planned(office.set_up().patient)
    for change in (
        lambda: PlannedRelease.objects.filter(pk=plan.pk).update(basis="TRT"),
        lambda: PlannedRelease.objects.filter(pk=plan.pk)._raw_delete("default"),
        lambda: type(plan.check_made).objects.filter(pk=plan.check_made_id).update(verdict="deny"),
    ):
        with (
            pytest.raises(Exception, match=r"permission denied|only|changed|ended"),
            transaction.atomic(),
        ):
            change()


@pytest.mark.django_db
def test_the_notice_says_what_it_describes_and_the_check_reads_it() -> None:
    clinic = office.set_up()
    asked = office.RELEASE["check"] | {"patient": str(clinic.patient.pk)}
    before = check.ask(asked, actor=OFFICER, now=NOON).decision
    assert [one.code for one in before.warnings] == ["notice"]
    raw = {
        "text": "Our notice.", "published_on": "2026-03-01", "effective_on": "2026-03-01",
        "holds_part2": False, "raises_funds": False, "describes": ["public_health", "treatment"],
    }  # fmt: skip
    notices.publish(raw, actor=OFFICER, now=NOON)
    after = check.ask(asked, actor=OFFICER, now=NOON).decision
    assert after.warnings == ()
    assert ReleaseInstant.objects.count() == 0
