"""Counting entries in the keyed index, without opening any."""

from datetime import timedelta

import pytest
from django.db import transaction

from audit import clock, counting, log
from audit.counting import Span
from audit.log import Facet
from tests.audit.support import NOON, OFFICER

pytestmark = pytest.mark.django_db
MS = timedelta(milliseconds=1)


@pytest.mark.parametrize(
    ("span", "number"),
    [
        pytest.param(Span(NOON, NOON + MS), 1, id="its first instant counts"),
        pytest.param(Span(NOON - MS, NOON), 0, id="its end does not"),
        pytest.param(Span(NOON + MS, NOON + 2 * MS), 0, id="what came before does not"),
        pytest.param(
            Span(NOON - timedelta(microseconds=999), NOON + timedelta(microseconds=1)), 1,
            id="bounds within a millisecond",
        ),
    ],
)  # fmt: skip
def test_an_entry_is_counted_in_its_span(event_name: str, span: Span, number: int) -> None:
    with clock.frozen(NOON), transaction.atomic():
        log.append(event_name, actor=OFFICER)
    expected = {event_name: number} if number else {}
    assert counting.counted(Facet.NAME, [event_name, "never:seen:here"], span) == expected
    assert counting.counted_of(OFFICER.id, [event_name], span) == expected
    assert counting.counted_of("somebody-else", [event_name], span) == {}


def test_spans_that_meet_count_every_entry_once(event_name: str) -> None:
    for after in range(5):
        with clock.frozen(NOON + timedelta(microseconds=700 * after)), transaction.atomic():
            log.append(event_name, actor=OFFICER)
    meeting = NOON + timedelta(microseconds=1300)
    spans = (Span(NOON, meeting), Span(meeting, NOON + timedelta(seconds=1)))
    counts = [counting.counted(Facet.ACTOR, [OFFICER.id], span)[OFFICER.id] for span in spans]
    assert (sum(counts), min(counts) > 0) == (5, True)


def test_the_log_began_with_its_first_entry(event_name: str) -> None:
    with clock.frozen(NOON), transaction.atomic():
        log.append(event_name, actor=OFFICER)
    began = counting.began()
    assert began is not None
    assert began <= NOON
