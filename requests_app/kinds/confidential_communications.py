"""Confidential communications: to be reached in another way or at another place. 45 CFR 164.522(b).

The right    a provider must accommodate reasonable requests, and never asks the reason; it may ask
             how payment will be handled and for the other address or way of contact (b)(2)
The clock    none: the law sets no number of days.  What this service sends itself follows the wish
             from the moment it is known who asks (requests_app.standing.preferences)
The exits    agreed to · denied, because it cannot reasonably be done or because one of the two
             conditions was asked for and not supplied · could not verify who asks · withdrawn · moved
             to another kind.  What was agreed stands until the individual changes or ends it
The service is for providers: the health plan's form of this right (b)(1)(ii) has no place here.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from requests_app import rules
from requests_app.errors import BadInput, Problem
from requests_app.kinds import common, effects
from requests_app.kinds import communications_rules as own_rules
from requests_app.kinds.base import Clock, Kind, Move, go, move
from requests_app.kinds.models import Ground
from requests_app.kinds.registry import register
from requests_app.letters import confidential_communications as letters
from requests_app.letters import shared
from requests_app.people import folding
from requests_app.permissions import Permission as P
from requests_app.questions import choice, choices, group, text
from requests_app.standing import preferences
from requests_app.standing.preferences import Means


class State(models.TextChoices):
    """In life order. The label is the word on every page and letter."""

    RECEIVED = "received", _("Received")
    IN_REVIEW = "in_review", _("In progress")
    WAITING = "waiting", _("Waiting for you")
    ACCOMMODATED = "accommodated", _("Agreed to")
    DENIED = "denied", _("Denied")
    UNVERIFIED = "unverified", _("Could not be verified")
    ENDED = "ended", _("Ended by you")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    MOVED = "moved", _("Moved")
    CLOSED = "closed", _("Closed")


S = State


@dataclass(frozen=True)
class Details:
    """What the patient asks. Nobody is asked for a reason."""

    means: tuple[Means, ...] = choices(
        Means,
        name="how we may reach you",
        question="How may we reach you?",
        hint="Choose every way that is all right for you. We use no other.",
        example=(Means.EMAIL, Means.TELEPHONE, Means.POST),
    )
    email: str | None = text(
        name="the e-mail address",
        question="At which e-mail address, if not the one we have?",
        max_length=254,
        optional=True,
        example="demo.patient@example.org",
    )
    telephone: str | None = text(
        name="the telephone number",
        question="At which telephone number, if not the one we have?",
        max_length=40,
        optional=True,
        example="919-555-0142",
    )
    address: str | None = text(
        name="the address for letters",
        question="At which address for letters, if not the one we have?",
        example="P.O. Box 12, Sampletown, NC 00000",
        max_length=400,
        optional=True,
    )
    never: str | None = text(
        name="what must not be used",
        question="Is there an address or number that we must not use?",
        max_length=400,
        optional=True,
    )
    only_about: str | None = text(
        name="what it is about",
        question="Only for some of your care? For which?",
        hint="Leave it open for everything. What this service sends follows your wish in any case.",
        max_length=400,
        optional=True,
    )
    payment: str | None = text(
        name="how payment will be handled",
        question="If bills are to go elsewhere, how will payment be handled?",
        max_length=400,
        optional=True,
    )

    def problems(self) -> Iterable[Problem]:
        """Combinations that cannot be carried out."""
        for field, means in (("email", {Means.EMAIL}), ("address", {Means.POST}),
                             ("telephone", {Means.TELEPHONE, Means.TEXT})):  # fmt: skip
            if getattr(self, field) and not means & set(self.means):
                yield Problem(f"/{field}", "Choose this way above too, or leave this open.")
        if self.email and not _whole_address(self.email):
            yield Problem("/email", "Enter a whole e-mail address, like name@example.org")


def _whole_address(address: str) -> bool:
    try:
        return folding.fold_email(address) != "" and " " not in address
    except BadInput:
        return False


@dataclass(frozen=True)
class Accommodate:
    """What is carried out from now on, by the whole practice."""

    changed: Details | None = group(
        Details,
        name="what was agreed instead",
        question="Has the individual changed or completed the wish since? Then enter it whole.",
        optional=True,
    )
    passed_on: str | None = text(
        name="who was told",
        question="Who has been told to follow it: billing, reminders, business associates?",
        max_length=1000,
        multiline=True,
        optional=True,
    )


class CommunicationGround(models.TextChoices):
    """The grounds on which a provider may deny (b)(1)(i), (b)(2)(ii). A closed list."""

    NOT_REASONABLE = "COM-1", _("It cannot reasonably be done: the effort for the practice")
    NO_PAYMENT = "COM-2", _("How payment will be handled was asked and not said")
    NO_ADDRESS = "COM-3", _("The other address or way of contact was asked and not given")


@dataclass(frozen=True)
class Deny:
    """The ground, and what it means for this individual."""

    ground: CommunicationGround = choice(
        CommunicationGround, name="the ground", question="On which ground?"
    )
    explanation: str = text(
        name="the explanation",
        question="Explain it to the individual in plain words",
        hint="Only what it would take the practice to do it. The individual's reasons are no ground.",
        max_length=2000,
        multiline=True,
    )


@register
class ConfidentialCommunications(Kind):
    """One request to be reached in another way or at another place."""

    name = "confidential_communications"
    title = _("Choose how and where you reach me")
    citation = "45 CFR 164.522(b)"
    State = State
    Details = Details

    class Meta:
        proxy = True

    file = common.file(S.RECEIVED)
    file_signed_in = common.file_signed_in(S.IN_REVIEW, then=preferences.begin)
    confirm_identity = common.confirm_identity(S.RECEIVED, S.IN_REVIEW, then=preferences.begin)
    ask = common.ask(S.IN_REVIEW, S.WAITING)
    answer = common.answer(S.WAITING, S.IN_REVIEW)

    @move(
        go(S.IN_REVIEW, S.WAITING, to=S.ACCOMMODATED),
        needs=P.WORK_REQUESTS,
        asks=Accommodate,
        checks=[rules.identity_confirmed, rules.authority_in_force],
    )
    def accommodate(self, move: Move[Accommodate]) -> None:
        """Request agreed to. The whole practice follows it from now on (b)(1)(i)."""
        effects.record_decision(move, "accommodate", note=move.input.passed_on or "")
        preferences.adopt(move, preferences.asked_facts(move.input.changed or self.details))

    @move(
        go(S.IN_REVIEW, S.WAITING, to=S.DENIED),
        needs=P.DECIDE,
        asks=Deny,
        checks=[rules.identity_confirmed],
        input_checks=[own_rules.condition_was_asked, own_rules.condition_not_supplied],
    )
    def deny(self, move: Move[Deny]) -> None:
        """Request denied. On the two conditions or the effort alone, never on the reason (b)(2)."""
        given = move.input
        ground = Ground(given.ground.value, str(given.ground.label), given.explanation)
        effects.record_decision(move, "deny", grounds=(ground,))
        preferences.end(move)

    could_not_verify = common.could_not_verify(S.RECEIVED, S.IN_REVIEW, S.WAITING, to=S.UNVERIFIED)

    @move(
        go(S.ACCOMMODATED, S.CLOSED, to=S.ENDED),
        needs=(P.FILE_OWN, P.WORK_REQUESTS),
        asks=common.Withdraw,
        checks=[own_rules.preference_in_force],
    )
    def end(self, move: Move[common.Withdraw]) -> None:
        """Wish ended. As the individual asked; nobody else ends it."""
        effects.record_decision(move, "end", note=move.input.note or "")
        preferences.end(move)

    withdraw = common.withdraw(
        S.RECEIVED, S.IN_REVIEW, S.WAITING, to=S.WITHDRAWN, then=preferences.end
    )
    refile = common.refile(S.RECEIVED, S.IN_REVIEW, S.WAITING, to=S.MOVED, then=preferences.end)
    close = common.close(S.ACCOMMODATED, S.DENIED, S.UNVERIFIED, S.ENDED, S.WITHDRAWN, to=S.CLOSED)
    reopen = common.reopen(S.UNVERIFIED, S.WITHDRAWN, S.CLOSED, to=S.IN_REVIEW)

    LETTERS = {
        "accommodate": letters.AGREED,
        "deny": letters.DENIED,
        "could_not_verify": shared.UNVERIFIED,
    }
    CLOCK = {
        "accommodate": Clock.STOP,
        "deny": Clock.STOP,
        "could_not_verify": Clock.STOP,
        "withdraw": Clock.STOP,
        "refile": Clock.STOP,
        "reopen": Clock.RESUME,
    }
