"""Reminders: due and not yet acted, said once, whoever asks and however late."""

import threading
from collections import Counter
from datetime import datetime, timedelta

import pytest
from django.db import connections, transaction

from audit import log
from audit.log import Facet
from requests_app import events
from requests_app.actions import due
from requests_app.actions.due import Swept, sweep
from requests_app.kinds.models import DueInstant, Request
from requests_app.messages.models import Message
from requests_app.outbox import OutboxRow, Topic
from tests.support import office
from tests.support.database import OwnDatabase
from tests.support.office import act, day, do

REMINDERS = (Topic.DUE_SOON, Topic.DUE_TODAY, Topic.OVERDUE)


#: Who hears in these tests, where nobody works on the request.
NOBODY_YET = {
    ("due_soon", "office"): "due_soon",
    ("due_today", "officer"): "due_today",
    ("overdue", "officer"): "overdue",
    ("overdue", "administrator"): "escalated",
    ("late", "asker"): "late",
}


def said() -> list[str]:
    """What the outbox holds to remind of, in the order of saying."""
    rows = OutboxRow.objects.filter(topic__in=[*REMINDERS, Topic.LATE])
    found = rows.order_by("made_at", "audience").values_list("topic", "audience")
    order = list(NOBODY_YET.values())
    instants = list(rows.order_by("made_at", "audience").values_list("made_at", flat=True))
    words = [NOBODY_YET[pair] for pair in found]
    pairs = sorted(zip(instants, words, strict=True), key=lambda one: (one[0], order.index(one[1])))
    return [word for _, word in pairs]


def entries(name: str) -> list[str | None]:
    """The requests of which the log says that this reminder was said."""
    return [one.entry.request for one in log.find(Facet.NAME, name, limit=2000).entries]


def outcomes() -> Counter[str]:
    return Counter(DueInstant.objects.values_list("outcome", flat=True))


def swept_at(*instants: datetime) -> None:
    for instant in instants:
        while sweep(now=instant).acted:
            pass


# A request received on 2 March 2026 is due on 1 April; reminders at eight in the morning.
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("now", "expected"),
    [
        pytest.param("2026-03-25T07:59:59-04:00", [], id="a second before the first"),
        pytest.param("2026-03-25T08:00:00-04:00", ["due_soon"], id="seven days before, at eight"),
        pytest.param("2026-03-30T08:00:00-04:00", ["due_soon"], id="two days before: one of two"),
        pytest.param("2026-04-01T07:59:59-04:00", ["due_soon"], id="the due day, before eight"),
        pytest.param("2026-04-01T08:00:00-04:00", ["due_today"], id="the due day at eight"),
        pytest.param("2026-04-01T23:59:59-04:00", ["due_today"], id="the last second of the day"),
        pytest.param("2026-04-02T08:00:00-04:00", ["overdue", "late"], id="the day after"),
        pytest.param(
            "2026-04-04T08:00:00-04:00", ["overdue", "escalated", "late"], id="three days after"
        ),
        pytest.param(
            "2026-05-20T12:00:00-04:00",
            ["overdue", "escalated", "late"],
            id="an outage of seven weeks: once, and what the asker is owed",
        ),
    ],
)
def test_what_is_said_when_first_asked_at(now: str, expected: list[str]) -> None:
    office.set_up()
    office.filed()

    swept_at(datetime.fromisoformat(now), datetime.fromisoformat(now))

    assert said() == expected


@pytest.mark.django_db
def test_every_reminder_is_said_in_its_turn_when_nothing_fails() -> None:
    office.set_up()
    request = office.filed()

    swept_at(*(day("2026-03-25") + timedelta(days=n) for n in range(19)))

    assert said() == [
        "due_soon", "due_soon", "due_today", "overdue", "late",
        "overdue", "escalated", "overdue", "escalated",
    ]  # fmt: skip
    assert entries(events.REMINDED_DUE_SOON) == [request.reference] * 2
    assert entries(events.REMINDED_DUE_TODAY) == [request.reference]
    assert entries(events.REMINDED_OVERDUE) == [request.reference] * 3
    assert entries(events.REMINDED_LATE) == [request.reference]


