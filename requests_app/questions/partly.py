"""Judging some of the answers while others are still to come: for pages that ask one thing at a time."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from requests_app.errors import BadInput, Problem
from requests_app.questions.details import questions_of
from requests_app.questions.places import NOTHING, Place, Reading


def check_some(
    details: type[Any], raw: Mapping[str, Any], names: Collection[str], *, at: str, today: date
) -> None:
    """Raise BadInput for what is wrong with these answers, alone and beside those given before.

    What is wrong with any other answer is left for the page that asks it, and for the end.
    """
    reading = Reading(at=at, today=today)
    place = Place(reading)
    values = {
        name: question.read(raw.get(name), place.within(name, question.name_for(name)))
        for name, question in questions_of(details).items()
    }
    found = [one for one in reading.problems if _is_of(one, names, at)]
    found = found or [one for one in _together(details, values, at) if _is_of(one, names, at)]
    if found:
        raise BadInput(found)


def _is_of(problem: Problem, names: Collection[str], at: str) -> bool:
    return problem.field.removeprefix(at).lstrip("/").partition("/")[0] in names


def _together(details: type[Any], values: dict[str, Any], at: str) -> list[Problem]:
    """What the dataclass itself finds wrong, where the answers so far are enough to tell."""
    given = {name: None if value is NOTHING else value for name, value in values.items()}
    check = getattr(details(**given), "problems", None)
    try:
        found = list(check()) if check else []
    except (AttributeError, TypeError):
        return []  # It needs an answer that is still to come; the whole is read before it is sent.
    return [Problem(at + one.field, one.sentence) for one in found]
