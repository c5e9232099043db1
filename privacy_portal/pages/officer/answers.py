"""Answers to questions, as a person reads them: what was asked, and what is about to be sent."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from privacy_portal.pages.parts import long_day
from requests_app.days import in_form
from requests_app.questions import Choice, Choices, Day, Group, Many, Question, YesNo, questions_of
from requests_app.questions.amounts import Instant, Money


class Shown(NamedTuple):
    """One question and its answer (officer/parts/fact.html)."""

    question: str
    answer: str


def of(details: type[Any], raw: Mapping[str, Any], *, all_asked: bool = True) -> list[Shown]:
    """Every question with its answer; "Not provided" where one was left out, or without those."""
    return [
        Shown(str(question.question), _answer(question, raw.get(name)))
        for name, question in questions_of(details).items()
        if all_asked or raw.get(name) not in (None, "", [], ())
    ]


def _answer(question: Question, value: Any) -> str:
    if value in (None, "", [], ()):
        return _("Not provided")
    write = next((made for kind, made in _WRITTEN if isinstance(question, kind)), None)
    return write(question, value) if write else str(value)


def _choice(question: Any, value: Any) -> str:
    return str(question.label(question.enum(value)))


def _choices(question: Any, value: Any) -> str:
    return "\n".join(_choice(question, one) for one in value)


def _group(question: Any, value: Any) -> str:
    found = of(question.details, value, all_asked=False)
    return "\n".join(f"{one.question} {one.answer}" for one in found)


def _many(question: Any, value: Any) -> str:
    return "\n\n".join(_group(question, one) for one in value)


def _day(question: Any, value: Any) -> str:
    return long_day(value if isinstance(value, date) else date.fromisoformat(str(value)))


def _instant(question: Any, value: Any) -> str:
    return in_form(datetime.fromisoformat(str(value)), "F j, Y, P")


def _money(question: Any, value: Any) -> str:
    return f"${value / 100:,.2f}"


def _yes_no(question: Any, value: Any) -> str:
    return _("Yes") if value else _("No")


#: How each kind of answer is written. The first row that fits is used.
_WRITTEN: tuple[tuple[type[Question], Callable[[Any, Any], str]], ...] = (
    (Choices, _choices),
    (Choice, _choice),
    (Many, _many),
    (Group, _group),
    (Day, _day),
    (Instant, _instant),
    (Money, _money),
    (YesNo, _yes_no),
)
