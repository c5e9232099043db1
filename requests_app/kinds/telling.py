"""Who is told of an amendment: named, agreed to, told with proof (164.526(c)(2)-(3)).

Moves that leave the state as it is.  They stay possible on a closed request: whoever the individual
names later is told as well.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from requests_app.disclosures.models import Disclosure
from requests_app.errors import Problem
from requests_app.kinds import amendment_rules as law
from requests_app.kinds.base import Move, move, stay
from requests_app.kinds.delivery import Way
from requests_app.permissions import Permission as P
from requests_app.practice.models import BusinessAssociate
from requests_app.questions import EXAMPLE_ID, choice, day, many, text, yes_no
from requests_app.questions.amounts import whole
from requests_app.standing.amendment_notices import (
    PersonFacts,
    PersonToTell,
    StepFacts,
    StepKind,
    TellingStep,
    Why,
)

#: More persons than anybody can be told of one by one.
MOST_PERSONS = 200


@dataclass(frozen=True)
class Holder:
    """Somebody known to hold the old text, who relied on it or could, to the individual's harm."""

    disclosure: str | None = text(
        name="the line of the disclosure log",
        question="Which line of the disclosure log shows that they have it?",
        max_length=64,
        example=EXAMPLE_ID,
        optional=True,
    )
    associate: str | None = text(
        name="the business associate",
        question="Is it a business associate? Which?",
        max_length=64,
        example=EXAMPLE_ID,
        optional=True,
    )
    name: str | None = text(
        name="the name", question="Otherwise, who?", max_length=200, optional=True
    )
    contact: str | None = text(
        name="how to reach them", question="How can they be reached?", max_length=400, optional=True
    )
    why: str | None = text(
        name="why they rely on it",
        question="Why could they rely on the old text?",
        max_length=1000,
        multiline=True,
        optional=True,
    )

    def problems(self) -> Iterable[Problem]:
        """Something must say who it is."""
        if not (self.disclosure or self.associate or self.name):
            yield Problem("/name", "Say who it is: a line, a business associate or a name.")


@dataclass(frozen=True)
class Named:
    """Somebody the individual wants told."""

    name: str = text(name="the name", question="Who should be told?", max_length=200)
    contact: str = text(
        name="how to reach them",
        question="Telephone, e-mail or address",
        max_length=400,
    )


@dataclass(frozen=True)
class Agreement:
    """Yes or no to one person we listed."""

    person: int = whole(
        least=1,
        most=MOST_PERSONS,
        name="the person",
        question="Which person? The number in our letter",
    )
    agreed: bool = yes_no(name="whether they may be told", question="May we tell them?")


@dataclass(frozen=True)
class NamePersons:
    """Whom to tell. Both left open means: nobody."""

    persons: tuple[Named, ...] | None = many(
        Named, name="whom to tell", question="Who should be told of the amendment?", optional=True
    )
    answers: tuple[Agreement, ...] | None = many(
        Agreement,
        name="your answers",
        question="May we tell the people our letter lists?",
        optional=True,
    )


@dataclass(frozen=True)
class Settle:
    """The officer's decision where the individual and the duty to tell do not agree."""

    person: int = whole(least=1, most=MOST_PERSONS, name="the person", question="Which person?")
    tell: bool = yes_no(name="whether they are told", question="Are they told?")
    reasons: str = text(
        name="the reasons", question="Give your reasons", max_length=2000, multiline=True
    )


@dataclass(frozen=True)
class Tell:
    """One notice, and the proof of it."""

    person: int = whole(least=1, most=MOST_PERSONS, name="the person", question="Who was told?")
    how: Way = choice(Way, name="how", question="How?", example=Way.POST)
    on: date | None = day(
        name="the day", question="On which day, if not today?", not_future=True, optional=True
    )
    reached: bool = yes_no(name="whether they were reached", question="Were they reached?")
    proof: str = text(
        name="the proof",
        question="What shows it?",
        max_length=1000,
        multiline=True,
        example="Certified letter, receipt in the file",
    )


