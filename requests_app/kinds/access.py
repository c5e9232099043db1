"""Access: the individual's right to inspect and to get a copy. 45 CFR 164.524.

The right    what is kept about the individual in designated record sets, for as long as it is kept
The clock    30 days from receipt by any office; once 30 more, by a written notice in time (b)(2)
The exits    given · given in part with a written denial of the rest · denied, on the listed grounds
             only · not held here, told where to ask · could not verify who asks · withdrawn
             · moved to another kind
Review       a denial on the grounds of (a)(3) is reviewed, when asked, by a licensed professional
             who took no part in it; the practice does what the review says (d)(4)
"""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from requests_app import rules
from requests_app.kinds import access_rules, asked, common, effects, fees, review, summaries
from requests_app.kinds.access_asked import Asked
from requests_app.kinds.access_decided import (
    Arrange,
    Deny,
    Grant,
    GrantInPart,
    LookedAt,
    ProposeSummary,
    Redirect,
)
from requests_app.kinds.base import Clock, Kind, Move, go, move, stay
from requests_app.kinds.delivery import GIVING, Deliver
from requests_app.kinds.models import Part
from requests_app.kinds.registry import register
from requests_app.letters import access as letters
from requests_app.letters import shared
from requests_app.permissions import Permission as P


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
    MOVED = "moved", _("Moved")
    CLOSED = "closed", _("Closed")


S = State
#: Something is to be given, and can be looked at.
_TO_GIVE = (S.GRANTED, S.GRANTED_IN_PART, S.UNDER_REVIEW, S.REVIEW_UPHELD, S.REVIEW_REVERSED)


@dataclass(frozen=True)
class Details(Asked):
    """What the patient asks. Nobody is asked why."""


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
    extend = common.extend(S.RECEIVED, S.IN_REVIEW, S.WAITING, *_TO_GIVE)

    determine = review.determine(S.IN_REVIEW, S.WAITING)

    @move(
        go(S.IN_REVIEW, S.WAITING, to=S.GRANTED),
        needs=P.DECIDE,
        asks=Grant,
        checks=[rules.identity_confirmed, rules.authority_in_force],
        input_checks=[fees.fee_lawful],
    )
    def grant(self, move: Move[Grant]) -> None:
        """Request granted. The individual is told, and the records are prepared (c)(1)."""
        fees.tell(move)
        effects.record_decision(
            move, "grant", given=move.input.given, elsewhere=move.input.elsewhere or ""
        )

    @move(
        go(S.IN_REVIEW, S.WAITING, to=S.GRANTED_IN_PART),
        needs=P.DECIDE,
        asks=GrantInPart,
        checks=[rules.identity_confirmed, rules.authority_in_force],
        input_checks=[rules.grounds_fit, rules.determined_by_professional, fees.fee_lawful],
    )
    def grant_in_part(self, move: Move[GrantInPart]) -> None:
        """Request granted in part. The rest is denied in writing on the listed grounds (d)(1)."""
        given = move.input
        fees.tell(move)
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
        stay(*_TO_GIVE),
        needs=P.WORK_REQUESTS,
        asks=Arrange,
        checks=[access_rules.looking_asked, rules.authority_in_force],
        input_checks=[access_rules.still_to_come],
    )
    def arrange_inspection(self, move: Move[Arrange]) -> None:
        """Time and place to look at the records. Convenient for both; it costs nothing (c)(3)(i)."""
        access_rules.keep_arrangement(move)

    @move(
        stay(*_TO_GIVE),
        needs=P.WORK_REQUESTS,
        asks=LookedAt,
        checks=[access_rules.looking_asked, rules.authority_in_force],
    )
    def record_inspection(self, move: Move[LookedAt]) -> None:
        """Records looked at. A right apart from the copy, which is still owed if it was asked for."""
        effects.record_decision(move, "record_inspection", given=move.input.shown)

    @move(
        stay(S.IN_REVIEW, S.WAITING, S.GRANTED, S.GRANTED_IN_PART),
        needs=P.WORK_REQUESTS,
        asks=ProposeSummary,
        checks=[rules.identity_confirmed, summaries.not_agreed],
    )
    def propose_summary(self, move: Move[ProposeSummary]) -> None:
        """Summary proposed, with its fee. It is written only once both are agreed (c)(2)(iii)."""
        given = move.input
        effects.record_decision(move, "propose_summary", note=given.about, cents=given.cost)

    @move(
        stay(S.IN_REVIEW, S.WAITING, S.GRANTED, S.GRANTED_IN_PART),
        needs=(P.FILE_OWN, P.WORK_REQUESTS),
        checks=[summaries.proposed],
    )
    def agree_summary(self, move: Move[object]) -> None:
        """Summary agreed to, and its fee. In advance, by the individual (c)(2)(iii)."""
        summaries.agree(move)
        effects.record_decision(move, "agree_summary")

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
        access_rules.keep_delivery(move, "deliver")

    @move(
        stay(S.UNDER_REVIEW, S.REVIEW_UPHELD),
        needs=P.WORK_REQUESTS,
        asks=Deliver,
        checks=[rules.granted_part_open, rules.authority_in_force],
        input_checks=GIVING,
    )
    def deliver_granted_part(self, move: Move[Deliver]) -> None:
        """The granted part given. A review of the rest does not hold it back (d)(1)."""
        access_rules.keep_delivery(move, "deliver_granted_part")

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
    refile = common.refile(S.RECEIVED, S.IN_REVIEW, S.WAITING, to=S.MOVED)
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
        "arrange_inspection": letters.TO_LOOK_AT,
        "propose_summary": letters.SUMMARY_PROPOSED,
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
        "refile": Clock.STOP,
        "reopen": Clock.RESUME,
    }
