"""Letters of a restriction. The rule prescribes none; these are what a decent answer says.

Each that says no names the way to complain; the one about a failed limb names the limb and the ways
to qualify, so that "we need not agree" never stands alone.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from requests_app.kinds.base import Move
from requests_app.kinds.limbs import Failed, failed
from requests_app.letters.context import Common, common, complaint_elements, in_words
from requests_app.letters.letter import Element, Letter
from requests_app.standing.restrictions import Recipient


@dataclass(frozen=True)
class AgreedMust:
    """Agreed, as the law requires."""

    common: Common
    item: str
    plans: str
    days: str
    reveals: str
    already_sent: str


@dataclass(frozen=True)
class NotQualifying:
    """Which limb fails, and how to qualify."""

    common: Common
    item: str
    limbs: tuple[Failed, ...]

    @property
    def ways(self) -> tuple[str, ...]:
        """Every way to qualify, each once."""
        return tuple(dict.fromkeys(way for limb in self.limbs for way in limb.ways))


@dataclass(frozen=True)
class Agreed:
    """Agreed to freely, whole or in part."""

    common: Common
    information: str
    recipients: str
    not_agreed: str


@dataclass(frozen=True)
class Plain:
    """Nothing beside what every letter names."""

    common: Common


@dataclass(frozen=True)
class Lapsed:
    """No longer paid in full."""

    common: Common
    effort: str


@dataclass(frozen=True)
class EndedForLater:
    """From when the restriction no longer reaches new information."""

    common: Common
    day: str


def _agreed_must(move: Move[Any]) -> AgreedMust:
    facts = move.input
    until = facts.service_until
    days = in_words(facts.service_from)
    if until:
        days = _("%(first)s to %(last)s") % {"first": days, "last": in_words(until)}
    return AgreedMust(
        common(move), facts.item, facts.plans, days, facts.reveals or "", facts.already_sent or ""
    )


def _not_qualifying(move: Move[Any]) -> NotQualifying:
    return NotQualifying(common(move), move.input.item, failed(move.input))


def _agreed(move: Move[Any]) -> Agreed:
    given = move.input
    kept_from = "; ".join(str(Recipient(one).label) for one in given.recipients)
    named = f"{kept_from} ({given.named})" if given.named else kept_from
    return Agreed(common(move), given.information, named, getattr(given, "not_agreed", ""))


def _plain(move: Move[Any]) -> Plain:
    return Plain(common(move))


def _lapsed(move: Move[Any]) -> Lapsed:
    return Lapsed(common(move), move.input.effort)


def _ended_for_later(move: Move[Any]) -> EndedForLater:
    from requests_app.kinds import clock  # the clock knows letters' ways; both cannot load first

    return EndedForLater(common(move), in_words(clock.provided_on(move)))


_SCOPE = Element(
    "what is restricted and from whom",
    "164.522(a)(1)(i)",
    lambda c: (c.information, c.recipients),
)
_LIMITS = Element(
    "what no restriction can stop",
    "164.522(a)(1)(v)",
    lambda c: ("the law requires or allows without your agreement",),
)
_COMPLAIN = complaint_elements("164.530(d); 160.306")

AGREED_MUST = Letter(
    "restriction_agreed_must",
    _agreed_must,
    (
        Element("what is kept from which plan", "164.522(a)(1)(vi)", lambda c: (c.item, c.plans)),
        _LIMITS,
    ),
)
NOT_QUALIFYING = Letter(
    "restriction_not_qualifying",
    _not_qualifying,
    (
        Element(
            "the limb that fails and the ways to qualify",
            "164.522(a)(1)(vi)",
            lambda c: (*(text for limb in c.limbs for text in (limb.why, limb.citation)), *c.ways),
        ),
        Element(
            "that the practice may agree all the same",
            "164.522(a)(1)(ii)",
            lambda c: ("may still agree",),
        ),
        *_COMPLAIN,
    ),
)
AGREED = Letter("restriction_agreed", _agreed, (_SCOPE, _LIMITS))
AGREED_IN_PART = Letter(
    "restriction_agreed_in_part",
    _agreed,
    (
        _SCOPE,
        _LIMITS,
        Element("what is not agreed to", "164.522(a)(1)(ii)", lambda c: (c.not_agreed,)),
        *_COMPLAIN,
    ),
)
REFUSED = Letter("restriction_refused", _plain, _COMPLAIN)
LAPSED = Letter(
    "restriction_lapsed",
    _lapsed,
    (
        Element("the effort that was made", "164.522(a)(1)(vi)(B)", lambda c: (c.effort,)),
        *_COMPLAIN,
    ),
)
ENDED = Letter("restriction_ended", _plain)
ENDED_FOR_LATER = Letter(
    "restriction_ended_for_later",
    _ended_for_later,
    (
        Element(
            "that what is held by then stays restricted",
            "164.522(a)(2)(iii)",
            lambda c: (c.day, "stays restricted"),
        ),
        *_COMPLAIN,
    ),
)
