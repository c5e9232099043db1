"""Restriction of uses and disclosures of the individual's information. 45 CFR 164.522(a).

The right    to ask; and to be agreed to, when it is kept from a health plan and has been paid for in
             full, not by the plan (a)(1)(vi)
The clock    none in the law (no due day); a request that names a health plan holds the claim until
             it is answered
The exits    paid out of pocket: agreed · a limb fails, named with the ways to qualify, and then open
             to the practice's discretion.  Otherwise: agreed · agreed in part · refused.  Could not
             verify who asks · withdrawn · moved to another kind
Afterwards   ended by the individual, in writing or orally (a)(2)(i)-(ii); a discretionary one also by
             the practice, for later information only (a)(2)(iii).  One paid out of pocket has no path
             by which the practice refuses it or ends it; a reversed payment leaves it in force until
             an effort to be paid was made
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from requests_app import rules
from requests_app.kinds import clock, common, effects
from requests_app.kinds import restriction_rules as own_rules
from requests_app.kinds.base import Clock, Kind, Move, go, move, stay
from requests_app.kinds.limbs import Facts
from requests_app.kinds.registry import register
from requests_app.kinds.restriction_moves import (
    Again,
    Agree,
    AgreeInPart,
    Asked,
    Effort,
    Emergency,
    EndAtRequest,
    EndByNotice,
    Hold,
    MadeGood,
    Refuse,
    Reversed,
    keep_asked,
    keep_emergency,
    keep_end_for_later,
    keep_failed_limbs,
    keep_freely,
    keep_out_of_pocket,
)
from requests_app.letters import restriction as letters
from requests_app.letters import shared
from requests_app.permissions import Permission as P
from requests_app.questions import choice, choices, day, text, yes_no
from requests_app.standing import restrictions
from requests_app.standing.restrictions import Limit, Recipient


class State(models.TextChoices):
    """In life order. The label is the word on every page and letter."""

    RECEIVED = "received", _("Received")
    IN_REVIEW = "in_review", _("In progress")
    WAITING = "waiting", _("Waiting for you")
    CLAIM_HELD = "claim_held", _("Claim held until you have paid")
    AGREED_MUST = "agreed_must", _("Agreed, kept from your health plan")
    NOT_QUALIFYING = "not_qualifying", _("Does not qualify as it stands")
    CONSIDERED = "considered", _("Being considered")
    AGREED = "agreed", _("Agreed")
    AGREED_IN_PART = "agreed_in_part", _("Agreed in part")
    REFUSED = "refused", _("Not agreed to")
    ENDED_FOR_LATER = "ended_for_later", _("Ended for later information")
    TERMINATED = "terminated", _("Ended")
    UNVERIFIED = "unverified", _("Could not be verified")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    MOVED = "moved", _("Moved")
    CLOSED = "closed", _("Closed")


S = State
_OPEN = (S.IN_REVIEW, S.WAITING, S.CLAIM_HELD)
_FREELY = (S.AGREED, S.AGREED_IN_PART, S.ENDED_FOR_LATER)


class Paid(models.TextChoices):
    """What the individual says of the payment."""

    IN_FULL = "in_full", _("Yes, in full")
    WILL_PAY = "will_pay", _("I will pay in full at the visit")
    NO = "no", _("No")


@dataclass(frozen=True)
class Details:
    """What the patient asks: which information, what is limited, toward whom. Nobody is asked why."""

    information: str = text(
        name="the information", question="Which information, or which service?", max_length=2000,
        multiline=True, example="The dry needling of March 2",
    )  # fmt: skip
    limit: Limit = choice(
        Limit, name="what to limit", question="What should we limit?", example=Limit.DISCLOSURE
    )
    recipients: tuple[Recipient, ...] = choices(
        Recipient, name="from whom", question="From whom should it be kept?"
    )
    named: str | None = text(
        name="their names", question="Who exactly, if you can say?", max_length=400, optional=True
    )
    paid: Paid | None = choice(
        Paid,
        name="whether you have paid",
        question="If it is a health plan: have you, or somebody for you, paid for the service in full?",
        hint="If the plan has paid nothing and you paid in full, we must agree.",
        optional=True,
    )
    service_on: date | None = day(
        name="the day of the service", question="On which day was the service?", optional=True
    )
    talk: bool | None = yes_no(
        name="whether you want to talk",
        question="Would you like to talk it over with the provider who treats you?",
        hint="You need not. We answer either way.",
        optional=True,
    )

    @property
    def against_a_plan(self) -> bool:
        """Whether it would keep something from a health plan."""
        return bool({Recipient.HEALTH_PLAN, Recipient.EVERYBODY} & set(self.recipients))

    @property
    def holds_the_claim(self) -> bool:
        """Whether a claim waits until this is answered."""
        return self.against_a_plan and self.paid != Paid.NO


@register
class Restriction(Kind):
    """One request to restrict uses and disclosures."""

    name = "restriction"
    title = _("Limit how my information is used or whom it goes to")
    citation = "45 CFR 164.522(a)"
    State = State
    Details = Details

    class Meta:
        proxy = True

    file = common.file(S.RECEIVED)
    file_signed_in = common.file_signed_in(S.IN_REVIEW)
    confirm_identity = common.confirm_identity(S.RECEIVED, S.IN_REVIEW)
    ask = common.ask(S.IN_REVIEW, S.WAITING)
    answer = common.answer(S.WAITING, S.IN_REVIEW)

    @move(
        go(S.IN_REVIEW, S.WAITING, to=S.CLAIM_HELD),
        needs=P.WORK_REQUESTS,
        asks=Hold,
        checks=[own_rules.names_a_plan],
        input_checks=[own_rules.visit_to_come],
    )
    def hold_claim(self, move: Move[Hold]) -> None:
        """Claim held until the visit. The individual pays then; nothing goes to the plan before."""
        effects.record_decision(move, "hold_claim", note=move.input.item)
        clock.remind_on(move, move.input.visit_on)

    @move(
        go(*_OPEN, S.NOT_QUALIFYING, S.CONSIDERED, S.REFUSED, to=S.AGREED_MUST),
        needs=P.DECIDE,
        asks=Facts,
        checks=[rules.identity_confirmed, rules.authority_in_force],
        input_checks=[own_rules.limbs_hold],
    )
    def agree_out_of_pocket(self, move: Move[Facts]) -> None:
        """Agreed, as the law requires. Both limbs hold on the facts recorded (a)(1)(vi)."""
        keep_out_of_pocket(move)

    @move(
        go(*_OPEN, to=S.NOT_QUALIFYING),
        needs=P.DECIDE,
        asks=Facts,
        checks=[rules.identity_confirmed],
        input_checks=[own_rules.payment_not_promised, own_rules.a_limb_fails],
    )
    def not_qualifying(self, move: Move[Facts]) -> None:
        """Does not qualify as it stands. Told which limb fails and how to qualify (a)(1)(vi)."""
        keep_failed_limbs(move)

    @move(
        go(S.NOT_QUALIFYING, S.CONSIDERED, S.REFUSED, to=S.IN_REVIEW),
        needs=(P.FILE_OWN, P.WORK_REQUESTS),
        asks=Again,
        checks=[own_rules.names_a_plan],
    )
    def ask_again(self, move: Move[Again]) -> None:
        """Asked again. What has changed is judged anew, and the claim is held meanwhile."""
        effects.record_decision(move, "ask_again", note=move.input.changed)

    @move(
        go(S.IN_REVIEW, S.WAITING, S.NOT_QUALIFYING, to=S.CONSIDERED),
        needs=P.WORK_REQUESTS,
        checks=[own_rules.judged_first],
    )
    def consider(self, move: Move[Any]) -> None:
        """Taken as one the practice may agree to. It need not, and may (a)(1)(ii)."""

    @move(
        go(S.CONSIDERED, to=S.AGREED),
        needs=P.DECIDE,
        asks=Agree,
        checks=[rules.identity_confirmed, rules.authority_in_force],
    )
    def agree(self, move: Move[Agree]) -> None:
        """Agreed. It binds the practice except in an emergency (a)(1)(iii)."""
        keep_freely(move)

    @move(
        go(S.CONSIDERED, to=S.AGREED_IN_PART),
        needs=P.DECIDE,
        asks=AgreeInPart,
        checks=[rules.identity_confirmed, rules.authority_in_force],
    )
    def agree_in_part(self, move: Move[AgreeInPart]) -> None:
        """Agreed in part. The letter says to what, and to what not."""
        keep_freely(move, note=move.input.not_agreed)

    @move(
        go(S.CONSIDERED, to=S.REFUSED),
        needs=P.DECIDE,
        asks=Refuse,
        checks=[rules.identity_confirmed],
    )
    def refuse(self, move: Move[Refuse]) -> None:
        """Not agreed to. The practice may refuse this kind; it is on record with its reason (a)(3)."""
        effects.record_decision(move, "refuse", note=move.input.reason or "")

    could_not_verify = common.could_not_verify(
        S.RECEIVED, S.IN_REVIEW, S.WAITING, S.CLAIM_HELD, to=S.UNVERIFIED
    )

    @move(
        stay(*_FREELY),
        needs=(P.WORK_REQUESTS, P.DETERMINE),
        asks=Emergency,
        input_checks=[own_rules.provider_named],
    )
    def emergency(self, move: Move[Emergency]) -> None:
        """Used or disclosed in an emergency. Needed for treatment; it stays in force (a)(1)(iii)."""
        keep_emergency(move)

    @move(
        stay(*_FREELY),
        needs=(P.WORK_REQUESTS, P.DETERMINE),
        asks=Asked,
        checks=[own_rules.override_open],
    )
    def ask_no_further_use(self, move: Move[Asked]) -> None:
        """Provider asked to go no further. Not to use or disclose it beyond the emergency (a)(1)(iv)."""
        keep_asked(move)

    @move(
        stay(S.AGREED_MUST),
        needs=P.WORK_REQUESTS,
        asks=Reversed,
        checks=[own_rules.payment_stands],
    )
    def payment_reversed(self, move: Move[Reversed]) -> None:
        """Payment reversed. The restriction stays in force; the practice tries to be paid first."""
        effects.record_decision(move, "payment_reversed", note=move.input.how)

    @move(
        stay(S.AGREED_MUST),
        needs=P.WORK_REQUESTS,
        asks=MadeGood,
        checks=[own_rules.payment_failed],
    )
    def payment_made_good(self, move: Move[MadeGood]) -> None:
        """Payment made good. Nothing has changed for the restriction."""
        effects.record_decision(move, "payment_made_good", note=move.input.how)

    @move(
        go(S.AGREED_MUST, to=S.NOT_QUALIFYING),
        needs=P.DECIDE,
        asks=Effort,
        checks=[own_rules.payment_failed],
        input_checks=[own_rules.effort_made],
    )
    def lapse(self, move: Move[Effort]) -> None:
        """No longer paid in full. After a recorded effort to be paid, limb (B) fails; history is kept."""
        effects.record_decision(move, "lapse", note=move.input.effort)
        restrictions.end(move)

    @move(
        go(S.AGREED_MUST, *_FREELY, to=S.TERMINATED),
        needs=(P.FILE_OWN, P.WORK_REQUESTS),
        asks=EndAtRequest,
    )
    def end_at_request(self, move: Move[EndAtRequest]) -> None:
        """Ended by the individual. In writing, or orally and documented (a)(2)(i)-(ii)."""
        effects.record_decision(move, "end_at_request", note=move.input.words)
        restrictions.end(move)

    @move(
        go(S.AGREED, S.AGREED_IN_PART, to=S.ENDED_FOR_LATER),
        needs=P.DECIDE,
        asks=EndByNotice,
    )
    def end_by_notice(self, move: Move[EndByNotice]) -> None:
        """Ended for later information. What is held by then stays restricted (a)(2)(iii)."""
        keep_end_for_later(move)

    withdraw = common.withdraw(
        S.RECEIVED, S.IN_REVIEW, S.WAITING, S.CLAIM_HELD, S.CONSIDERED, to=S.WITHDRAWN
    )
    refile = common.refile(
        S.RECEIVED, S.IN_REVIEW, S.WAITING, S.CLAIM_HELD, S.CONSIDERED, to=S.MOVED
    )
    close = common.close(
        S.NOT_QUALIFYING, S.REFUSED, S.TERMINATED, S.UNVERIFIED, S.WITHDRAWN, to=S.CLOSED
    )
    reopen = common.reopen(S.UNVERIFIED, S.WITHDRAWN, S.CLOSED, to=S.IN_REVIEW)

    LETTERS = {
        "agree_out_of_pocket": letters.AGREED_MUST,
        "not_qualifying": letters.NOT_QUALIFYING,
        "agree": letters.AGREED,
        "agree_in_part": letters.AGREED_IN_PART,
        "refuse": letters.REFUSED,
        "could_not_verify": shared.UNVERIFIED,
        "lapse": letters.LAPSED,
        "end_at_request": letters.ENDED,
        "end_by_notice": letters.ENDED_FOR_LATER,
    }
    CLOCK = {
        "agree_out_of_pocket": Clock.STOP,
        "not_qualifying": Clock.STOP,
        "ask_again": Clock.RESUME,
        "consider": Clock.RESUME,
        "agree": Clock.STOP,
        "agree_in_part": Clock.STOP,
        "refuse": Clock.STOP,
        "could_not_verify": Clock.STOP,
        "withdraw": Clock.STOP,
        "refile": Clock.STOP,
        "reopen": Clock.RESUME,
    }
