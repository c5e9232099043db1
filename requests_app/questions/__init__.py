"""The vocabulary of questions: what a person is asked, as typed fields of a frozen dataclass.

    @dataclass(frozen=True)
    class AccessDetails:
        records: str = text(question=_("Which records do you want?"), name=_("the records"))
        since: date | None = day(question=_("From which day?"), not_future=True, optional=True)

        def problems(self) -> Iterable[Problem]:
            ...  # combinations that cannot be, with pointers inside this body: Problem("/since", …)

`parse` reads a raw body strictly and collects everything that is wrong; `json_schema` describes the
same body; `questions_of` gives pages the questions in order; `in_order` judges two days together.
"""

from datetime import date
from typing import Any, TypeVar

from django.utils.translation import gettext_lazy as _

from requests_app.errors import BadInput
from requests_app.questions.details import details_example as example
from requests_app.questions.details import details_schema as json_schema
from requests_app.questions.details import questions_of
from requests_app.questions.fields import choice, choices, day, group, many, text, yes_no
from requests_app.questions.kinds import (
    Choice,
    Choices,
    Day,
    Group,
    Many,
    Question,
    Text,
    YesNo,
)
from requests_app.questions.order import in_order
from requests_app.questions.places import Place, Reading
from requests_app.questions.wording import EXAMPLE_ID, Fault

D = TypeVar("D")

_OBJECT = _("Send the answers as an object whose names are the questions")
_MISSING = (Fault.EMPTY, Fault.NOT_A_GROUP)


def parse(details: type[D], raw: object, *, at: str = "/details", today: date) -> D:
    """The dataclass filled from a raw body. Raises BadInput with every problem found.

    raw    what JSON gave: an object whose names are the questions
    at     JSON pointer of the body, put before the pointer of every problem
    today  the local day, for dates that may not be in the future
    """
    reading = Reading(at=at, today=today)
    answers = _whole(details).read(raw, Place(reading))
    if reading.problems or not isinstance(answers, details):
        raise BadInput(reading.problems)
    return answers


def _whole(details: type[Any]) -> Group:
    """The body as an answer to one question."""
    if details not in _wholes:
        errors = dict.fromkeys(_MISSING, _OBJECT)
        _wholes[details] = Group(question="", details=details, errors=errors)
    return _wholes[details]


_wholes: dict[type[Any], Group] = {}


__all__ = [
    "EXAMPLE_ID",
    "Choice",
    "Choices",
    "Day",
    "Fault",
    "Group",
    "Many",
    "Question",
    "Text",
    "YesNo",
    "choice",
    "choices",
    "day",
    "example",
    "group",
    "in_order",
    "json_schema",
    "many",
    "parse",
    "questions_of",
    "text",
    "yes_no",
]
