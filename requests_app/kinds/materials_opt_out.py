"""Opting out of materials, marketing and fundraising. 45 CFR 164.514(f)(2), 164.508(a)(3), 164.502(i).

The right    no more materials on treatment alternatives and health benefits (as the notice
             promises), no marketing, no fundraising; by any channel; to opt back in at any time
The clock    none: the law counts no days.  In force from the moment any office hears it
The exits    carried out · could not find who asks · withdrawn, or moved to another kind,
             before it was in force.  There is no ground of denial, no fee and no form
Not stopped  appointment reminders, results, bills, breach notices, letters of the privacy office
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from requests_app.kinds import at_once, common
from requests_app.kinds.base import Clock, Kind, Move
from requests_app.kinds.registry import register
from requests_app.letters import materials_opt_out as letters
from requests_app.letters import shared
from requests_app.questions import choice, choices
from requests_app.standing import opt_outs
from requests_app.standing.opt_outs import Material


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

    STOP = "stop", _("Do not send me this any more")
    RESUME = "resume", _("Send me this again")


@dataclass(frozen=True)
class Details:
    """What the patient asks. Nobody is asked why."""

    wish: Wish = choice(Wish, name="what you want", question="What do you want?")
    materials: tuple[Material, ...] = choices(
        Material, name="what it is about", question="Which of these?"
    )


@register
class MaterialsOptOut(Kind):
    """One wish about what is sent."""

    name = "materials_opt_out"
    title = _("Stop materials, marketing or fundraising")
    citation = "45 CFR 164.514(f)(2)"
    State = State
    Details = Details

    class Meta:
        proxy = True

    @property
    def loosens(self) -> bool:
        """Whether the wish takes protection away."""
        return bool(self.details.wish == Wish.RESUME)

    def in_effect(self) -> bool:
        """Whether this request has stopped something."""
        return opt_outs.begun_by(self.pk)

    def put_in_force(self, move: Move[Any]) -> None:
        """Stop it, or send it again."""
        change = opt_outs.end if self.loosens else opt_outs.begin
        change(move, self.details.materials)

    def not_theirs(self, *, now: datetime) -> bool:
        """Somebody else opted out: what this request stopped here is sent again."""
        return opt_outs.take_back(self.pk, now=now)

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