@pytest.mark.django_db
def test_what_an_outage_overtook_stays_on_record() -> None:
    office.set_up()
    office.filed()

    swept_at(day("2026-04-20"))

    assert outcomes() == {"overtaken": 5, "said": 2}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("moves", "instant"),
    [
        pytest.param(["grant", "deliver"], "2026-05-20", id="answered in time"),
        pytest.param(["withdraw"], "2026-05-20", id="withdrawn"),
        pytest.param(["extend"], "2026-04-10", id="extended to 20 April"),
    ],
)
def test_a_move_settles_what_was_still_to_be_said(moves: list[str], instant: str) -> None:
    office.set_up()
    request = office.filed()
    for name in moves:
        request = do(request, name, actor=office.PATIENT if name == "withdraw" else office.OFFICER)

    swept_at(day(instant))

    assert said() == []


@pytest.mark.django_db
def test_a_request_that_is_reopened_is_reminded_of_again() -> None:
    office.set_up()
    request = do(office.filed(), "withdraw", actor=office.PATIENT)
    do(request, "reopen")

    swept_at(day("2026-03-25"), day("2026-04-02"))

    assert said() == ["due_soon", "overdue", "late"]


@pytest.mark.django_db
def test_an_extension_by_five_days_moves_every_reminder() -> None:
    office.set_up()
    # The new day's first reminder falls on the old day's second.
    act(office.filed(), "extend", office.INPUT["extend"] | {"completion_date": "2026-04-06"})

    swept_at(*(day("2026-03-25") + timedelta(days=n) for n in range(14)))

    assert said() == ["due_soon", "due_soon", "due_today", "overdue", "late"]


@pytest.mark.django_db
def test_a_reminder_is_an_entry_with_the_request_and_its_due_day() -> None:
    here = office.set_up()
    request = office.filed()

    swept_at(day("2026-04-02"))

    (found,) = log.find(Facet.NAME, events.REMINDED_OVERDUE).entries
    assert found.entry.actor.id == "system:sweep"
    assert (found.entry.request, found.entry.patient) == (request.reference, str(here.patient.pk))
    assert found.entry.extra is not None
    assert found.entry.extra["due_on"] == "2026-04-01"


def test_two_sweeps_at_once_say_each_thing_once(own_database: OwnDatabase) -> None:
    office.set_up()
    references = sorted(office.filed().reference for _ in range(60))
    instant, start = day("2026-04-20"), threading.Barrier(4)
    acted: list[int] = []

    def one_scheduler() -> None:
        start.wait()
        while (swept := sweep(now=instant, most=7)).acted:
            acted.append(swept.acted)
        connections.close_all()

    threads = [threading.Thread(target=one_scheduler) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    swept_at(instant)  # what each left alone because another was at it

    assert sorted(str(one) for one in entries(events.REMINDED_OVERDUE)) == references
    assert Counter(said()) == {"overdue": 60, "escalated": 60, "late": 60}
    assert outcomes() == {"said": 120, "overtaken": 300}


def test_a_request_that_somebody_is_moving_is_left_for_the_next_sweep(
    own_database: OwnDatabase,
) -> None:
    office.set_up()
    request = office.filed()
    instant = day("2026-04-02")
    with transaction.atomic():
        Request.objects.select_for_update(of=("self",)).get(pk=request.pk)
        thread = threading.Thread(target=_swept_elsewhere, args=(instant, found := []))
        thread.start()
        thread.join(timeout=20)

    assert found == [Swept(0, 0)]
    assert sweep(now=instant) != Swept(0, 0)


def _swept_elsewhere(instant: datetime, found: list[Swept]) -> None:
    found.append(sweep(now=instant))
    connections.close_all()


def test_a_sweep_that_fails_half_way_has_said_nothing(
    own_database: OwnDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.set_up()
    office.filed()
    office.filed()
    whole, calls = log.append, iter([True, True, True, False])

    def broken(*args: object, **more: object) -> object:
        if not next(calls):
            raise RuntimeError
        return whole(*args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(due.log, "append", broken)
    with pytest.raises(RuntimeError):
        sweep(now=day("2026-04-02"))

    assert said() == []
    assert outcomes() == {"": 14}


@pytest.mark.django_db
def test_who_asked_is_told_once_that_the_answer_is_late_and_what_they_can_do() -> None:
    office.set_up()
    request = office.filed()

    swept_at(day("2026-04-02"), day("2026-04-03"), day("2026-06-01"))

    (written,) = Message.objects.filter(request_id=request.pk)
    assert written.direction == "to_asker"
    assert "by Wednesday, April 1, 2026. We have not done so." in written.text.body
    assert "You keep your right to an answer" in written.text.body
    assert "Secretary of Health and Human Services" in written.text.body
    assert "919-555-01" in written.text.body
