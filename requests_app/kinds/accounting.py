"""Accounting of disclosures: to whom the practice has disclosed, when, what and why. 45 CFR 164.528.

The right    the accountable disclosures of the six years before the request, or of a shorter period
The clock    60 days from receipt; once 30 more, by a written notice in time (c)(1)
Associates   each that may have disclosed is asked, with a last day of its own; who has not answered
             by then holds nothing back, and a supplement is owed (a)(1)
The fee      the first accounting in any twelve months is free; a later one may cost a reasonable
             amount, only after the individual was told it and could withdraw or change (c)(2)
The exits    given · could not verify who asks · withdrawn · moved to another kind.  There is no
             ground of denial; what is left out is left out by the exclusions of (a)(1) alone
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from requests_app import rules
from requests_app.disclosures import associates, issue
from requests_app.disclosures import rules as ledger_rules
from requests_app.disclosures.periods import period
from requests_app.errors import Problem
from requests_app.kinds import common, effects
from requests_app.kinds.base import Clock, Kind, Move, go, move, stay
from requests_app.kinds.registry import register
from requests_app.letters import accounting as letters
from requests_app.letters import shared
from requests_app.letters.models import Provided
from requests_app.permissions import Permission as P
from requests_app.questions import choice, day, in_order, text, yes_no
from requests_app.questions.amounts import money


class State(models.TextChoices):
    """In life order. The label is the word on every page and letter."""

    RECEIVED = "received", _("Received")
    IN_REVIEW = "in_review", _("In progress")
    WAITING = "waiting", _("Waiting for you")
    FEE_QUOTED = "fee_quoted", _("Fee quoted, waiting for you")
    FEE_AGREED = "fee_agreed", _("Fee agreed, being prepared")
    PROVIDED = "provided", _("Given")
    UNVERIFIED = "unverified", _("Could not be verified")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    MOVED = "moved", _("Moved")
    CLOSED = "closed", _("Closed")


S = State


@dataclass(frozen=True)
class Details:
    """What the patient asks: all six years, or a shorter period."""

    since: date | None = day(
        name="the first day",
        question="From which day?",
        hint="Leave it open for the full six years.",
        not_future=True,
        optional=True,
    )
    until: date | None = day(
        name="the last day", question="Until which day?", not_future=True, optional=True
    )

    def problems(self) -> Iterable[Problem]:
        """Combinations that cannot be carried out."""
        yield from in_order(self.since, self.until, at="/until")


@dataclass(frozen=True)
class QuoteFee:
    """The amount told in advance (c)(2)."""

    fee: int = money(name="the fee", question="What will it cost?")
    basis: str = text(
        name="how the fee is made up",
        question="How is the fee made up?",
        max_length=1000,
        multiline=True,
    )


@dataclass(frozen=True)
class Narrow:
    """A shorter period, chosen by the individual to reduce or avoid the fee."""

    since: date = day(name="the first day", question="From which day?", not_future=True)
    until: date = day(name="the last day", question="Until which day?", not_future=True)

    def problems(self) -> Iterable[Problem]:
        """Combinations that cannot be carried out."""
        yield from in_order(self.since, self.until, at="/until")


@dataclass(frozen=True)
class Provide:
    """How the individual gets the written accounting."""

    provided: Provided = choice(
        Provided, name="how it is provided", question="How does the individual get it?"
    )
    series: bool | None = yes_no(
        name="whether repeated disclosures are told as a series",
        question="Tell repeated disclosures to one recipient for one purpose as a series?",
        hint="The first in full, how often or how many, and the day of the last.",
        optional=True,
    )


@dataclass(frozen=True)
class Supply:
    """How the individual gets what is added."""

    provided: Provided = choice(
        Provided, name="how it is provided", question="How does the individual get it?"
    )


@register
class Accounting(Kind):
    """One request for an accounting of disclosures."""

    name = "accounting"
    title = _("See who my information was disclosed to")
    citation = "45 CFR 164.528"
    State = State
    Details = Details

    class Meta:
        proxy = True

    @classmethod
    def check_details(cls, details: Any, *, received: date) -> None:
        """The period asked for lies inside the six years before the request (a)(1)."""
        period(received, since=details.since, until=details.until)

    file = common.file(S.RECEIVED)
    file_signed_in = common.file_signed_in(S.IN_REVIEW, then=associates.ask)
    confirm_identity = common.confirm_identity(S.RECEIVED, S.IN_REVIEW, then=associates.ask)
    ask = common.ask(S.IN_REVIEW, S.WAITING)
    answer = common.answer(S.WAITING, S.IN_REVIEW)
    extend = common.extend(S.RECEIVED, S.IN_REVIEW, S.WAITING, S.FEE_QUOTED, S.FEE_AGREED)

    @move(
        go(S.IN_REVIEW, S.WAITING, to=S.FEE_QUOTED),
        needs=P.DECIDE,
        asks=QuoteFee,
        checks=[rules.identity_confirmed, ledger_rules.not_the_free_one],
    )
    def quote_fee(self, move: Move[QuoteFee]) -> None:
        """Fee told in advance. The individual may agree, ask for less, or withdraw (c)(2)."""
        effects.record_decision(move, "quote_fee", note=move.input.basis)
        self.fee_cents = move.input.fee

    @move(go(S.FEE_QUOTED, to=S.FEE_AGREED), needs=(P.FILE_OWN, P.WORK_REQUESTS))
    def agree_fee(self, move: Move[object]) -> None:
        """Fee agreed. The accounting is prepared; paying is no condition of getting it."""

    @move(
        go(S.FEE_QUOTED, S.IN_REVIEW, S.WAITING, to=S.IN_REVIEW),
        needs=(P.FILE_OWN, P.WORK_REQUESTS),
        asks=Narrow,
        input_checks=[ledger_rules.within_look_back],
    )
    def narrow(self, move: Move[Narrow]) -> None:
        """Period made shorter. As the individual chose; a fee quoted before no longer stands."""
        effects.record_decision(move, "narrow", period=(move.input.since, move.input.until))
        self.fee_cents = None

    could_not_verify = common.could_not_verify(S.RECEIVED, S.IN_REVIEW, S.WAITING, to=S.UNVERIFIED)

    @move(
        go(S.IN_REVIEW, S.WAITING, S.FEE_QUOTED, S.FEE_AGREED, to=S.PROVIDED),
        needs=P.DECIDE,
        asks=Provide,
        checks=[
            rules.identity_confirmed,
            rules.authority_in_force,
            ledger_rules.classified_or_near_due,
            associates.answered_or_past_their_day,
        ],
    )
    def provide(self, move: Move[Provide]) -> None:
        """Accounting given. Built from the ledger by rule, frozen and kept (b), (d)."""
        if self.state == S.FEE_QUOTED:
            self.fee_cents = None  # Nobody agreed to it, and silence does not stop the clock.
        issue.issue(move)

    @move(
        stay(S.PROVIDED, S.CLOSED),
        needs=P.DECIDE,
        asks=Supply,
        checks=[ledger_rules.something_is_owed],
    )
    def supplement(self, move: Move[Supply]) -> None:
        """Accounting supplemented. What could not be told before is told now (a)(1), (a)(2)."""
        issue.supplement(move)

    withdraw = common.withdraw(
        S.RECEIVED, S.IN_REVIEW, S.WAITING, S.FEE_QUOTED, S.FEE_AGREED, to=S.WITHDRAWN
    )
    refile = common.refile(
        S.RECEIVED, S.IN_REVIEW, S.WAITING, S.FEE_QUOTED, S.FEE_AGREED, to=S.MOVED
    )
    close = common.close(S.PROVIDED, S.UNVERIFIED, S.WITHDRAWN, to=S.CLOSED)
    reopen = common.reopen(S.UNVERIFIED, S.WITHDRAWN, S.CLOSED, to=S.IN_REVIEW)

    LETTERS = {
        "extend": shared.EXTENDED,
        "quote_fee": letters.FEE_QUOTED,
        "could_not_verify": shared.UNVERIFIED,
        "provide": letters.PROVIDED,
        "supplement": letters.SUPPLEMENTED,
    }
    CLOCK = {
        "file": Clock.START,
        "file_signed_in": Clock.START,
        "extend": Clock.EXTEND,
        "could_not_verify": Clock.STOP,
        "provide": Clock.STOP,
        "withdraw": Clock.STOP,
        "refile": Clock.STOP,
        "reopen": Clock.RESUME,
    }
