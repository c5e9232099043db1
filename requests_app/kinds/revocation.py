"""Revocation of an authorization. 45 CFR 164.508(b)(5).

The right    to take back an authorization at any time, in writing; what was already done in reliance
             on it stands (b)(5)(i).  It cannot be refused, and nothing may depend on it
The clock    none: a written revocation counts from the moment any office of the practice has it.
             From then on nothing is released on what it may be about (requests_app.standing.reliance)
The exits    in effect · told how to put it in writing, when it came by word of mouth · passed to the
             care team, when a consent to a treatment is meant, which needs no writing · could not
             verify who asks · withdrawn, or moved to another kind, before it counts
The exception for insurers (b)(5)(ii) is a decision that names the policy and the law.  It is recorded
beside the revocation and releases nothing by itself.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from requests_app import rules
from requests_app.kinds import common, effects
from requests_app.kinds import revocation_rules as own_rules
from requests_app.kinds.base import Clock, Kind, Move, go, move, stay
from requests_app.kinds.registry import register
from requests_app.kinds.revocation_rules import Subject
from requests_app.letters import revocation as letters
from requests_app.letters import shared
from requests_app.outbox import Audience, Topic, tell
from requests_app.permissions import Permission as P
from requests_app.questions import EXAMPLE_ID, choice, many, text, yes_no
from requests_app.questions.amounts import instant
from requests_app.standing import authorizations
from requests_app.standing.authorizations import ContestFacts, InsurerContest


class State(models.TextChoices):
    """In life order. The label is the word on every page and letter."""

    RECEIVED = "received", _("Received")
    IN_REVIEW = "in_review", _("In progress")
    WAITING = "waiting", _("Waiting for you")
    NOT_WRITTEN = "not_written", _("Not yet in writing")
    EFFECTIVE = "effective", _("In effect")
    ROUTED = "routed", _("Passed to your care team")
    UNVERIFIED = "unverified", _("Could not be verified")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    MOVED = "moved", _("Moved")
    CLOSED = "closed", _("Closed")


S = State


@dataclass(frozen=True)
class Details:
    """What is taken back. Nobody is asked for a reason."""

    subject: Subject = choice(Subject, name="what you take back", question="What do you take back?")
    authorization: str | None = text(
        name="the authorization",
        question="Which authorization, if you see it in your list?",
        hint="Leave it open to take back every one.",
        max_length=64,
        optional=True,
        example=EXAMPLE_ID,
    )
    words: str | None = text(
        name="what you take back, in your words",
        question="Say it in your words, such as who was to get what",
        max_length=2000,
        multiline=True,
        optional=True,
    )


@dataclass(frozen=True)
class Named:
    """One authorization of the register."""

    authorization: str = text(
        name="the authorization",
        question="Which authorization?",
        max_length=64,
        example=EXAMPLE_ID,
    )


@dataclass(frozen=True)
class TakeEffect:
    """What it reaches, and what had been done before."""

    authorizations: tuple[Named, ...] | None = many(
        Named,
        name="the authorizations",
        question="Which authorizations does it end, beside the one it names?",
        optional=True,
    )
    none_on_file: bool | None = yes_no(
        name="whether none is on file",
        question="Is there no such authorization at the practice?",
        optional=True,
        example=False,
    )
    already_done: str | None = text(
        name="what had been done",
        question="What had already been sent or done in reliance on it?",
        hint="The individual will read this word for word.",
        max_length=2000,
        multiline=True,
        optional=True,
    )
    stopped: str | None = text(
        name="what was stopped",
        question="What was stopped, and who was told to stop?",
        max_length=1000,
        multiline=True,
        optional=True,
    )


@dataclass(frozen=True)
class RecordContest:
    """The exception for insurers: its three conditions, the policy and the law (b)(5)(ii)."""

    authorization: str | None = text(
        name="the authorization", question="Which authorization, if several?",
        max_length=64, optional=True,
    )  # fmt: skip
    condition_of_coverage: bool = yes_no(
        name="whether coverage depended on it",
        question="Was it obtained as a condition of getting insurance coverage?",
    )
    policy_issued: bool = yes_no(
        name="whether the policy was issued", question="Was the policy issued?"
    )
    may_contest: bool = yes_no(
        name="whether the insurer may contest",
        question="Does other law let the insurer contest a claim under the policy, or the policy?",
    )
    policy: str = text(name="the policy", question="Which policy?", max_length=200)
    state_law: str = text(name="the law", question="Under which law?", max_length=400)


@dataclass(frozen=True)
class PassOn:
    """To whom it was passed, and how it is known that a treatment is meant."""

    told: str = text(name="who was told", question="Who of the care team was told?", max_length=200)
    told_at: datetime = instant(name="when they were told", question="When were they told?")
    how_known: str | None = text(
        name="how this is known",
        question="How is it known that a treatment is meant, if the request says otherwise?",
        max_length=1000,
        multiline=True,
        optional=True,
    )


def _at_birth(move: Move[Any]) -> None:
    """What nobody has to look at first: it counts, or is on its way to the care team."""
    request, asked = move.request, move.request.details
    if asked.subject != Subject.AUTHORIZATION:
        tell(request, (Topic.URGENT, Audience.OFFICE), now=move.now)
    found = authorizations.named(move, asked.authorization, at="/details/authorization")
    if found is not None:
        _count(move)


def _count(move: Move[Any]) -> None:
    """In writing, by somebody known, of an authorization that is named: it ends as of the receipt."""
    request = move.request
    if not own_rules.counts(request):
        return
    asked = request.details.authorization
    found = authorizations.named(move, asked, at="/details/authorization")
    if found is not None:
        authorizations.revoke(move, found)


@register
class Revocation(Kind):
    """One revocation, or what was said in place of one."""

    name = "revocation"
    title = _("Take back a permission I gave")
    citation = "45 CFR 164.508(b)(5)"
    State = State
    Details = Details

    class Meta:
        proxy = True

    def not_theirs(self, *, now: datetime) -> bool:
        """What has ended stays ended, and an authorization that is named is this patient's."""
        own_rules.takes_nothing_from_them(self)
        return False

    file = common.file(S.RECEIVED, then=_at_birth)
    file_signed_in = common.file_signed_in(S.IN_REVIEW, then=_at_birth)
    confirm_identity = common.confirm_identity(S.RECEIVED, S.IN_REVIEW, then=_count)
    ask = common.ask(S.IN_REVIEW, S.WAITING)
    answer = common.answer(S.WAITING, S.IN_REVIEW)

    @move(
        go(S.RECEIVED, S.IN_REVIEW, S.WAITING, to=S.NOT_WRITTEN),
        needs=P.WORK_REQUESTS,
        checks=[own_rules.by_word_of_mouth, own_rules.no_treatment_meant],
    )
    def tell_how(self, move: Move[object]) -> None:
        """Told how to put it in writing. By word of mouth it does not count yet (b)(5)."""
        effects.record_decision(move, "tell_how")

    @move(
        go(S.IN_REVIEW, S.WAITING, to=S.EFFECTIVE),
        needs=P.WORK_REQUESTS,
        asks=TakeEffect,
        checks=[
            rules.identity_confirmed,
            own_rules.in_writing,
            own_rules.no_treatment_meant,
        ],
        input_checks=[own_rules.says_what_ends],
    )
    def take_effect(self, move: Move[TakeEffect]) -> None:
        """Revocation in effect. Since the practice received it; what was done before stands (b)(5)(i)."""
        given = move.input
        effects.record_decision(
            move, "take_effect", given=given.already_done or "", note=given.stopped or ""
        )
        for found in own_rules.all_named(move):
            authorizations.revoke(move, found)

    @move(
        stay(S.EFFECTIVE),
        needs=P.DECIDE,
        asks=RecordContest,
        checks=[own_rules.has_ended_one],
        input_checks=[own_rules.insurer_may_contest],
    )
    def record_contest(self, move: Move[RecordContest]) -> None:
        """Exception for an insurer recorded. It names the policy and the law, and releases nothing."""
        given = move.input
        effects.record_decision(move, "record_contest", note=given.policy)
        InsurerContest.objects.create(
            authorization=own_rules.contested(move),
            request_id=self.pk,
            facts=ContestFacts(given.policy, given.state_law),
            decided_by=move.actor.id,
            decided_at=move.now,
        )

    @move(
        go(S.RECEIVED, S.IN_REVIEW, S.WAITING, to=S.ROUTED),
        needs=(P.WORK_REQUESTS, P.FILE_FOR_OTHERS),
        asks=PassOn,
        checks=[own_rules.nothing_ended],
        input_checks=[own_rules.treatment_is_meant, own_rules.told_at_possible],
    )
    def pass_to_care_team(self, move: Move[PassOn]) -> None:
        """Passed to the care team. A consent to a treatment is taken back by saying so."""
        given = move.input
        effects.record_decision(
            move,
            "pass_to_care_team",
            given=given.told,
            elsewhere=given.told_at.isoformat(),
            note=given.how_known or "",
        )

    could_not_verify = common.could_not_verify(S.RECEIVED, S.IN_REVIEW, S.WAITING, to=S.UNVERIFIED)
    withdraw = common.withdraw(
        S.RECEIVED,
        S.IN_REVIEW,
        S.WAITING,
        to=S.WITHDRAWN,
        checks=[own_rules.does_not_count_yet],
    )
    refile = common.refile(
        S.RECEIVED, S.IN_REVIEW, S.WAITING, to=S.MOVED, checks=[own_rules.does_not_count_yet]
    )
    close = common.close(
        S.NOT_WRITTEN, S.EFFECTIVE, S.ROUTED, S.UNVERIFIED, S.WITHDRAWN, to=S.CLOSED
    )
    reopen = common.reopen(S.UNVERIFIED, S.WITHDRAWN, S.CLOSED, to=S.IN_REVIEW)

    LETTERS = {
        "tell_how": letters.IN_WRITING,
        "take_effect": letters.IN_EFFECT,
        "pass_to_care_team": letters.PASSED_ON,
        "could_not_verify": shared.UNVERIFIED,
    }
    CLOCK = {
        "tell_how": Clock.STOP,
        "take_effect": Clock.STOP,
        "pass_to_care_team": Clock.STOP,
        "could_not_verify": Clock.STOP,
        "withdraw": Clock.STOP,
        "refile": Clock.STOP,
        "reopen": Clock.RESUME,
    }
