"""What can be wrong with an answer, and the sentence for each: what to do, never blame.

In a sentence `%(name)s` stands for what is asked ("the records you want"), `%(Name)s` for the same
with a capital letter; other places are filled by the question that found the fault.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Required, TypedDict

from django.utils.translation import gettext_lazy as _

from requests_app.words import Words


class Fault(StrEnum):
    """The closed set of what can be wrong with an answer."""

    EMPTY = "empty"
    NOT_CHOSEN = "not_chosen"
    NOT_TEXT = "not_text"
    NOT_YES_OR_NO = "not_yes_or_no"
    NOT_A_LIST = "not_a_list"
    NOT_A_GROUP = "not_a_group"
    TOO_LONG = "too_long"
    TOO_MANY = "too_many"
    TWICE = "twice"
    NOT_ONE_OF = "not_one_of"
    NOT_A_DAY = "not_a_day"
    IMPOSSIBLE_DATE = "impossible_date"
    IN_THE_FUTURE = "in_the_future"
    TOO_EARLY = "too_early"
    LINE_BREAK = "line_break"
    NULL_CHARACTER = "null_character"
    CONTROL_CHARACTER = "control_character"
    HALF_CHARACTER = "half_character"
    DIRECTION_CHARACTER = "direction_character"


class Wording(TypedDict, total=False):
    """What every question says.

    question  the question itself; hint  help under it
    name      what is asked for, in the middle of a sentence; from the field's name when left out
    errors    sentences of its own for some faults
    """

    question: Required[Words]
    hint: Words
    name: Words
    errors: Mapping[Fault, Words]


SENTENCES: Mapping[Fault, Words] = {
    Fault.EMPTY: _("Enter %(name)s"),
    Fault.NOT_CHOSEN: _("Choose %(name)s"),
    Fault.NOT_TEXT: _("%(Name)s must be text"),
    Fault.NOT_YES_OR_NO: _("Answer yes or no: %(name)s (true or false)"),
    Fault.NOT_A_LIST: _("%(Name)s must be a list"),
    Fault.NOT_A_GROUP: _("%(Name)s must be a group of named answers"),
    Fault.TOO_LONG: _("%(Name)s must be %(limit)s characters or fewer"),
    Fault.TOO_MANY: _("%(Name)s must be %(limit)s or fewer"),
    Fault.TWICE: _("%(Name)s must name each choice once"),
    Fault.NOT_ONE_OF: _("%(Name)s must be one of: %(choices)s"),
    Fault.NOT_A_DAY: _("%(Name)s must be a date written as year-month-day, like 2026-03-27"),
    Fault.IMPOSSIBLE_DATE: _("%(Name)s must be a day that is in the calendar"),
    Fault.IN_THE_FUTURE: _("%(Name)s must be today or in the past"),
    Fault.TOO_EARLY: _("%(Name)s must be on or after %(day)s"),
    Fault.LINE_BREAK: _("%(Name)s must be on one line"),
    Fault.NULL_CHARACTER: _("%(Name)s contains a null character that cannot be kept. Remove it."),
    Fault.CONTROL_CHARACTER: _("%(Name)s contains an invisible control character. Remove it."),
    Fault.HALF_CHARACTER: _("%(Name)s contains half of a character. Remove it or type it again."),
    Fault.DIRECTION_CHARACTER: _(
        "%(Name)s contains an invisible character that turns the direction of text. Remove it."
    ),
}

#: Stands wherever an id is asked for by example.
EXAMPLE_ID = "0b9f3c52-7d1e-4a86-9c4f-5e2a7d61c0aa"
UNKNOWN = _("There is no question called “%(key)s” here. Leave it out.")


def capital(words: str) -> str:
    """The words with a capital first letter; the rest as written."""
    return words[:1].upper() + words[1:]
