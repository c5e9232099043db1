"""Letters of an accounting request, with what 164.528(b)-(c) requires of each."""

from dataclasses import dataclass
from typing import Any

from requests_app.disclosures import associates, issue
from requests_app.kinds.base import Move
from requests_app.letters.access import money
from requests_app.letters.context import Common, common, in_words
from requests_app.letters.letter import Element, Letter


@dataclass(frozen=True)
class FeeQuoted:
    """The fee told in advance, with the choices the individual has."""

    common: Common
    fee: str
    basis: str


@dataclass(frozen=True)
class Provided:
    """The written accounting itself."""

    common: Common
    first: str
    last: str
    lines: tuple[dict[str, str], ...]
    awaited: int


def _fee_quoted(move: Move[Any]) -> FeeQuoted:
    return FeeQuoted(common(move), money(move.input.fee), move.input.basis)


def _provided(move: Move[Any]) -> Provided:
    frozen = issue.issued_by(move)
    return Provided(
        common(move),
        in_words(frozen.period_from),
        in_words(frozen.period_until),
        frozen.text.lines,
        associates.open_inquiries(move.request).count(),
    )


FEE_QUOTED = Letter(
    "accounting_fee_quoted",
    _fee_quoted,
    (
        Element("the amount of the fee", "164.528(c)(2)", lambda c: (c.fee,)),
        Element(
            "that the individual may withdraw or change the request",
            "164.528(c)(2)",
            lambda c: ("withdraw your request", "shorter period"),
        ),
    ),
)
PROVIDED = Letter(
    "accounting_provided",
    _provided,
    (
        Element("the period covered", "164.528(a)(1)", lambda c: (c.first, c.last)),
        Element(
            "date, recipient, description and purpose of each disclosure",
            "164.528(b)(2)",
            # What was never recorded is the office's to mend and is said; it makes no list late.
            lambda c: (
                tuple(line[k] for line in c.lines for k in ("date", "recipient", "purpose"))
                or (c.first,)
            ),
        ),
    ),
)
