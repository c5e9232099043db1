"""A day, or a moment, written in Django's letters for dates, whose pieces are put into words once.

Django looks up the language, the form and every name anew for each day it writes; a page writes many.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import cache

from django.utils.dateformat import format as django_format
from django.utils.formats import get_format
from django.utils.translation import get_language

#: A letter → a day that is written the same with it. What is remembered is of these, a month or an hour.
_LIKE: Mapping[str, Callable[[date], date]] = {
    "j": lambda at: date(2000, 1, at.day),
    "l": lambda at: date(2001, 1, 1 + at.weekday()),  # that month began on a Monday
    "F": lambda at: date(2000, at.month, 1),
    "M": lambda at: date(2000, at.month, 1),
    "N": lambda at: date(2000, at.month, 1),
    "Y": lambda at: date(at.year, 1, 1),
    **dict.fromkeys("giaPH", lambda at: _clock(at)),
}


def _clock(at: date) -> datetime:
    if not isinstance(at, datetime):
        raise TypeError("a day has no time of day")
    return datetime(2000, 1, 1, at.hour, at.minute)  # noqa: DTZ001 - as a clock on the wall shows it


def in_form(at: date, form: str) -> str:
    """The day or the moment, on the clock it is given in, as the reader's language writes it.

    form  letters, "F j, Y", or the name of one of the language's own forms, "DATE_FORMAT"
    """
    language = get_language()
    parts = _parts(language, form)
    if parts is None:
        return django_format(at, get_format(form))
    return "".join([
        one if like is None else _piece(language, one, like(at)) for one, like in parts
    ])  # fmt: skip


@cache
def _parts(
    language: str | None, form: str
) -> Sequence[tuple[str, Callable[[date], date] | None]] | None:
    """Each letter of a form with its like; None for a form with a letter that is not known here."""
    parts: list[tuple[str, Callable[[date], date] | None]] = []
    letters = iter(str(get_format(form)))
    for one in letters:
        if one == "\\":
            parts.append((next(letters), None))
        elif one.isalpha() and one not in _LIKE:
            return None
        else:
            parts.append((one, _LIKE.get(one)))
    return parts


@cache
def _piece(language: str | None, letter: str, like: date) -> str:
    return django_format(like, letter)
