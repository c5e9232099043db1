"""A dataclass whose fields are questions: read whole, described as a schema, shown by example."""

import dataclasses
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from requests_app.errors import Problem
from requests_app.questions.places import NOTHING, Place, Schema
from requests_app.questions.wording import UNKNOWN, Fault

if TYPE_CHECKING:
    from requests_app.questions.kinds import Question

_KEY = "question"
_SHOWN = 40
#: A class never changes what it asks.
_known: "dict[type[Any], Mapping[str, Question]]" = {}


def asked(question: "Question") -> Any:
    """The dataclass field that asks this question."""
    default = None if question.optional else dataclasses.MISSING
    return dataclasses.field(kw_only=True, default=default, metadata={_KEY: question})


def questions_of(details: type[Any]) -> "Mapping[str, Question]":
    """The questions of a dataclass by field name, in order. A field without one raises."""
    known = _known.get(details)
    return known if known is not None else _known.setdefault(details, _found(details))


def _found(details: type[Any]) -> "Mapping[str, Question]":
    fields = dataclasses.fields(details)
    silent = [field.name for field in fields if _KEY not in field.metadata]
    if silent:
        raise TypeError(f"{details.__name__}.{silent[0]} asks no question")
    return {field.name: field.metadata[_KEY] for field in fields}


def read_details(details: type[Any], raw: object, place: Place, group: "Question") -> object:
    """An instance of the dataclass, or NOTHING with every problem noted."""
    if type(raw) is not dict and not isinstance(raw, Mapping):
        return group.wrong(Fault.NOT_A_GROUP, place)
    questions = questions_of(details)
    values: dict[str, object] = {}
    for name, question in questions.items():
        given = raw.get(name)
        if given is None and question.optional:  # Most of what can be left out is.
            values[name] = None
        elif (told := question.at_once(given)) is not NOTHING:
            values[name] = told
        else:
            called = question.name or name.replace("_", " ")
            values[name] = question.read(given, place.within(name, called))
    unknown = [str(key) for key in raw if key not in questions]
    for key in map(_showable, unknown):
        place.within(key).fault(str(UNKNOWN) % {"key": key})
    if unknown or NOTHING in values.values():
        return NOTHING
    return _together(details(**values), place)


def _together(answers: Any, place: Place) -> object:
    """What the dataclass itself finds wrong with answers that are right one by one."""
    check = getattr(answers, "problems", None)
    found: Iterable[Problem] = check() if check else ()
    problems = [Problem(place.at + problem.field, problem.sentence) for problem in found]
    place.reading.problems.extend(problems)
    return NOTHING if problems else answers


def _showable(key: str) -> str:
    """A name somebody sent, as it can be shown: short, and nothing invisible in it."""
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in key[:_SHOWN])


def details_schema(details: type[Any]) -> Schema:
    """JSON Schema 2020-12 (OpenAPI 3.1) of the dataclass; nothing but its questions is allowed."""
    questions = questions_of(details)
    return {
        "type": "object",
        "properties": {name: question.schema(name) for name, question in questions.items()},
        "required": [name for name, question in questions.items() if not question.optional],
        "additionalProperties": False,
        "examples": [details_example(details)],
    }


def details_example(details: type[Any]) -> dict[str, Any]:
    """A body that would be accepted: every question with its example."""
    return {name: question.shown_example(name) for name, question in questions_of(details).items()}
