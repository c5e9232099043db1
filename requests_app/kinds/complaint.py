"""Complaint to the practice about its privacy practices. 45 CFR 164.530(d).

The right    anyone may complain, in any form, with or without a name, about how information was
             handled or about the practice's policies; nobody may be treated worse for it (g)
The clock    none in the law; the acknowledgment says how to complain to HHS within 180 days
The exits    resolved, with its disposition · withdrawn · moved to another kind.  Every complaint is
             documented (d)(2)
The road     it goes around the person it names, who does not see it; what was done about harm and
             staff is on record and not told; what goes against who complained is flagged
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from requests_app.complaints import routing
from requests_app.errors import Problem
from requests_app.kinds import common, effects
from requests_app.kinds.base import UNBORN, Clock, Kind, Move, go, move, stay
from requests_app.kinds.models import Ground
from requests_app.kinds.registry import register
from requests_app.letters import complaint as letters
from requests_app.permissions import Permission as P
from requests_app.practice.models import Duty
from requests_app.questions import EXAMPLE_ID, choice, day, text


class State(models.TextChoices):
    """In life order. The label is the word on every page and letter."""

    RECEIVED = "received", _("Received")
    IN_REVIEW = "in_review", _("In progress")
    WAITING = "waiting", _("Waiting for you")
    RESOLVED = "resolved", _("Resolved")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    MOVED = "moved", _("Moved")
    CLOSED = "closed", _("Closed")


S = State


class About(models.TextChoices):
    """Whom it is about, as far as that decides who takes it."""

    PRACTICE = "practice", _("The practice, or its rules")
    PRIVACY_OFFICIAL = "privacy_official", _("The privacy officer")
    COMPLAINT_CONTACT = "complaint_contact", _("The person who takes complaints")
    SOMEBODY = "somebody", _("Somebody else who works here")


#: Whoever holds this duty is the person named.
DUTIES = {
    About.PRIVACY_OFFICIAL: Duty.PRIVACY_OFFICIAL,
    About.COMPLAINT_CONTACT: Duty.COMPLAINT_CONTACT,
}


@dataclass(frozen=True)
class Details:
    """What happened. Nobody needs to give a name: a complaint can be made by telephone or letter."""

    what: str = text(
        name="what happened", question="What happened?", max_length=4000, multiline=True,
        example="I heard my name and my diagnosis called out in the waiting room.",
    )  # fmt: skip
    about: About = choice(About, name="whom it is about", question="Whom is it about?")
    person: str | None = text(
        name="the person", question="Who, if you want to say?", max_length=200, optional=True
    )
    names_account: str | None = text(
        name="the person's account",
        question="For the office: the account of the person it names",
        max_length=64,
        optional=True,
        example=EXAMPLE_ID,
    )
    known_on: date | None = day(
        name="the day you learned of it",
        question="When did you learn of it?",
        not_future=True,
        optional=True,
    )
    wanted: str | None = text(
        name="what you want", question="What do you want us to do?", max_length=2000,
        multiline=True, optional=True,
    )  # fmt: skip

    def problems(self) -> Iterable[Problem]:
        """An account is named by its id."""
        if self.names_account and not _is_account(self.names_account):
            yield Problem("/names_account", "Give the account's id as this service shows it.")


@dataclass(frozen=True)
class Name:
    """Somebody the complaint is about, learned of later."""

    about: About = choice(
        About, name="whom it is about", question="Whom is it about?", example=About.PRIVACY_OFFICIAL
    )
    names_account: str | None = text(
        name="the person's account", question="The account of the person, if known",
        max_length=64, optional=True, example=EXAMPLE_ID,
    )  # fmt: skip

    def problems(self) -> Iterable[Problem]:
        """Somebody is named: by their duty or by their account."""
        if self.names_account and not _is_account(self.names_account):
            yield Problem("/names_account", "Give the account's id as this service shows it.")
        if self.about not in DUTIES and not self.names_account:
            yield Problem("/names_account", "Give the account of the person it is about.")


class Disposition(models.TextChoices):
    """What became of it (d)(2)."""

    SUBSTANTIATED = "substantiated", _("Found to be so")
    IN_PART = "in_part", _("Found to be so in part")
    NOT_SUBSTANTIATED = "not_substantiated", _("Not found to be so")
    ANOTHER_MATTER = "another_matter", _("Not about privacy, passed on")


@dataclass(frozen=True)
class Resolve:
    """The disposition, and what the complainant is told."""

    disposition: Disposition = choice(
        Disposition, name="the disposition", question="What was found?"
    )
    outcome: str = text(
        name="what the complainant reads",
        question="What do we tell the person who complained?",
        hint="Say nothing of measures against staff, and nothing about other people.",
        max_length=2000,
        multiline=True,
        example="We looked into it and have changed how names are called.",
    )
    finding: str | None = text(
        name="the finding",
        question="What was found, for the record?",
        hint="The letter does not repeat it.",
        max_length=4000,
        multiline=True,
        optional=True,
    )


def _is_account(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def _go_around(move: Move[Any], about: About, account: str | None) -> None:
    """Whoever is named by duty or account does not see it, and it is taken by somebody else."""
    if about in DUTIES or account:
        routing.name(move, duty=DUTIES.get(about), account=account or "")


@register
class Complaint(Kind):
    """One complaint."""

    name = "complaint"
    title = _("Complain about how my information was handled")
    citation = "45 CFR 164.530(d)"
    State = State
    Details = Details

    class Meta:
        proxy = True

    ANONYMOUS = True
    HANDLER = frozenset({P.WORK_REQUESTS, P.DECIDE})

    @move({UNBORN: S.RECEIVED}, needs=(P.FILE_OWN, P.FILE_FOR_OTHERS))
    def file(self, move: Move[Any]) -> None:
        """Complaint received. From anyone, in any form; it goes around whom it names (d)(1)."""
        _go_around(move, self.details.about, self.details.names_account)

    @move({UNBORN: S.RECEIVED}, needs=P.FILE_OWN)
    def file_signed_in(self, move: Move[Any]) -> None:
        """Complaint received. Signed in; it goes around whom it names (d)(1)."""
        self.identity_confirmed_at = move.now
        _go_around(move, self.details.about, self.details.names_account)

    @move(go(S.RECEIVED, to=S.IN_REVIEW), needs=P.WORK_REQUESTS)
    def acknowledge(self, move: Move[Any]) -> None:
        """Complaint acknowledged. With how to complain to HHS within 180 days."""

    @move(
        stay(S.RECEIVED, S.IN_REVIEW, S.WAITING),
        needs=(P.FILE_OWN, P.WORK_REQUESTS),
        asks=Name,
    )
    def name_person(self, move: Move[Name]) -> None:
        """Person named. The complaint goes around them from here on."""
        _go_around(move, move.input.about, move.input.names_account)
        self.assigned_to = ""

    ask = common.ask(S.IN_REVIEW, S.WAITING)
    answer = common.answer(S.WAITING, S.IN_REVIEW)

    @move(
        go(S.IN_REVIEW, S.WAITING, S.WITHDRAWN, to=S.RESOLVED),
        needs=P.DECIDE,
        asks=Resolve,
    )
    def resolve(self, move: Move[Resolve]) -> None:
        """Complaint resolved. Its disposition is on record (d)(2)."""
        given = move.input
        found = Ground(given.disposition.value, "", given.finding or "")
        effects.record_decision(move, "resolve", given=given.outcome, grounds=(found,))

    withdraw = common.withdraw(S.RECEIVED, S.IN_REVIEW, S.WAITING, to=S.WITHDRAWN)
    refile = common.refile(S.RECEIVED, S.IN_REVIEW, S.WAITING, to=S.MOVED)
    close = common.close(S.RESOLVED, S.WITHDRAWN, to=S.CLOSED)
    reopen = common.reopen(S.WITHDRAWN, S.CLOSED, to=S.IN_REVIEW)

    LETTERS = {
        "acknowledge": letters.ACKNOWLEDGED,
        "resolve": letters.RESOLVED,
    }
    CLOCK = {
        "resolve": Clock.STOP,
        "withdraw": Clock.STOP,
        "refile": Clock.STOP,
        "reopen": Clock.RESUME,
    }
