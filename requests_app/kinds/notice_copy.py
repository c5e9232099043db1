"""A copy of the notice of privacy practices. 45 CFR 164.520(c).

The right    any person may have the notice, patient or not; on paper even after agreeing to an
             electronic copy
The clock    none: the law counts no days.  Handed over at once, or posted
The exits    given · withdrawn · moved to another kind.  There is no ground of denial, no fee, no form
             and no check of who asks
E-mail       only if agreed to; when it is known to have failed, a paper copy is owed (c)(3)(i)
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from requests_app import rules
from requests_app.errors import Problem
from requests_app.kinds import common, effects
from requests_app.kinds.base import Clock, Kind, Move, go, move
from requests_app.kinds.registry import register
from requests_app.letters import notice_copy as letters
from requests_app.letters.models import Provided
from requests_app.notices import copies
from requests_app.notices import rules as notice_rules
from requests_app.notices.models import Channel
from requests_app.permissions import Permission as P
from requests_app.questions import choice, day, text, yes_no


class State(models.TextChoices):
    """In life order. The label is the word on every page and letter."""

    RECEIVED = "received", _("Received")
    WAITING = "waiting", _("Waiting for you")
    GIVEN = "given", _("Given")
    PAPER_OWED = "paper_owed", _("To be given on paper")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    MOVED = "moved", _("Moved")
    CLOSED = "closed", _("Closed")


S = State


@dataclass(frozen=True)
class Details:
    """What the person asks: how they want it."""

    send: Channel = choice(
        Channel,
        name="how you want to get it",
        question="How do you want to get the notice?",
        labels={
            Channel.HANDED: _("On paper, I will pick it up"),
            Channel.POST: _("On paper, by post"),
            Channel.EMAIL: _("By e-mail: I agree to that"),
            Channel.PORTAL: _("In this service"),
        },
    )
    send_to: str | None = text(
        name="the address", question="Where should we send it?", max_length=400, optional=True
    )

    def problems(self) -> Iterable[Problem]:
        """Combinations that cannot be carried out."""
        if self.send.needs_address and not self.send_to:
            yield Problem("/send_to", "Enter where we should send it.")


@dataclass(frozen=True)
class Give:
    """How it was given, and when."""

    channel: Channel = choice(Channel, name="how it was given", question="How was it given?")
    address: str | None = text(
        name="where it was sent", question="Where was it sent?", max_length=400, optional=True
    )
    email_agreed: bool | None = yes_no(
        name="whether e-mail was agreed to",
        question="Did the person agree to e-mail, if they did not ask for it?",
        optional=True,
    )
    given_on: date | None = day(
        name="the day it was given",
        question="On which day, if not today?",
        not_future=True,
        optional=True,
    )

    @property
    def provided(self) -> Provided | None:
        """How the letter with it reaches the person; None: in the usual way."""
        if self.channel == Channel.EMAIL:
            return None
        return Provided(self.channel.value)


@register
class NoticeCopy(Kind):
    """One request for a copy of the notice."""

    name = "notice_copy"
    title = _("Get a copy of the notice of privacy practices")
    citation = "45 CFR 164.520(c)"
    State = State
    Details = Details

    class Meta:
        proxy = True

    file = common.file(S.RECEIVED)
    ask = common.ask(S.RECEIVED, S.WAITING)
    answer = common.answer(S.WAITING, S.RECEIVED)

    @move(
        go(S.RECEIVED, S.WAITING, S.PAPER_OWED, to=S.GIVEN),
        needs=(P.WORK_REQUESTS, P.FILE_FOR_OTHERS),
        asks=Give,
        checks=[notice_rules.notice_published],
        input_checks=[
            rules.address_given,
            rules.given_on_possible,
            notice_rules.notice_was_in_force,
            notice_rules.paper_if_asked,
            notice_rules.email_agreed,
            notice_rules.paper_after_email_failed,
        ],
    )
    def give(self, move: Move[Give]) -> None:
        """Notice given. The version in force, whole; a patient is tied to that version (c), (e)."""
        copies.give(move)

    @move(
        go(S.GIVEN, to=S.PAPER_OWED),
        needs=P.WORK_REQUESTS,
        checks=[notice_rules.was_emailed],
    )
    def email_failed(self, move: Move[Any]) -> None:
        """E-mail came back. A paper copy is owed (c)(3)(i)."""
        effects.record_decision(move, "email_failed")

    withdraw = common.withdraw(S.RECEIVED, S.WAITING, S.PAPER_OWED, to=S.WITHDRAWN)
    refile = common.refile(S.RECEIVED, S.WAITING, to=S.MOVED)
    close = common.close(S.GIVEN, S.WITHDRAWN, to=S.CLOSED)
    reopen = common.reopen(S.WITHDRAWN, S.CLOSED, to=S.RECEIVED)

    LETTERS = {"give": letters.GIVEN}
    CLOCK = {
        "give": Clock.STOP,
        "email_failed": Clock.RESUME,
        "withdraw": Clock.STOP,
        "refile": Clock.STOP,
        "reopen": Clock.RESUME,
    }
