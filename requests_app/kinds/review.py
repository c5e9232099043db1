"""The determination before a denial and its review after: 164.524(a)(3)-(4), (d)(4).

A licensed health care professional determines the reviewable grounds; another one, who took no part
in the denial, reviews it when the individual asks; the practice does what the review says.  Persons
are compared, never roles, here and by a constraint of the database.
"""

from dataclasses import dataclass
from typing import Any

from requests_app import rules
from requests_app.kinds import access_rules, effects
from requests_app.kinds.base import Move, go, move, stay
from requests_app.kinds.delivery import GIVING, Deliver
from requests_app.kinds.grounds import ReviewableGround
from requests_app.kinds.models import Ground, Part
from requests_app.permissions import Permission as P
from requests_app.questions import choice, text


@dataclass(frozen=True)
class Determine:
    """A licensed professional's determination under (a)(3)."""

    ground: ReviewableGround = choice(
        ReviewableGround, name="the ground", question="On which ground?"
    )
    withheld: str = text(
        name="what it reaches",
        question="Which part of the record?",
        max_length=1000,
        multiline=True,
    )
    explanation: str = text(name="the reasons", question="Why?", max_length=2000, multiline=True)


@dataclass(frozen=True)
class Refer:
    """To whom the denial is referred for review (d)(4)."""

    reviewer: str = text(
        name="the reviewer",
        question="Who reviews the denial? Give the account.",
        max_length=64,
        example="3f2b8c1e-5d47-4a90-9c36-7e1d2a4b6f80",
    )


@dataclass(frozen=True)
class Review:
    """The reviewer's decision on the standards of (a)(3)."""

    reasons: str = text(
        name="the reasons", question="Give your reasons", max_length=2000, multiline=True
    )


def determine(*states: str) -> Any:
    @move(
        stay(*states),
        needs=P.DETERMINE,
        asks=Determine,
        checks=[rules.identity_confirmed, rules.licence_recorded],
        input_checks=[rules.determined_ground_fits],
    )
    def determine(self: Any, move: Move[Determine]) -> None:
        """Professional determination recorded. By a licensed professional, before a denial (a)(3)."""
        given = move.input
        ground = Ground(given.ground.value, given.withheld, given.explanation)
        effects.record_decision(move, "determine", grounds=(ground,))
        effects.involve(move, move.actor.id, Part.DENIAL)

    return determine


def ask_for_review(*states: str, to: str) -> Any:
    @move(
        go(*states, to=to),
        needs=(P.FILE_OWN, P.WORK_REQUESTS),
        checks=[rules.denial_reviewable],
    )
    def ask_for_review(self: Any, move: Move[Any]) -> None:
        """Review of the denial asked for. The individual's right for the grounds of (a)(3)."""

    return ask_for_review


def refer(under_review: str) -> Any:
    @move(
        stay(under_review),
        needs=P.DECIDE,
        asks=Refer,
        input_checks=[rules.reviewer_is_an_account, rules.named_reviewer_free],
    )
    def refer(self: Any, move: Move[Refer]) -> None:
        """Referred to a reviewer. A licensed professional who took no part in the denial (d)(4)."""
        effects.involve(move, move.input.reviewer, Part.REVIEW)
        self.reviewer = move.input.reviewer

    return refer


_REVIEWER = [rules.invited_reviewer, rules.not_part_of_denial, rules.licence_recorded]


def uphold(under_review: str, to: str) -> Any:
    @move(go(under_review, to=to), needs=P.REVIEW_DENIAL, asks=Review, checks=_REVIEWER)
    def uphold(self: Any, move: Move[Review]) -> None:
        """Denial upheld on review. The individual is told promptly in writing (d)(4)."""
        effects.record_decision(move, "uphold", note=move.input.reasons)

    return uphold


def reverse(under_review: str, to: str) -> Any:
    @move(go(under_review, to=to), needs=P.REVIEW_DENIAL, asks=Review, checks=_REVIEWER)
    def reverse(self: Any, move: Move[Review]) -> None:
        """Denial reversed on review. The practice must give the records (d)(4)."""
        effects.record_decision(move, "reverse", note=move.input.reasons)

    return reverse


def deliver_part(reversed_denial: str, to: str) -> Any:
    @move(
        go(reversed_denial, to=to),
        needs=P.WORK_REQUESTS,
        asks=Deliver,
        checks=[rules.part_stays_withheld, rules.authority_in_force],
        input_checks=GIVING,
    )
    def deliver_reviewed_part(self: Any, move: Move[Deliver]) -> None:
        """What the review opened given. The rest was denied on grounds no review reaches (d)(4)."""
        access_rules.keep_delivery(move, "deliver_reviewed_part")

    return deliver_reviewed_part
