"""After a denial: statement of disagreement, rebuttal, and what goes along (164.526(d)(2)-(5)).

A statement has no deadline.  There is no review of the denial and no fee.
"""

from dataclasses import dataclass
from typing import Any

from requests_app.kinds import amending
from requests_app.kinds import amendment_rules as law
from requests_app.kinds.base import Move, go, move, stay
from requests_app.permissions import Permission as P
from requests_app.questions import text
from requests_app.standing.amendment_links import PaperKind


@dataclass(frozen=True)
class Disagree:
    """The individual's own words."""

    statement: str = text(
        name="your statement",
        question="Why do you disagree with the denial?",
        hint="It goes with every later disclosure of the record, in your words.",
        max_length=20_000,
        multiline=True,
    )


@dataclass(frozen=True)
class Rebut:
    """The practice's answer to the statement."""

    rebuttal: str = text(
        name="the rebuttal",
        question="What does the practice answer?",
        hint="The individual gets a copy, word for word.",
        max_length=20_000,
        multiline=True,
    )


@dataclass(frozen=True)
class Summarise:
    """An accurate summary of what is linked to the record."""

    summary: str = text(
        name="the summary",
        question="Sum up the request, the denial, the statement and the rebuttal",
        hint="It may go along in their place. A newer statement or rebuttal makes it outdated.",
        max_length=4000,
        multiline=True,
    )


def disagree(stays: tuple[str, ...], goes: tuple[str, ...], *, to: str) -> Any:
    @move(
        stay(*stays) | go(*goes, to=to),
        needs=(P.FILE_OWN, P.WORK_REQUESTS),
        asks=Disagree,
        checks=[law.denial_stands],
        input_checks=[law.statement_fits],
    )
    def disagree(self: Any, move: Move[Disagree]) -> None:
        """Statement of disagreement filed. From now on it goes with every disclosure of the record."""
        amending.add_paper(move, PaperKind.STATEMENT, move.input.statement)

    return disagree


def rebut(*states: str, to: str) -> Any:
    @move(
        go(*states, to=to),
        needs=P.DECIDE,
        asks=Rebut,
        checks=[law.denial_stands, law.statement_unanswered],
    )
    def rebut(self: Any, move: Move[Rebut]) -> None:
        """Statement of disagreement answered. The individual gets a copy of the rebuttal (d)(3)."""
        amending.add_paper(move, PaperKind.REBUTTAL, move.input.rebuttal)

    return rebut


def ask_to_accompany(*states: str) -> Any:
    @move(
        stay(*states),
        needs=(P.FILE_OWN, P.WORK_REQUESTS),
        checks=[law.denial_stands, law.not_carried_yet],
    )
    def ask_to_accompany(self: Any, move: Move[Any]) -> None:
        """Asked that request and denial go with later disclosures. In place of a statement (d)(5)."""
        amending.add_paper(move, PaperKind.WISH)

    return ask_to_accompany


def summarise(*states: str) -> Any:
    @move(
        stay(*states),
        needs=P.DECIDE,
        asks=Summarise,
        checks=[law.denial_stands, law.something_carried],
    )
    def summarise(self: Any, move: Move[Summarise]) -> None:
        """Accurate summary written. It may go along in place of the papers (d)(5)(i)."""
        amending.add_paper(move, PaperKind.SUMMARY, move.input.summary)

    return summarise
