"""Letters of an amendment request, with what 164.526(c)-(d) requires of each."""

from dataclasses import dataclass
from typing import Any

from requests_app.deadlines.calendars import day_of
from requests_app.kinds.amendment_grounds import GROUNDS
from requests_app.kinds.amendment_rules import statement_limit
from requests_app.kinds.base import Move
from requests_app.letters.context import Common, common, complaint_elements, in_words
from requests_app.letters.letter import Element, Letter
from requests_app.standing.amendment_links import PaperKind, papers
from requests_app.standing.amendment_notices import Stand, matters
from requests_app.words import said


@dataclass(frozen=True)
class Person:
    """Somebody the individual is asked about, by the number the answer names."""

    number: int
    name: str


@dataclass(frozen=True)
class GroundWords:
    """One ground as the individual reads it."""

    asked: str
    record: str
    explanation: str
    sentence: str
    citation: str
    originator: str


@dataclass(frozen=True)
class Accepted:
    """What is put right, and whom the individual is asked about."""

    common: Common
    given: tuple[str, ...]
    persons: tuple[Person, ...]


@dataclass(frozen=True)
class Denied:
    """The written denial, of all or of the rest."""

    common: Common
    given: tuple[str, ...]
    persons: tuple[Person, ...]
    grounds: tuple[GroundWords, ...]
    limit: str


@dataclass(frozen=True)
class Rebutted:
    """The copy of the rebuttal."""

    common: Common
    stated: str
    rebuttal: str


def _accepted(move: Move[Any]) -> Accepted:
    return Accepted(common(move), (move.input.given,), _persons(move))


def _denied(move: Move[Any]) -> Denied:
    asked = move.request.details.items
    return Denied(
        common=common(move),
        given=tuple(part.given for part in getattr(move.input, "accepted", ())),
        persons=_persons(move),
        grounds=tuple(_words(g, asked[g.item - 1]) for g in move.input.grounds),
        limit=f"{statement_limit():,}",
    )


def _words(ground: Any, item: Any) -> GroundWords:
    law = GROUNDS[ground.code.value]
    return GroundWords(
        asked=f"{item.record}: {item.should}",
        record=ground.record,
        explanation=ground.explanation,
        sentence=said(law.sentence),
        citation=law.citation,
        originator=ground.originator or "",
    )


def _persons(move: Move[Any]) -> tuple[Person, ...]:
    """Those the individual has not said yes or no to."""
    return tuple(
        Person(matter.person.number, matter.person.facts.name)
        for matter in matters(move.request)
        if matter.stand == Stand.UNASKED
    )


def _rebutted(move: Move[Any]) -> Rebutted:
    statement = papers(move.request, PaperKind.STATEMENT).last()
    assert statement is not None  # amendment_rules.statement_unanswered
    stated = day_of(statement.added_at, move.request.site.time_zone)
    return Rebutted(common(move), in_words(stated), move.input.rebuttal)


_GIVEN = Element("what is put right", "164.526(c)(2)", lambda c: c.given)
_WHOM = Element(
    "the question whom to tell, and the individual's agreement",
    "164.526(c)(2)",
    lambda c: (
        "Tell us who else should know",
        "agree that we tell them",
        *(f"{person.number}. {person.name}" for person in c.persons),
    ),
)
_DENIAL = (
    Element(
        "the basis of the denial",
        "164.526(d)(1)(i)",
        lambda c: tuple(text for g in c.grounds for text in (g.sentence, g.explanation)),
    ),
    Element(
        "the right to a statement of disagreement and how to file it",
        "164.526(d)(1)(ii)",
        lambda c: (
            "You have the right to send us a written statement of disagreement",
            "in this service, by post or by handing it in",
        ),
    ),
    Element(
        "that request and denial go with later disclosures when the individual asks",
        "164.526(d)(1)(iii)",
        lambda c: (
            "If you send no statement, you can ask that your request and this denial go with every "
            "later disclosure",
        ),
    ),
    *complaint_elements("164.526(d)(1)(iv)"),
)

ACCEPTED = Letter("amendment_accepted", _accepted, (_GIVEN, _WHOM))
ACCEPTED_IN_PART = Letter("amendment_accepted_in_part", _denied, (_GIVEN, _WHOM, *_DENIAL))
DENIED = Letter("amendment_denied", _denied, _DENIAL)
REBUTTED = Letter(
    "amendment_rebutted",
    _rebutted,
    (
        Element("the rebuttal", "164.526(d)(3)", lambda c: (c.rebuttal,)),
        *complaint_elements("164.526(d)(1)(iv)"),
    ),
)
