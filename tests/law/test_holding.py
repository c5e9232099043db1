"""What an agency can have held back from an accounting, and until when (45 CFR 164.528(a)(2))."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from requests_app.deadlines.calendars import months_on
from requests_app.disclosures.accounting import Exclusion, accounting
from requests_app.disclosures.holding import Authority, Form, Hold, last_day
from requests_app.disclosures.periods import period
from requests_app.disclosures.taxonomy import taxonomy
from tests.law.test_accounting import line

APRIL_1, REQUESTED = date(2026, 4, 1), date(2026, 6, 30)
RECORDED = datetime(2026, 4, 1, 15, 0, tzinfo=UTC)
POLICE = ("example", "police", "department")


def hold(**facts: Any) -> Hold:
    usual: dict[str, Any] = {
        "authority": Authority.LAW_ENFORCEMENT,
        "first": APRIL_1,
        "last": date(2026, 5, 1),
        "recorded_at": RECORDED,
        "agency": POLICE,
    }
    return Hold(**(usual | facts))


def held(on: date, *lines: Any, holds: Any = None, **more: Any) -> list[str]:
    """The entries held back on that day."""
    standing = [hold()] if holds is None else holds
    made = accounting(lines, period(REQUESTED), taxonomy(), holds=standing, on=on, **more)
    return [one.entry for one in made.excluded if one.exclusion is Exclusion.SUSPENDED]


def police(seq: int = 1, **facts: Any) -> Any:
    told = {"basis": "LE2", "recipient_name": "Example Police Department"}
    return line(seq, **(told | facts))


@pytest.mark.parametrize(
    ("form", "until", "through"),
    [
        pytest.param(Form.ORAL, None, date(2026, 5, 1), id="oral: thirty days"),
        pytest.param(Form.ORAL, date(2026, 4, 10), date(2026, 4, 10), id="oral: a shorter time"),
        pytest.param(Form.ORAL, date(2026, 12, 1), date(2026, 5, 1), id="oral: never longer"),
        pytest.param(Form.WRITTEN, date(2026, 12, 1), date(2026, 12, 1), id="written: its time"),
    ],
)
def test_how_long_a_statement_holds(form: Form, until: date | None, through: date) -> None:
    assert last_day(form, APRIL_1, until) == through


def test_a_written_statement_without_a_time_holds_nothing() -> None:
    with pytest.raises(ValueError, match="how long"):
        last_day(Form.WRITTEN, APRIL_1, None)


@pytest.mark.parametrize(
    ("start", "months", "then"),
    [
        pytest.param(date(2026, 7, 10), 6, date(2027, 1, 10), id="over the year's end"),
        pytest.param(date(2026, 8, 31), 6, date(2027, 2, 28), id="into a shorter month"),
        pytest.param(date(2024, 1, 31), 1, date(2024, 2, 29), id="into a leap February"),
        pytest.param(date(2026, 1, 15), 12, date(2027, 1, 15), id="a year"),
    ],
)
def test_months_are_counted_by_the_calendar(start: date, months: int, then: date) -> None:
    assert months_on(start, months) == then


@pytest.mark.parametrize(
    ("on", "is_held"),
    [
        pytest.param(date(2026, 3, 31), False, id="the day before"),
        pytest.param(APRIL_1, True, id="the day it was said"),
        pytest.param(date(2026, 5, 1), True, id="the last day is still one"),
        pytest.param(date(2026, 5, 2), False, id="the day after"),
    ],
)
def test_a_line_is_held_back_from_the_first_day_through_the_last(on: date, is_held: bool) -> None:
    assert bool(held(on, police())) is is_held


OVERSIGHT = {"OVS"}
POLICE_BASES = {"LE1", "LE2", "LE3", "LE4", "LE5", "LE6"}


@pytest.mark.parametrize("code", sorted(taxonomy().all))
def test_each_authority_reaches_its_own_bases_and_no_other(code: str) -> None:
    """Rules: only 512(d) and 512(f); RBL and THR-LE only where it was found to have gone there."""
    told = police(basis=code)
    reached = {
        authority: held(APRIL_1, told, holds=[hold(authority=authority)]) == ["e1"]
        for authority in Authority
    }
    assert reached == {
        Authority.OVERSIGHT: code in OVERSIGHT,
        Authority.LAW_ENFORCEMENT: code in POLICE_BASES,
        Authority.OTHER: False,
    }


@pytest.mark.parametrize("code", ["RBL", "THR-LE"])
def test_a_basis_that_depends_is_reached_only_when_named_and_confirmed(code: str) -> None:
    told = police(basis=code)
    named = hold(entries=frozenset({"e1"}))
    confirmed = hold(entries=frozenset({"e1"}), confirmed=True)
    assert held(APRIL_1, told, holds=[named]) == []
    assert held(APRIL_1, told, holds=[hold(confirmed=True)]) == []
    assert held(APRIL_1, told, holds=[confirmed]) == ["e1"]


def test_an_unclassified_line_is_never_held_back() -> None:
    assert held(APRIL_1, police(basis=None), holds=[hold(entries=frozenset({"e1"}))]) == []


def test_lines_of_another_agency_stay_unless_named() -> None:
    sheriff = police(recipient_name="Example Sheriff")
    assert held(APRIL_1, sheriff) == []
    assert held(APRIL_1, sheriff, holds=[hold(entries=frozenset({"e1"}))]) == ["e1"]


def test_names_are_compared_without_case_and_accents() -> None:
    assert held(APRIL_1, police(recipient_name="EXAMPLE Police, Department")) == ["e1"]


def test_a_correction_of_a_line_named_stays_held_back() -> None:
    wrong = police(1, recipient_name="Example Sheriff")
    right = police(2, corrects="e1", recipient_name="Example Troopers")
    assert held(APRIL_1, wrong, right, holds=[hold(entries=frozenset({"e1"}))]) == ["e2"]


def test_a_line_recorded_after_the_statement_is_held_back_too() -> None:
    later = police(recorded_at=datetime(2026, 4, 9, tzinfo=UTC), disclosed_from=date(2026, 4, 8))
    assert held(date(2026, 4, 10), later) == ["e1"]


def test_rebuilt_for_a_day_before_the_statement_was_known_the_line_is_there() -> None:
    told = police(recorded_at=datetime(2026, 3, 1, tzinfo=UTC))
    before, after = datetime(2026, 4, 1, 14, tzinfo=UTC), datetime(2026, 4, 1, 16, tzinfo=UTC)
    assert held(APRIL_1, told, as_of=before) == []
    assert held(APRIL_1, told, as_of=after) == ["e1"]


def test_what_is_out_for_another_reason_is_not_said_to_be_held_back() -> None:
    long_ago = police(disclosed_from=date(2015, 1, 1))
    assert held(APRIL_1, long_ago) == []
