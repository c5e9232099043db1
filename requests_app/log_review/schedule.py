"""When the log is to be reviewed. Pure: days and terms in, days out.

A review is due so many months after the last one.  The rule asks for a regular review and names no
interval: monthly is the default, and each practice's own to change for the time ahead.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from requests_app.deadlines.calendars import months_on

DEFAULT_MONTHS = 1
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Term:
    """How the log is reviewed from a day until a day, both included.

    months  from one review to the next
    second  whether somebody else is to countersign
    """

    months: int
    first: date = date.min
    last: date = date.max
    second: bool = False


def without_gaps(terms: Iterable[Term]) -> list[Term]:
    """The terms by their days, with the default wherever the practice has said nothing."""
    whole, free = [], date.min
    for one in sorted(terms, key=lambda term: term.first):
        if free < one.first:
            whole.append(Term(DEFAULT_MONTHS, free, one.first - _ONE_DAY))
        whole.append(one)
        if one.last == date.max:
            return whole
        free = one.last + _ONE_DAY
    return [*whole, Term(DEFAULT_MONTHS, free)]


def due_after(last: date, terms: Sequence[Term]) -> date:
    """The day by which the log is to be reviewed again, after a review on `last`.

    terms  without gaps.  A term of more months does not move what fell due before it began; one of fewer
           asks for the review on its first day at the earliest.
    """
    asked = ((max(months_on(last, one.months), one.first), one) for one in terms)
    return min(day for day, one in asked if day <= one.last)


def due_days(last: date, terms: Sequence[Term], *, through: date) -> list[date]:
    """Every day that has come by `through` without a review since `last`."""
    return list(_due_days(last, terms, through))


def _due_days(last: date, terms: Sequence[Term], through: date) -> Iterator[date]:
    while (last := due_after(last, terms)) <= through:
        yield last
