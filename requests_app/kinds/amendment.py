"""Amendment: the individual's right to have a record put right. 45 CFR 164.526.

The right    what is kept about the individual in designated record sets, for as long as it is kept
The clock    60 days from receipt; once 30 more, by a written notice in time (b)(2).  It stops when
             the amendment is linked, the individual told and asked whom else to tell, and the rest,
             if any, denied in writing; a decision alone does not stop it (b)(2)(i)
The exits    amended · amended in part with a written denial of the rest · denied, on the four
             grounds only · could not verify who asks · withdrawn · moved to another kind
After        others are told, each with proof (c)(3); a denial may be answered by a statement of
             disagreement at any time, and the practice may rebut it (d)(2)-(3)
Nothing is charged, no reason is demanded, and nothing in the record is erased.
"""

from dataclasses import dataclass
from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from requests_app import rules
from requests_app.kinds import amending, common, disagreement, effects, review, telling
from requests_app.kinds import amendment_rules as law
from requests_app.kinds.amendment_grounds import MOST_ITEMS, Refused
from requests_app.kinds.base import Clock, Kind, Move, go, move
from requests_app.kinds.models import Ground
from requests_app.kinds.registry import register
from requests_app.kinds.telling import Holder
from requests_app.letters import amendment as letters
from requests_app.letters import shared
from requests_app.permissions import Permission as P
from requests_app.questions import choice, day, many, text
from requests_app.questions.amounts import whole


class State(models.TextChoices):
    """In life order. The label is the word on every page and letter."""

    RECEIVED = "received", _("Received")
    IN_REVIEW = "in_review", _("In progress")
    WAITING = "waiting", _("Waiting for you")
    ACCEPTED = "accepted", _("Accepted, being entered")
    ACCEPTED_IN_PART = "accepted_in_part", _("Accepted in part, being entered")
    AMENDED = "amended", _("Amended")
    AMENDED_IN_PART = "amended_in_part", _("Amended in part")
    DENIED = "denied", _("Denied")
    DISAGREED = "disagreed", _("Your statement of disagreement is on file")
    REBUTTED = "rebutted", _("Your statement is on file and answered")
    UNVERIFIED = "unverified", _("Could not be verified")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    MOVED = "moved", _("Moved")
    CLOSED = "closed", _("Closed")


S = State


class How(models.TextChoices):
    APPENDED = "appended", _("Appended to the record")
    LINKED = "linked", _("A link in the record leads to it")


@dataclass(frozen=True)
class Item:
    """One thing to be put right."""

    record: str = text(
        name="the record",
        question="Which record is it about?",
        hint="For example: the visit of March 2, the part about the injury.",
        max_length=500,
        example="Visit of 2 March 2026, history",
    )
    wrong: str = text(
        name="what is wrong or missing",
        question="What does it say that is wrong, or what is missing?",
        max_length=2000,
        multiline=True,
    )
    should: str = text(
        name="what it should say", question="What should it say?", max_length=2000, multiline=True
    )
    reason: str | None = text(
        name="the reason",
        question="Why?",
        hint="You need not say why. It can help us to decide.",
        max_length=2000,
        multiline=True,
        optional=True,
    )
    originator_gone: str | None = text(
        name="why they can no longer be asked",
        question="If another practice wrote it and can no longer be asked: how do you know?",
        max_length=1000,
        multiline=True,
        optional=True,
    )


@dataclass(frozen=True)
class Details:
    """What the patient asks to have amended, each thing by itself."""

    items: tuple[Item, ...] = many(
        Item, max_items=MOST_ITEMS, name="what to put right", question="What should be put right?"
    )


def _relied() -> tuple[Holder, ...] | None:
    answer: tuple[Holder, ...] | None = many(
        Holder,
        name="who relies on the old text",
        question="Who is known to hold the old text, and could rely on it?",
        optional=True,
    )
    return answer


@dataclass(frozen=True)
class Accept:
    """What is put right."""

    given: str = text(
        name="what will be put right",
        question="What will be put right, and how will it read?",
        max_length=4000,
        multiline=True,
    )
    relied: tuple[Holder, ...] | None = _relied()


