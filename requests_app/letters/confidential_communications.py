"""Letters about confidential communications. The law prescribes none; whoever asks is told."""

from dataclasses import dataclass
from typing import Any

from requests_app.kinds.base import Move
from requests_app.letters.context import Common, common, complaint_elements
from requests_app.letters.letter import Element, Letter
from requests_app.words import said


@dataclass(frozen=True)
class Agreed:
    """What is followed from now on. The addresses themselves are not repeated."""

    common: Common
    means: tuple[str, ...]
    only_about: str


@dataclass(frozen=True)
class Denied:
    """The ground and what it means here."""

    common: Common
    ground: str
    explanation: str


#: Ground → the sentence the individual reads.
GROUNDS = {
    "COM-1": "We must do what can reasonably be done. Doing this would take more than that.",
    "COM-2": "We asked how payment will be handled, and need to know it before we can do this.",
    "COM-3": "We asked at which other address or in which other way we can reach you, and need to "
    "know it before we can do this.",
}


def _agreed(move: Move[Any]) -> Agreed:
    wish = move.input.changed or move.request.details
    means = tuple(str(one.label) for one in wish.means)
    return Agreed(common(move), means, wish.only_about or "")


def _denied(move: Move[Any]) -> Denied:
    given = move.input
    return Denied(common(move), said(GROUNDS[given.ground.value]), given.explanation)


AGREED = Letter(
    "communications_agreed",
    _agreed,
    (Element("the ways in which we reach the individual", "164.522(b)(1)(i)", lambda c: c.means),),
)
DENIED = Letter(
    "communications_denied",
    _denied,
    (
        Element("the ground", "164.522(b)(2)(ii)", lambda c: (c.ground, c.explanation)),
        *complaint_elements("164.530(d); 160.306"),
    ),
)
