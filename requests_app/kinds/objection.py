"""Objection: to telling family and others, to the directory, to disaster relief. 45 CFR 164.510.

The right    to object, aloud or in writing, to being spoken about; to somebody or to anybody; to a
             part or to all of it; and to lift the objection
The clock    none: the law counts no days.  In force from the moment it was expressed
The exits    carried out · could not find who asks · withdrawn, or moved to another kind,
             before it was in force.  There is no ground of denial, no fee and no form
Beside it    a restriction under 164.522(a) is offered: only that binds the judgment of staff while
             the individual cannot be asked
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from requests_app.deadlines.calendars import end_of_day
from requests_app.errors import BadInput, Problem
from requests_app.kinds import at_once, common
from requests_app.kinds.base import Clock, Kind, Move
from requests_app.kinds.registry import register
from requests_app.letters import objection as letters
from requests_app.letters import shared
from requests_app.questions import choice, choices, day, many, text
from requests_app.standing import involved, objections
from requests_app.standing.objections import Scope
from requests_app.standing.people import NamedPerson, ObjectionFacts


class State(models.TextChoices):
    """In life order. The label is the word on every page and letter."""

    RECEIVED = "received", _("Received")
    WAITING = "waiting", _("Waiting for you")
    CARRIED_OUT = "carried_out", _("Carried out")
    UNVERIFIED = "unverified", _("Could not be verified")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    MOVED = "moved", _("Moved")
    CLOSED = "closed", _("Closed")


S = State


class Wish(models.TextChoices):
    """Both ways are equally easy."""

    OBJECT = "object", _("I object")
    LIFT = "lift", _("I no longer object")


@dataclass(frozen=True)
class Person:
    """Somebody the patient names."""

    name: str = text(name="the name", question="Name", max_length=200, example="Dora Demo")
    relation: str | None = text(
        name="the relation", question="Who is this to you?", max_length=100, optional=True
    )


@dataclass(frozen=True)
class Details:
    """What the patient asks. Nobody is asked why."""

    wish: Wish = choice(Wish, name="what you want", question="What do you want?")
    scopes: tuple[Scope, ...] = choices(
        Scope, name="what it is about", question="To which of these?", example=(Scope.FAMILY,)
    )
    people: tuple[Person, ...] | None = many(
        Person,
        name="the people",
        question="To telling whom?",
        hint="Name nobody if it is about everybody.",
        optional=True,
    )
    parts: str | None = text(
        name="which part",
        question="Which information, if not all of it?",
        max_length=1000,
        multiline=True,
        optional=True,
    )
    until: date | None = day(
        name="the last day", question="Until which day, if it ends?", optional=True,
        example=date(2035, 1, 31),
    )  # fmt: skip

    def problems(self) -> Iterable[Problem]:
        """Combinations that cannot be carried out."""
        if self.people and Scope.FAMILY not in self.scopes:
            yield Problem("/people", "Name people only where family and others are meant.")
        if self.wish == Wish.LIFT and self.until:
            yield Problem("/until", "Leave the last day out: what is lifted has ended.")


@register
class Objection(Kind):
    """One objection, or the lifting of one."""

    name = "objection"
    title = _("Object to my family or others being told about me")
    citation = "45 CFR 164.510"
    State = State
    Details = Details

    class Meta:
        proxy = True

    @classmethod
    def check_details(cls, details: Any, *, received: date) -> None:
        """An objection does not end before it began."""
        if details.until is not None and details.until < received:
            raise BadInput.one("/details/until", "The last day must be today or later.")

    @property
    def loosens(self) -> bool:
        """Whether the wish takes protection away."""
        return bool(self.details.wish == Wish.LIFT)

    def in_effect(self) -> bool:
        """Whether this request has put an objection in force."""
        return objections.begun_by(self.pk)

    def put_in_force(self, move: Move[Any]) -> None:
        """Put the objection in force, or lift what was objected to before."""
        people = tuple(NamedPerson(p.name, p.relation or "") for p in self.details.people or ())
        for scope in self.details.scopes:
            named = people if scope == Scope.FAMILY else ()
            if self.loosens:
                objections.end(move, scope, named)
            else:
                facts = ObjectionFacts(named, self.details.parts or "")
                objections.begin(move, scope, facts, lapses_at=self._lapses_at())
        if self.loosens and Scope.FAMILY in self.details.scopes:
            involved.no_longer_objected(move, people, part=self.details.parts or "")

    def not_theirs(self, *, now: datetime) -> bool:
        """Somebody else objected: what this request put in force here ends."""
        return objections.take_back(self.pk, now=now)

    def _lapses_at(self) -> datetime | None:
        until = self.details.until
        return end_of_day(until, self.site.time_zone) if until else None

    file = at_once.file(S.RECEIVED)
    file_signed_in = at_once.file_signed_in(S.CARRIED_OUT)
    confirm_identity = common.confirm_identity(S.RECEIVED, S.RECEIVED)
    ask = common.ask(S.RECEIVED, S.WAITING)
    answer = common.answer(S.WAITING, S.RECEIVED)
    carry_out = at_once.carry_out(S.RECEIVED, S.WAITING, to=S.CARRIED_OUT)
    could_not_verify = common.could_not_verify(
        S.RECEIVED, S.WAITING, to=S.UNVERIFIED, checks=[at_once.not_in_force_yet]
    )
    withdraw = common.withdraw(
        S.RECEIVED, S.WAITING, to=S.WITHDRAWN, checks=[at_once.not_in_force_yet]
    )
    refile = common.refile(S.RECEIVED, S.WAITING, to=S.MOVED, checks=[at_once.not_in_force_yet])
    close = common.close(S.CARRIED_OUT, S.UNVERIFIED, S.WITHDRAWN, to=S.CLOSED)
    reopen = common.reopen(S.UNVERIFIED, S.WITHDRAWN, S.CLOSED, to=S.RECEIVED)

    LETTERS = {
        "file_signed_in": letters.CARRIED_OUT,
        "carry_out": letters.CARRIED_OUT,
        "could_not_verify": shared.UNVERIFIED,
    }
    CLOCK = {
        "file_signed_in": Clock.STOP,
        "carry_out": Clock.STOP,
        "could_not_verify": Clock.STOP,
        "withdraw": Clock.STOP,
        "refile": Clock.STOP,
        "reopen": Clock.RESUME,
    }