@dataclass(frozen=True)
class AcceptedItem:
    """One of the things asked, accepted."""

    item: int = whole(
        least=1,
        most=MOST_ITEMS,
        name="what was asked",
        question="Which of the things asked? Its number",
    )
    given: str = text(
        name="what will be put right",
        question="What will be put right, and how will it read?",
        max_length=2000,
        multiline=True,
    )


@dataclass(frozen=True)
class AcceptInPart:
    """What is put right, and the written denial of the rest."""

    accepted: tuple[AcceptedItem, ...] = many(
        AcceptedItem, name="what is accepted", question="What is accepted?"
    )
    grounds: tuple[Refused, ...] = many(Refused, name="the grounds", question="What is denied?")
    relied: tuple[Holder, ...] | None = _relied()


@dataclass(frozen=True)
class Deny:
    """The written denial of all that was asked."""

    grounds: tuple[Refused, ...] = many(Refused, name="the grounds", question="What is denied?")


@dataclass(frozen=True)
class Entered:
    """One record that now carries the amendment, or a link to it."""

    item: int = whole(
        least=1,
        most=MOST_ITEMS,
        name="what was asked",
        question="Which of the things asked? Its number",
    )
    record: str = text(
        name="the record",
        question="Which record? Name it as the practice does",
        max_length=500,
        example="Visit of 2 March 2026, history",
    )
    how: How = choice(How, name="how", question="How does the record carry it?")
    where: str = text(name="where", question="Where exactly?", max_length=400)


@dataclass(frozen=True)
class Link:
    """Every record the accepted things are about."""

    records: tuple[Entered, ...] = many(
        Entered, name="the records", question="Which records carry the amendment now?"
    )
    given_on: date | None = day(
        name="the day", question="On which day, if not today?", not_future=True, optional=True
    )