def name_persons(*states: str) -> Any:
    @move(
        stay(*states),
        needs=(P.FILE_OWN, P.WORK_REQUESTS),
        asks=NamePersons,
        checks=[law.something_accepted],
        input_checks=[law.answers_fit],
    )
    def name_persons(self: Any, move: Move[NamePersons]) -> None:
        """Said whom to tell of the amendment. And who may be told of those we know to rely on it."""
        for named in move.input.persons or ():
            _add(move, Why.NAMED, PersonFacts(named.name, named.contact))
        for answer in move.input.answers or ():
            what = StepKind.AGREED if answer.agreed else StepKind.REFUSED
            _step(move, answer.person, what)

    return name_persons


def add_person(*states: str) -> Any:
    @move(
        stay(*states),
        needs=P.WORK_REQUESTS,
        asks=Holder,
        checks=[law.something_accepted],
        input_checks=[law.holder_known],
    )
    def add_person(self: Any, move: Move[Holder]) -> None:
        """Somebody found who holds the old text. The individual is asked before they are told."""
        add_holders(move, (move.input,))

    return add_person


def settle(*states: str) -> Any:
    @move(
        stay(*states),
        needs=P.DECIDE,
        asks=Settle,
        checks=[law.something_to_settle],
        input_checks=[law.settled_person_fits],
    )
    def settle(self: Any, move: Move[Settle]) -> None:
        """Officer decided whether somebody is told. With reasons, and with the conflict on record."""
        what = StepKind.SETTLED_TELL if move.input.tell else StepKind.SETTLED_LEAVE
        _step(move, move.input.person, what, words=move.input.reasons)

    return settle


def tell(*states: str) -> Any:
    @move(
        stay(*states),
        needs=P.WORK_REQUESTS,
        asks=Tell,
        checks=[law.something_accepted, law.somebody_to_tell],
        input_checks=[law.person_may_be_told, law.told_after_decision],
    )
    def tell(self: Any, move: Move[Tell]) -> None:
        """Notice of the amendment recorded. Who, how, when, and the proof (c)(3)."""
        given = move.input
        what = StepKind.TOLD if given.reached else StepKind.TRIED
        _step(move, given.person, what, words=given.proof, how=given.how, on=given.on)

    return tell


def add_holders(move: Move[Any], holders: Iterable[Holder]) -> None:
    """Note who holds the old text, with what shows it."""
    for holder in holders:
        why, facts = _facts(holder)
        _add(move, why, facts, disclosure=holder.disclosure, associate=holder.associate)


def _facts(holder: Holder) -> tuple[Why, PersonFacts]:
    """Name and contact as the contract or the ledger has them."""
    relied = holder.why or ""
    if holder.associate:
        firm = BusinessAssociate.objects.get(pk=holder.associate)
        contact = holder.contact or f"{firm.contact_name}, {firm.telephone}"
        return Why.ASSOCIATE, PersonFacts(firm.name, contact, relied or firm.service)
    if holder.disclosure:
        line = Disclosure.objects.get(pk=holder.disclosure)
        seen = relied or f"{line.disclosed_on:%Y-%m-%d}: {line.facts.description}"
        contact = holder.contact or line.facts.recipient_address
        return Why.RELIED, PersonFacts(line.facts.recipient_name, contact, seen)
    return Why.RELIED, PersonFacts(holder.name or "", holder.contact or "", relied)


def _add(
    move: Move[Any],
    why: Why,
    facts: PersonFacts,
    *,
    disclosure: str | None = None,
    associate: str | None = None,
) -> None:
    PersonToTell.objects.create(
        request_id=move.request.pk,
        number=PersonToTell.objects.filter(request_id=move.request.pk).count() + 1,
        why=why,
        disclosure_id=disclosure or None,
        associate_id=associate or None,
        facts=facts,
        added_by=move.actor.id,
        added_at=move.now,
    )


def _step(
    move: Move[Any],
    person: int,
    what: StepKind,
    *,
    words: str = "",
    how: str = "",
    on: date | None = None,
) -> None:
    row = PersonToTell.objects.get(request_id=move.request.pk, number=person)
    TellingStep.objects.create(
        person=row,
        version=move.version,
        what=what,
        how=how,
        on=on or move.today,
        facts=StepFacts(words),
        made_by=move.actor.id,
        made_at=move.now,
    )
