"""When the log is to be reviewed again: 164.308(a)(1)(ii)(D) asks for it regularly, and names no interval."""

from datetime import date

import pytest

from requests_app.log_review.schedule import Term, due_after, due_days, without_gaps


def term(months: int, first: str, last: str = "9999-12-31") -> Term:
    return Term(months, date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    ("last", "terms", "due"),
    [
        pytest.param("2026-01-15", [], "2026-02-15", id="monthly where nothing is said"),
        pytest.param("2026-01-31", [], "2026-02-28", id="the last day of a shorter month"),
        pytest.param("2024-01-31", [], "2024-02-29", id="in a leap year"),
        pytest.param(
            "2026-11-30", [term(3, "2026-01-01")], "2027-02-28", id="quarterly, over the year's end"
        ),
        pytest.param(
            "2026-01-15", [term(12, "2025-01-01")], "2027-01-15", id="yearly at the least"
        ),
        pytest.param(
            "2026-01-15", [term(3, "2026-02-20")], "2026-02-15",
            id="a longer term does not move what fell due before it began",
        ),
        pytest.param(
            "2026-01-15", [term(3, "2026-02-15")], "2026-04-15",
            id="a longer term that begins by the due day takes its place",
        ),
        pytest.param(
            "2026-01-15", [term(12, "2025-01-01", "2026-05-31"), term(1, "2026-06-01")],
            "2026-06-01", id="a shorter term asks on its first day",
        ),
        pytest.param(
            "2026-03-20", [term(6, "2025-01-01", "2026-03-31")], "2026-04-20",
            id="after a term that has ended the default holds",
        ),
        pytest.param(
            "2026-01-15", [term(2, "2026-02-01", "2026-02-28"), term(3, "2026-04-01")],
            "2026-03-01", id="in a gap the default holds",
        ),
    ],
)  # fmt: skip
def test_the_day_of_the_next_review(last: str, terms: list[Term], due: str) -> None:
    assert due_after(date.fromisoformat(last), without_gaps(terms)) == date.fromisoformat(due)


@pytest.mark.parametrize(
    ("through", "come"),
    [
        pytest.param("2026-02-14", [], id="the day before: none has come"),
        pytest.param("2026-02-15", ["2026-02-15"], id="on its day it has come"),
        pytest.param("2026-04-14", ["2026-02-15", "2026-03-15"], id="each missed one stays"),
        pytest.param(
            "2026-04-15", ["2026-02-15", "2026-03-15", "2026-04-15"], id="and the next on its day"
        ),
    ],
)
def test_every_due_day_that_has_come(through: str, come: list[str]) -> None:
    days = due_days(date(2026, 1, 15), without_gaps([]), through=date.fromisoformat(through))
    assert [day.isoformat() for day in days] == come


def test_terms_without_gaps_hold_on_every_day_once() -> None:
    terms = without_gaps([term(3, "2026-04-01"), term(2, "2026-02-01", "2026-02-28")])
    for day in (date.min, date(2026, 1, 31), date(2026, 2, 1), date(2026, 2, 28), date(2026, 3, 1),
                date(2026, 3, 31), date(2026, 4, 1), date.max):  # fmt: skip
        assert len([one for one in terms if one.first <= day <= one.last]) == 1, day