@register
class Amendment(Kind):
    """One amendment request."""

    name = "amendment"
    title = _("Have my records put right")
    citation = "45 CFR 164.526"
    State = State
    Details = Details

    class Meta:
        proxy = True

    file = common.file(S.RECEIVED)
    file_signed_in = common.file_signed_in(S.IN_REVIEW)
    confirm_identity = common.confirm_identity(S.RECEIVED, S.IN_REVIEW)
    ask = common.ask(S.IN_REVIEW, S.WAITING)
    answer = common.answer(S.WAITING, S.IN_REVIEW)
    extend = common.extend(S.RECEIVED, S.IN_REVIEW, S.WAITING, S.ACCEPTED, S.ACCEPTED_IN_PART)
    determine = review.determine(S.IN_REVIEW, S.WAITING)

    @move(
        go(S.IN_REVIEW, S.WAITING, to=S.ACCEPTED),
        needs=P.DECIDE,
        asks=Accept,
        checks=[rules.identity_confirmed, rules.authority_in_force],
        input_checks=[law.reliance_shown],
    )
    def accept(self, move: Move[Accept]) -> None:
        """Amendment accepted. The individual is told and asked whom else to tell (c)(2)."""
        every = tuple(range(1, len(self.details.items) + 1))
        effects.record_decision(move, "accept", given=move.input.given, items=every)
        telling.add_holders(move, move.input.relied or ())

    @move(
        go(S.IN_REVIEW, S.WAITING, to=S.ACCEPTED_IN_PART),
        needs=P.DECIDE,
        asks=AcceptInPart,
        checks=[rules.identity_confirmed, rules.authority_in_force],
        input_checks=[
            law.items_asked,
            law.every_item_decided,
            law.originator_answered,
            law.closed_ground_holds,
            law.reliance_shown,
        ],
    )
    def accept_in_part(self, move: Move[AcceptInPart]) -> None:
        """Amendment accepted in part. The rest is denied in writing on the four grounds only (d)(1)."""
        accepted = move.input.accepted
        effects.record_decision(
            move,
            "accept_in_part",
            given="\n".join(part.given for part in accepted),
            grounds=_grounds(move.input.grounds),
            items=tuple(sorted({part.item for part in accepted})),
        )
        amending.dispute(move)
        telling.add_holders(move, move.input.relied or ())

    @move(
        go(S.IN_REVIEW, S.WAITING, to=S.DENIED),
        needs=P.DECIDE,
        asks=Deny,
        checks=[rules.identity_confirmed],
        input_checks=[
            law.items_asked,
            law.every_item_decided,
            law.originator_answered,
            law.closed_ground_holds,
        ],
    )
    def deny(self, move: Move[Deny]) -> None:
        """Amendment denied. In writing, on the four grounds only (a)(2), (d)(1)."""
        effects.record_decision(move, "deny", grounds=_grounds(move.input.grounds))
        amending.dispute(move)
        amending.end_disputes(move, before=move.version)

    @move(
        {S.ACCEPTED: S.AMENDED, S.ACCEPTED_IN_PART: S.AMENDED_IN_PART},
        needs=P.WORK_REQUESTS,
        asks=Link,
        input_checks=[law.every_accepted_item_linked, law.linked_after_decision],
    )
    def link(self, move: Move[Link]) -> None:
        """Record amended. Each record carries the amendment or a link to it; the clock stops (c)(1)."""
        amending.link(move)
        amending.end_disputes(move, before=law.decision(move).version)

    name_persons = telling.name_persons(
        S.ACCEPTED, S.ACCEPTED_IN_PART, S.AMENDED, S.AMENDED_IN_PART, S.DISAGREED, S.REBUTTED,
        S.CLOSED,
    )  # fmt: skip
    add_person = telling.add_person(
        S.ACCEPTED, S.ACCEPTED_IN_PART, S.AMENDED, S.AMENDED_IN_PART, S.DISAGREED, S.REBUTTED,
        S.CLOSED,
    )  # fmt: skip
    settle = telling.settle(S.AMENDED, S.AMENDED_IN_PART, S.DISAGREED, S.REBUTTED, S.CLOSED)
    tell = telling.tell(S.AMENDED, S.AMENDED_IN_PART, S.DISAGREED, S.REBUTTED, S.CLOSED)
    disagree = disagreement.disagree(
        (S.IN_REVIEW, S.WAITING, S.ACCEPTED_IN_PART, S.DISAGREED),
        (S.AMENDED_IN_PART, S.DENIED, S.REBUTTED, S.WITHDRAWN, S.CLOSED),
        to=S.DISAGREED,
    )
    rebut = disagreement.rebut(S.AMENDED_IN_PART, S.DENIED, S.DISAGREED, S.CLOSED, to=S.REBUTTED)
    ask_to_accompany = disagreement.ask_to_accompany(
        S.IN_REVIEW, S.WAITING, S.ACCEPTED_IN_PART, S.AMENDED_IN_PART, S.DENIED, S.WITHDRAWN,
        S.CLOSED,
    )  # fmt: skip
    summarise = disagreement.summarise(
        S.AMENDED_IN_PART, S.DENIED, S.DISAGREED, S.REBUTTED, S.CLOSED
    )
    could_not_verify = common.could_not_verify(S.RECEIVED, S.IN_REVIEW, S.WAITING, to=S.UNVERIFIED)
    withdraw = common.withdraw(
        S.RECEIVED, S.IN_REVIEW, S.WAITING, S.ACCEPTED, S.ACCEPTED_IN_PART, to=S.WITHDRAWN
    )
    refile = common.refile(S.RECEIVED, S.IN_REVIEW, S.WAITING, to=S.MOVED)
    close = common.close(
        S.AMENDED, S.AMENDED_IN_PART, S.DENIED, S.DISAGREED, S.REBUTTED, S.UNVERIFIED,
        S.WITHDRAWN, to=S.CLOSED, checks=[law.everybody_told],
    )  # fmt: skip
    reopen = common.reopen(S.UNVERIFIED, S.WITHDRAWN, S.CLOSED, to=S.IN_REVIEW)

    LETTERS = {
        "extend": shared.EXTENDED,
        "accept": letters.ACCEPTED,
        "accept_in_part": letters.ACCEPTED_IN_PART,
        "deny": letters.DENIED,
        "rebut": letters.REBUTTED,
        "could_not_verify": shared.UNVERIFIED,
    }
    CLOCK = {
        "file": Clock.START,
        "file_signed_in": Clock.START,
        "extend": Clock.EXTEND,
        "deny": Clock.STOP,
        "link": Clock.STOP,
        "could_not_verify": Clock.STOP,
        "withdraw": Clock.STOP,
        "refile": Clock.STOP,
        "reopen": Clock.RESUME,
    }


def _grounds(grounds: tuple[Refused, ...]) -> tuple[Ground, ...]:
    return tuple(Ground(g.code.value, g.record, g.explanation) for g in grounds)
