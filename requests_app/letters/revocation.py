"""Letters about a revocation. The law prescribes none; whoever revokes is told what it ended."""

from dataclasses import dataclass
from typing import Any

from requests_app.kinds.base import Move
from requests_app.letters.context import Common, common, in_words
from requests_app.letters.letter import Element, Letter
from requests_app.standing import authorizations


@dataclass(frozen=True)
class InWriting:
    """How to make it count."""

    common: Common


@dataclass(frozen=True)
class InEffect:
    """Since when, and what had been done before."""

    common: Common
    since: str
    none_on_file: bool
    already_done: str


@dataclass(frozen=True)
class PassedOn:
    """Who of the care team was told."""

    common: Common
    told: str


def _in_writing(move: Move[Any]) -> InWriting:
    return InWriting(common(move))


def _in_effect(move: Move[Any]) -> InEffect:
    given = move.input
    return InEffect(
        common(move),
        in_words(move.request.received_on),
        not authorizations.ended_by(move.request).exists(),
        given.already_done or "",
    )


def _passed_on(move: Move[Any]) -> PassedOn:
    return PassedOn(common(move), move.input.told)


IN_WRITING = Letter(
    "revocation_in_writing",
    _in_writing,
    (
        Element(
            "that it must be in writing, and where to send it",
            "164.508(b)(5)",
            lambda c: ("in writing", c.common.address),
        ),
    ),
)
IN_EFFECT = Letter(
    "revocation_in_effect",
    _in_effect,
    (Element("since when it counts", "164.508(b)(5)", lambda c: (c.since,)),),
)
PASSED_ON = Letter(
    "revocation_passed_on",
    _passed_on,
    (Element("who of the care team was told", "164.508(b)(5)", lambda c: (c.told,)),),
)
