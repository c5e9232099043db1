"""What the practice decides and does in an access request: the inputs of its moves (c)-(d)."""

from dataclasses import dataclass
from datetime import datetime

from requests_app.kinds.fees import FeeQuote
from requests_app.kinds.grounds import Withheld
from requests_app.questions import group, many, text, yes_no
from requests_app.questions.amounts import instant, money


@dataclass(frozen=True)
class Grant:
    """What will be given."""

    given: str = text(
        name="what will be given", question="What will be given?", max_length=2000, multiline=True
    )
    fee: FeeQuote | None = group(
        FeeQuote,
        name="the fee",
        question="The approximate fee for the copy, if any; told now, before it is made",
        optional=True,
    )
    elsewhere: str | None = text(
        name="what is held elsewhere",
        question="Anything asked for that is not held here, and where to ask for it?",
        max_length=1000,
        multiline=True,
        optional=True,
    )


@dataclass(frozen=True)
class GrantInPart(Grant):
    """What will be given, and the written denial of the rest (d)(1)-(2)."""

    grounds: tuple[Withheld, ...] = many(Withheld, name="the grounds", question="What is withheld?")


@dataclass(frozen=True)
class Deny:
    """The written denial of the whole, where nothing is left to give."""

    grounds: tuple[Withheld, ...] = many(Withheld, name="the grounds", question="What is withheld?")
    nothing_left: bool = yes_no(
        name="whether anything is left",
        question="Is nothing left that could be given once this is taken out?",
    )
    elsewhere: str | None = text(
        name="where to ask",
        question="If it is held elsewhere, where?",
        max_length=1000,
        multiline=True,
        optional=True,
    )


@dataclass(frozen=True)
class Redirect:
    """Not held here (d)(3)."""

    asked_for: str = text(
        name="what is not held here",
        question="What is not held here?",
        max_length=1000,
        multiline=True,
    )
    where: str | None = text(
        name="where to ask",
        question="Where can the individual ask for it, if you know?",
        max_length=1000,
        multiline=True,
        optional=True,
    )


@dataclass(frozen=True)
class Arrange:
    """When and where the records are looked at: convenient for both (c)(3)(i)."""

    at: datetime = instant(
        name="the time",
        question="When? Agree it with the individual.",
        example="2027-03-10T10:00:00-05:00",
    )
    where: str = text(
        name="the place",
        question="Where?",
        max_length=400,
        example="The practice, room 2",
    )


@dataclass(frozen=True)
class LookedAt:
    """What was looked at, and that nothing was taken for it."""

    shown: str = text(
        name="what was shown",
        question="What was looked at, and when?",
        max_length=1000,
        multiline=True,
        example="All visit notes, on March 10",
    )


@dataclass(frozen=True)
class ProposeSummary:
    """A summary in place of the records, and its fee: nothing is written before both are agreed."""

    about: str = text(
        name="what it would say",
        question="What would the summary cover?",
        max_length=1000,
        multiline=True,
        example="Your treatment in 2025 on two pages",
    )
    cost: int = money(name="what it costs", question="What would it cost?")
