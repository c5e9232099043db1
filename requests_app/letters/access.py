"""Letters of an access request, with what 164.524(c)-(d) requires of each."""

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.formats import time_format
from django.utils.translation import gettext as _

from requests_app.kinds.base import Move
from requests_app.kinds.fees import FeeQuote
from requests_app.kinds.grounds import GROUNDS
from requests_app.letters.context import Common, common, complaint_elements, in_words
from requests_app.letters.letter import Element, Letter
from requests_app.words import said


@dataclass(frozen=True)
class GroundWords:
    """One ground as the individual reads it."""

    withheld: str
    explanation: str
    sentence: str
    citation: str
    reviewable: bool


@dataclass(frozen=True)
class Fee:
    """The fee as it is told in advance: the amount, and what it is made up of."""

    total: str
    parts: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Granted:
    """Acceptance, and what will be given."""

    common: Common
    given: str
    fee: Fee | None
    elsewhere: str


@dataclass(frozen=True)
class Denied:
    """The written denial of the whole or of a part."""

    common: Common
    given: str
    fee: Fee | None
    elsewhere: str
    grounds: tuple[GroundWords, ...]

    @property
    def reviewable(self) -> tuple[GroundWords, ...]:
        """The grounds whose denial can be reviewed."""
        return tuple(ground for ground in self.grounds if ground.reviewable)


@dataclass(frozen=True)
class Redirected:
    """Not held here; where to ask, if known."""

    common: Common
    asked_for: str
    where: str


@dataclass(frozen=True)
class Reviewed:
    """The result of a review."""

    common: Common
    reasons: str
    concerned: str


@dataclass(frozen=True)
class ToLookAt:
    """When and where the records can be looked at."""

    common: Common
    at: str
    where: str


@dataclass(frozen=True)
class SummaryProposed:
    """A summary in place of the records, and what it would cost."""

    common: Common
    about: str
    cost: str


def money(cents: int | None) -> str:
    """$6.50; empty when there is nothing to pay."""
    return f"${cents / 100:,.2f}" if cents else ""


def _granted(move: Move[Any]) -> Granted:
    given = move.input
    return Granted(common(move), given.given, _fee(given.fee), given.elsewhere or "")


def _denied(move: Move[Any]) -> Denied:
    asked = move.input
    return Denied(
        common=common(move),
        given=getattr(asked, "given", ""),
        fee=_fee(getattr(asked, "fee", None)),
        elsewhere=asked.elsewhere or "",
        grounds=tuple(_words(ground) for ground in asked.grounds),
    )


def _fee(quote: FeeQuote | None) -> Fee | None:
    if quote is None or not quote.total:
        return None
    parts = tuple((str(part.what.label), money(part.amount) or "$0.00") for part in quote.parts)
    return Fee(money(quote.total), parts)


def _words(ground: Any) -> GroundWords:
    law = GROUNDS[ground.code.value]
    return GroundWords(
        ground.withheld, ground.explanation, said(law.sentence), law.citation, law.reviewable
    )


def _redirected(move: Move[Any]) -> Redirected:
    return Redirected(common(move), move.input.asked_for, move.input.where or "")


def _reviewed(move: Move[Any]) -> Reviewed:
    return Reviewed(common(move), move.input.reasons, _concerned(move.request))


def _to_look_at(move: Move[Any]) -> ToLookAt:
    local = move.input.at.astimezone(ZoneInfo(move.request.site.time_zone))
    return ToLookAt(
        common(move), f"{in_words(local.date())}, {time_format(local.time())}", move.input.where
    )


def _summary_proposed(move: Move[Any]) -> SummaryProposed:
    return SummaryProposed(common(move), move.input.about, money(move.input.cost) or _("nothing"))


def _concerned(request: Any) -> str:
    """What the denial under review withheld on the grounds that can be reviewed."""
    denial = request.decisions.filter(move__in=("deny", "grant_in_part")).latest("version")
    return "; ".join(g.withheld for g in denial.facts.grounds if GROUNDS[g.code].reviewable)


_BASIS = Element(
    "the basis of the denial",
    "164.524(d)(2)(i)",
    lambda c: tuple(text for ground in c.grounds for text in (ground.sentence, ground.explanation)),
)
_REVIEW = Element(
    "the right of review and how to use it",
    "164.524(d)(2)(ii)",
    # Nothing reviewable: the element asks only for what is there anyway.
    lambda c: (
        ("You have the right to have this denial reviewed",)
        if c.reviewable
        else (c.common.practice,)
    ),
)
_CONCERNED = Element("what the review was about", "164.524(d)(4)", lambda c: (c.concerned,))
_DENIAL = (_BASIS, _REVIEW, *complaint_elements("164.524(d)(2)(iii)"))
_GIVEN = Element("what will be given", "164.524(c)(1)", lambda c: (c.given,))
_FEE = Element(
    "the fee and what it is made up of",
    "164.524(c)(4)",
    # No fee: the element asks only for what is there anyway.
    lambda c: (
        (c.fee.total, *(words for part in c.fee.parts for words in part))
        if c.fee
        else (c.common.practice,)
    ),
)

GRANTED = Letter("access_granted", _granted, (_GIVEN, _FEE))
GRANTED_IN_PART = Letter("access_granted_in_part", _denied, (_GIVEN, _FEE, *_DENIAL))
TO_LOOK_AT = Letter(
    "access_to_look_at",
    _to_look_at,
    (Element("the time and the place", "164.524(c)(3)(i)", lambda c: (c.at, c.where)),),
)
SUMMARY_PROPOSED = Letter(
    "access_summary_proposed",
    _summary_proposed,
    (
        Element("what the summary would cover", "164.524(c)(2)(iii)(A)", lambda c: (c.about,)),
        Element("what it would cost", "164.524(c)(2)(iii)(B)", lambda c: (c.cost,)),
    ),
)
DENIED = Letter("access_denied", _denied, _DENIAL)
REDIRECTED = Letter(
    "access_redirected",
    _redirected,
    (Element("what is not held here", "164.524(d)(3)", lambda c: (c.asked_for,)),),
)
UPHELD = Letter(
    "access_review_upheld",
    _reviewed,
    (
        Element("the reviewer's reasons", "164.524(d)(4)", lambda c: (c.reasons,)),
        _CONCERNED,
        *complaint_elements("164.524(d)(4)"),
    ),
)
REVERSED = Letter("access_review_reversed", _reviewed, (_CONCERNED,))
