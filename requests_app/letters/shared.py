"""Letters that every kind with a clock may owe."""

from dataclasses import dataclass
from typing import Any

from requests_app.kinds.base import Move
from requests_app.letters.context import Common, common, complaint_elements, in_words
from requests_app.letters.letter import Element, Letter


@dataclass(frozen=True)
class Extended:
    """The written notice of extension."""

    common: Common
    reasons: str
    until: str


@dataclass(frozen=True)
class Unverified:
    """The notice that identity could not be verified. It says nothing about any chart."""

    common: Common


def _extended(move: Move[Any]) -> Extended:
    return Extended(common(move), move.input.reasons, in_words(move.input.completion_date))


def _unverified(move: Move[Any]) -> Unverified:
    return Unverified(common(move))


_EXTENSION = "164.524(b)(2)(iii); 164.526(b)(2)(ii); 164.528(c)(1)(ii)"
EXTENDED = Letter(
    "extended",
    _extended,
    (
        Element(
            "the reasons for the delay",
            _EXTENSION,
            lambda c: (c.reasons,),
        ),
        Element("the date of completion", _EXTENSION, lambda c: (c.until,)),
    ),
)
UNVERIFIED = Letter("unverified", _unverified, complaint_elements("164.530(d); 160.306"))
