"""What ends in the office by itself is told to whoever works on the request, once."""

from datetime import timedelta
from typing import Any

import pytest

from requests_app.actions import casework, falling_due
from requests_app.deadlines.calendars import end_of_day
from requests_app.falling_due.models import FallsDue
from requests_app.outbox import Audience, OutboxRow, Topic
from tests.support import office
from tests.support.office import NOON, OFFICER, Office

BY: dict[str, Any] = {"actor": OFFICER, "now": NOON}
HOLD = {"reason": "The archive looks", "until": "2026-03-16"}
TASK = {"department": "Billing", "what": "The bill", "due_on": "2026-03-16"}
OVER = end_of_day(office.day("2026-03-16").date(), "America/New_York") + timedelta(seconds=1)

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic() -> Office:
    return office.set_up()


def acted(now: Any) -> list[str]:
    done = []
    while (one := falling_due.act_on_next(now=now)) is not None:
        done.append(f"{one.what} {one.outcome}")
    return done


def told(request: Any) -> list[str]:
    rows = OutboxRow.objects.filter(request_id=request.pk, topic=Topic.ENDED)
    return [row.audience for row in rows]


def test_the_end_of_a_hold_is_told_on_its_day_and_not_before(clinic: Office) -> None:
    request = office.filed()
    casework.place_hold(request.reference, HOLD, **BY)
    assert acted(OVER - timedelta(seconds=2)) == []
    assert acted(OVER) == ["hold_ends told"]
    assert acted(OVER + timedelta(days=9)) == []
    assert told(request) == [Audience.OFFICE]


def test_of_a_hold_that_was_lifted_nothing_is_said(clinic: Office) -> None:
    request = office.filed()
    hold = casework.place_hold(request.reference, HOLD, **BY)
    casework.lift_hold(str(hold.pk), **BY)
    assert (acted(OVER), told(request)) == (["hold_ends lifted"], [])


def test_a_department_that_has_not_answered_by_its_day_is_told_of(clinic: Office) -> None:
    request = office.filed()
    late, done = (casework.give_task(request.reference, TASK, **BY) for _ in range(2))
    casework.settle_task(str(done.pk), {"outcome": "Here is the bill"}, **BY)
    assert sorted(acted(OVER)) == ["task_late settled", "task_late told"]
    assert told(request) == [Audience.OFFICE]
    assert FallsDue.objects.get(subject=late.pk).outcome == "told"


# --- an agency's statement ---------------------------------------------------------------------------
LAPSED = end_of_day(office.day("2026-05-01").date(), "America/New_York") + timedelta(microseconds=1)


def accounting_without_the_line(clinic: Office) -> Any:
    office.disclosed(clinic.patient, "2026-02-03", **office.TO_THE_POLICE)
    office.held_back(clinic.patient, now=office.day("2026-04-01"))
    return office.do(office.filed("accounting"), "provide", now=office.day("2026-04-20"))


def test_the_supplement_that_is_owed_when_a_statement_lapses_is_told(clinic: Office) -> None:
    given = accounting_without_the_line(clinic)
    assert acted(LAPSED - timedelta(microseconds=1)) == []
    assert acted(LAPSED) == ["suspension_lapses told"]
    assert told(given) == [Audience.OFFICE]


def test_where_a_written_statement_followed_nothing_is_owed_yet(clinic: Office) -> None:
    given = accounting_without_the_line(clinic)
    office.held_back(clinic.patient, now=office.day("2026-04-21"), months=6)
    assert acted(LAPSED) == ["suspension_lapses nothing"]
    assert told(given) == []
