"""Letters that every kind with a clock may owe."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from requests_app.deadlines.policy import Policy
from requests_app.kinds import clock
from requests_app.kinds.base import Move
from requests_app.letters.context import Common, common, complaint_elements, in_words
from requests_app.letters.letter import Element, Letter


@dataclass(frozen=True)
class Extended:
    """The written notice of extension.

    before, until, due  the day the answer was due, the day it will be completed, and the day it is
                        due now, which is earlier than `until` where a rule is not satisfied
    rule                what sets that earlier day, with its citation; empty where none does
    under               the citations of the rules this notice extends
    """

    common: Common
    reasons: str
    before: str
    until: str
    due: str
    rule: str
    under: str


@dataclass(frozen=True)
class Unverified:
    """The notice that identity could not be verified. It says nothing about any chart.

    to  the address that came with the request; empty where the letter goes another way
    """

    common: Common
    to: str


def _extended(move: Move[Any]) -> Extended:
    # The clock has taken the notice already, so its answer says what the notice did.
    answer = clock.answer(move.request)
    until = move.input.completion_date
    extended = [limit.policy.extension for limit in answer.limits if limit.extended]
    return Extended(
        common(move),
        move.input.reasons,
        before=in_words(min(limit.first_due for limit in answer.limits)),
        until=in_words(until),
        due=in_words(answer.due),
        rule=_named(answer.governing) if answer.due < until else "",
        under="; ".join(terms.citation for terms in extended if terms),
    )


def _named(row: Policy) -> str:
    return f"{_(row.title)} ({row.citation})"


def _unverified(move: Move[Any]) -> Unverified:
    asked_from = move.input.to in {None, "asked_from"}
    return Unverified(common(move), move.request.filed.asker.contact if asked_from else "")


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
        Element(
            "the last day the law allows", "164.524(b)(2); 160.203(b)", lambda c: (c.due, c.under)
        ),
    ),
)
UNVERIFIED = Letter("unverified", _unverified, complaint_elements("164.530(d); 160.306"))
