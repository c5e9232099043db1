"""Access: the individual's right to inspect and to get a copy. 45 CFR 164.524.

The right    what is kept about the individual in designated record sets, for as long as it is kept
The clock    30 days from receipt by any office; once 30 more, by a written notice in time (b)(2)
The exits    given · given in part with a written denial of the rest · denied, on the listed grounds
             only · not held here, told where to ask · could not verify who asks · withdrawn
Review       a denial on the grounds of (a)(3) is reviewed, when asked, by a licensed professional
             who took no part in it; the practice does what the review says (d)(4)
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from requests_app import rules
from requests_app.errors import Problem
from requests_app.kinds import asked, common, effects, review
from requests_app.kinds.base import Clock, Kind, Move, go, move, stay
from requests_app.kinds.delivery import GIVING, Deliver
from requests_app.kinds.grounds import Withheld
from requests_app.kinds.models import Part
from requests_app.kinds.registry import register
from requests_app.letters import access as letters
from requests_app.letters import shared
from requests_app.permissions import Permission as P
from requests_app.questions import choice, day, many, text, yes_no
from requests_app.questions.amounts import money


class State(models.TextChoices):
    """In life order. The label is the word on every page and letter."""

    RECEIVED = "received", _("Received")
    IN_REVIEW = "in_review", _("In progress")
    WAITING = "waiting", _("Waiting for you")
    GRANTED = "granted", _("Granted, being prepared")
    GRANTED_IN_PART = "granted_in_part", _("Granted in part, being prepared")
    DELIVERED = "delivered", _("Given")
    DELIVERED_IN_PART = "delivered_in_part", _("Given in part")
    DENIED = "denied", _("Denied")
    REDIRECTED = "redirected", _("Not held here")
    UNVERIFIED = "unverified", _("Could not be verified")
    UNDER_REVIEW = "under_review", _("Denial under review")
    REVIEW_UPHELD = "review_upheld", _("Denial upheld")
    REVIEW_REVERSED = "review_reversed", _("Denial reversed, being prepared")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    CLOSED = "closed", _("Closed")


S = State


class Manner(models.TextChoices):
    COPY = "copy", _("Get a copy")
    INSPECT = "inspect", _("Look at them at the practice")
    BOTH = "both", _("Both")


class Form(models.TextChoices):
    PDF = "pdf", _("Electronic (PDF)")
    OTHER_ELECTRONIC = "other_electronic", _("Another electronic form")
    PAPER = "paper", _("On paper")


class Send(models.TextChoices):
    PORTAL = "portal", _("Through this service")
    EMAIL = "email", _("By e-mail")
    POST = "post", _("By post")
    PICK_UP = "pick_up", _("I will pick them up")


@dataclass(frozen=True)
class Details:
    """What the patient asks. Nobody is asked why."""

    records: str = text(
        name="the records you want",
        question="Which records do you want?",
        hint="For example: everything, my visit notes, my bills.",
        max_length=2000,
        multiline=True,
        example="All visit notes and bills",
    )
    manner: Manner = choice(Manner, name="what you want to do", question="What do you want to do?")
    date_from: date | None = day(
        name="the first day", question="From which day?", not_future=True, optional=True
    )
    date_until: date | None = day(
        name="the last day", question="Until which day?", not_future=True, optional=True
    )
    form: Form = choice(
        Form, name="the form you want", question="In what form do you want the copy?"
    )
    form_note: str | None = text(
        name="the form in your words", question="Which form?", max_length=200, optional=True
    )
    send: Send = choice(Send, name="how you want to get it", question="How do you want to get it?")
    send_to: str | None = text(
        name="the address", question="Where should we send it?", max_length=400, optional=True
    )
    summary: bool = yes_no(
        name="whether you want a summary",
        question="Do you want a summary instead of the full record?",
        hint="Only if you and we agree on it, and on any fee, before we write it.",
    )

    def problems(self) -> Iterable[Problem]:
        """Combinations that cannot be carried out."""
        if self.date_from and self.date_until and self.date_until < self.date_from:
            yield Problem("/date_until", "The last day must be on or after the first day.")
        if self.send in {Send.EMAIL, Send.POST} and not self.send_to:
            yield Problem("/send_to", "Enter where we should send it.")


@dataclass(frozen=True)
class Grant:
    """What will be given."""

    given: str = text(
        name="what will be given", question="What will be given?", max_length=2000, multiline=True
    )
    fee: int | None = money(
        name="the fee", question="Approximate fee for the copy, if any", optional=True
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


@register
class Access(Kind):
    """One access request."""

    name = "access"
    title = _("See or get a copy of my records")
    citation = "45 CFR 164.524"
    State = State
    Details = Details

    class Meta:
        proxy = True

    asked_objects = asked.looking_or_copying
    file = common.file(S.RECEIVED)
    file_signed_in = common.file_signed_in(S.IN_REVIEW)
    confirm_identity = common.confirm_identity(S.RECEIVED, S.IN_REVIEW)
    ask = common.ask(S.IN_REVIEW, S.WAITING)
    answer = common.answer(S.WAITING, S.IN_REVIEW)
    extend = common.extend(
        S.RECEIVED,
        S.IN_REVIEW,
        S.WAITING,
        S.GRANTED,
        S.GRANTED_IN_PART,
        S.UNDER_REVIEW,
        S.REVIEW_UPHELD,
        S.REVIEW_REVERSED,
    )

    determine = review.determine(S.IN_REVIEW, S.WAITING)

    @move(
        go(S.IN_REVIEW, S.WAITING, to=S.GRANTED),
        needs=P.DECIDE,
        asks=Grant,
        checks=[rules.identity_confirmed, rules.authority_in_force],
    )
    def grant(self, move: Move[Grant]) -> None:
        """Request granted. The individual is told, and the records are prepared (c)(1)."""
        effects.record_decision(
            move, "grant", given=move.input.given, elsewhere=move.input.elsewhere or ""
        )

    @move(
        go(S.IN_REVIEW, S.WAITING, to=S.GRANTED_IN_PART),
        needs=P.DECIDE,
        asks=GrantInPart,
        checks=[rules.identity_confirmed, rules.authority_in_force],
        input_checks=[rules.grounds_fit, rules.determined_by_professional],
    )
    def grant_in_part(self, move: Move[GrantInPart]) -> None:
        """Request granted in part. The rest is denied in writing on the listed grounds (d)(1)."""
        given = move.input
        effects.record_decision(
            move,
            "grant_in_part",
            given=given.given,
            grounds=effects.grounds_of(move),
            elsewhere=given.elsewhere or "",
        )
        effects.involve(move, move.actor.id, Part.DENIAL)

    @move(
        go(S.IN_REVIEW, S.WAITING, to=S.DENIED),
        needs=P.DECIDE,
        asks=Deny,
        checks=[rules.identity_confirmed],
        input_checks=[
            rules.nothing_left_to_give,
            rules.grounds_fit,
            rules.determined_by_professional,
        ],
    )
    def deny(self, move: Move[Deny]) -> None:
        """Request denied. In writing, on the listed grounds only (d)(2)."""
        effects.record_decision(
            move,
            "deny",
            grounds=effects.grounds_of(move),
            elsewhere=move.input.elsewhere or "",
        )
        effects.involve(move, move.actor.id, Part.DENIAL)

    @move(
        go(S.IN_REVIEW, S.WAITING, to=S.REDIRECTED),
        needs=P.DECIDE,
        asks=Redirect,
        checks=[rules.identity_confirmed],
    )
    def redirect(self, move: Move[Redirect]) -> None:
        """Told that the records are not held here. And where to ask, if that is known (d)(3)."""
        effects.record_decision(
            move, "redirect", elsewhere=move.input.where or "", note=move.input.asked_for
        )

    could_not_verify = common.could_not_verify(S.RECEIVED, S.IN_REVIEW, S.WAITING, to=S.UNVERIFIED)

    @move(
        {
            S.GRANTED: S.DELIVERED,
            S.GRANTED_IN_PART: S.DELIVERED_IN_PART,
            S.REVIEW_REVERSED: S.DELIVERED,
        },
        needs=P.WORK_REQUESTS,
        asks=Deliver,
        checks=[
            rules.identity_confirmed,
            rules.authority_in_force,
            rules.nothing_stays_withheld,
        ],
        input_checks=GIVING,
    )
    def deliver(self, move: Move[Deliver]) -> None:
        """Records given. What, in which form and how is kept; the clock stops (b)(2), (c)."""
        effects.record_decision(move, "deliver", given=move.input.given)
        effects.record_release(move)

    @move(
        stay(S.UNDER_REVIEW, S.REVIEW_UPHELD),
        needs=P.WORK_REQUESTS,
        asks=Deliver,
        checks=[rules.granted_part_open, rules.authority_in_force],
        input_checks=GIVING,
    )
    def deliver_granted_part(self, move: Move[Deliver]) -> None:
        """The granted part given. A review of the rest does not hold it back (d)(1)."""
        effects.record_decision(move, "deliver_granted_part", given=move.input.given)
        effects.record_release(move)

    ask_for_review = review.ask_for_review(
        S.DENIED, S.GRANTED_IN_PART, S.DELIVERED_IN_PART, S.CLOSED, to=S.UNDER_REVIEW
    )
    refer = review.refer(S.UNDER_REVIEW)
    uphold = review.uphold(S.UNDER_REVIEW, to=S.REVIEW_UPHELD)
    reverse = review.reverse(S.UNDER_REVIEW, to=S.REVIEW_REVERSED)
    deliver_reviewed_part = review.deliver_part(S.REVIEW_REVERSED, to=S.DELIVERED_IN_PART)
    withdraw = common.withdraw(
        S.RECEIVED, S.IN_REVIEW, S.WAITING, S.GRANTED, S.GRANTED_IN_PART, S.UNDER_REVIEW,
        S.REVIEW_UPHELD, S.REVIEW_REVERSED, to=S.WITHDRAWN,
    )  # fmt: skip
    close = common.close(
        S.DELIVERED, S.DELIVERED_IN_PART, S.DENIED, S.REDIRECTED, S.UNVERIFIED, S.REVIEW_UPHELD,
        S.WITHDRAWN, to=S.CLOSED,
    )  # fmt: skip
    reopen = common.reopen(S.UNVERIFIED, S.WITHDRAWN, S.CLOSED, to=S.IN_REVIEW)

    LETTERS = {
        "extend": shared.EXTENDED,
        "grant": letters.GRANTED,
        "grant_in_part": letters.GRANTED_IN_PART,
        "deny": letters.DENIED,
        "redirect": letters.REDIRECTED,
        "could_not_verify": shared.UNVERIFIED,
        "uphold": letters.UPHELD,
        "reverse": letters.REVERSED,
    }
    CLOCK = {
        "file": Clock.START,
        "file_signed_in": Clock.START,
        "extend": Clock.EXTEND,
        "deliver": Clock.STOP,
        "deliver_granted_part": Clock.STOP,
        "deliver_reviewed_part": Clock.STOP,
        "deny": Clock.STOP,
        "redirect": Clock.STOP,
        "could_not_verify": Clock.STOP,
        "withdraw": Clock.STOP,
        "reopen": Clock.RESUME,
    }
