"""Letters of a complaint. The rule prescribes none; both name the way to HHS (160.306).

Where the complaint goes around somebody, the letters name whoever takes it in their place.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from requests_app.complaints import routing
from requests_app.kinds.base import Move
from requests_app.letters.context import Common, Person, common, complaint_elements, in_words
from requests_app.letters.letter import Element, Letter

#: How long a complaint to HHS can wait, from when the complainant knew (160.306(b)(3)).
HHS_DAYS = timedelta(days=180)


@dataclass(frozen=True)
class Acknowledged:
    """That it was received, who takes it, and how to complain to HHS."""

    common: Common
    known: str
    until: str


@dataclass(frozen=True)
class Resolved:
    """What the complainant is told of the outcome."""

    common: Common
    outcome: str


def _acknowledged(move: Move[Any]) -> Acknowledged:
    known = move.request.details.known_on
    return Acknowledged(
        _around(move),
        in_words(known) if known else "",
        in_words(known + HHS_DAYS) if known else "",
    )


def _resolved(move: Move[Any]) -> Resolved:
    return Resolved(_around(move), move.input.outcome)


def _around(move: Move[Any]) -> Common:
    """The usual facts; a complaint that names somebody names whoever takes it instead."""
    usual = common(move)
    if not routing.goes_around(move.request):
        return usual
    held = routing.handler(move.request, on=move.today)
    person = Person(held.title, held.name, held.telephone) if held else Person("", "", "")
    return replace(usual, official=person, complaint=person)


_COMPLAIN = complaint_elements("164.530(d); 160.306")

ACKNOWLEDGED = Letter(
    "complaint_acknowledged",
    _acknowledged,
    (
        Element(
            "that a complaint to HHS can be made within 180 days",
            "160.306(b)(3)",
            lambda c: ("180 days", c.until) if c.until else ("180 days",),
        ),
        *_COMPLAIN,
    ),
)
RESOLVED = Letter(
    "complaint_resolved",
    _resolved,
    (Element("the outcome", "164.530(d)(2)", lambda c: (c.outcome,)), *_COMPLAIN),
)
