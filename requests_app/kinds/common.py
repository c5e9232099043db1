"""The moves that every kind shares, each written once.

A kind places them in its own life order and says from which states they go.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from requests_app import rules
from requests_app.kinds import effects
from requests_app.kinds.base import UNBORN, Check, Move, go, move, stay
from requests_app.letters.models import Provided
from requests_app.messages.models import Direction
from requests_app.people.models import CheckMethod
from requests_app.permissions import Permission as P
from requests_app.questions import choice, day, text

AnyMove = Move[Any]
#: What a kind adds to a shared move: effects of its own, in the same transaction.
Then = Callable[[AnyMove], None]


def nothing_more(move: AnyMove) -> None:
    """The shared move is all there is."""


@dataclass(frozen=True)
class ConfirmIdentity:
    """What the verifier writes down (164.514(h))."""

    method: CheckMethod = choice(
        CheckMethod, name="how identity was checked", question="How was identity checked?"
    )
    evidence: str = text(
        name="what was seen or heard",
        question="What was seen or heard?",
        hint="Describe it. Do not copy document numbers.",
        max_length=1000,
        multiline=True,
    )
    authority: str | None = text(
        name="what shows the authority",
        question="What shows the representative's authority?",
        max_length=1000,
        multiline=True,
        optional=True,
    )


@dataclass(frozen=True)
class Extend:
    """The written notice of extension: its reasons and the date of completion."""

    reasons: str = text(
        name="the reasons for the delay",
        question="Why is more time needed?",
        hint="The individual will read this word for word.",
        max_length=2000,
        multiline=True,
    )
    completion_date: date = day(
        name="the date of completion", question="By which day will the request be answered?"
    )
    provided: Provided = choice(
        Provided,
        name="how the letter is provided",
        question="How does the individual get the letter?",
    )


@dataclass(frozen=True)
class Ask:
    """A question to the person who asked."""

    body: str = text(
        name="the question", question="What do you need to know?", max_length=4000, multiline=True
    )


@dataclass(frozen=True)
class Answer:
    """The answer to the office's question."""

    body: str = text(
        name="the answer", question="What is your answer?", max_length=4000, multiline=True
    )


class Whither(models.TextChoices):
    """Where the notice that identity could not be verified goes: to whoever asked, as a rule."""

    ASKED_FROM = "asked_from", _("To where they asked from")
    HANDED = "handed", _("Handed over, when they come or call again")
    ON_FILE = "on_file", _("To the patient's address on file")


@dataclass(frozen=True)
class CouldNotVerify:
    """What was tried before writing that identity could not be verified, and where that goes.

    It goes to the patient's address on file only where the officer chooses so: whoever asked may be
    somebody else, and whoever lives there need not know that somebody asked.
    """

    tried: str = text(
        name="what was tried",
        question="What was tried to confirm who is asking?",
        hint="Kept for the record; the letter does not repeat it.",
        max_length=2000,
        multiline=True,
    )
    to: Whither | None = choice(
        Whither,
        name="where the letter goes",
        question="Where does the letter go, if not to where they asked from?",
        optional=True,
    )

    @property
    def provided(self) -> Provided | None:
        """How the letter reaches them; None: the way the request came in."""
        return _PROVIDED.get(self.to) if self.to else None


_PROVIDED = {Whither.HANDED: Provided.HANDED, Whither.ON_FILE: Provided.POST}


@dataclass(frozen=True)
class Withdraw:
    """No reason is asked of anyone."""

    note: str | None = text(
        name="the note",
        question="Anything you want to add?",
        max_length=1000,
        multiline=True,
        optional=True,
    )


@dataclass(frozen=True)
class Reopen:
    """Why an ended request is taken up again."""

    reason: str = text(
        name="the reason", question="Why is it taken up again?", max_length=1000, multiline=True
    )


def file(target: str, *, then: Then = nothing_more) -> Any:
    @move({UNBORN: target}, needs=(P.FILE_OWN, P.FILE_FOR_OTHERS))
    def file(self: Any, move: AnyMove) -> None:
        """Request received. Identity is still to be confirmed; the clock runs already."""
        then(move)

    return file


def file_signed_in(target: str, *, then: Then = nothing_more) -> Any:
    @move({UNBORN: target}, needs=P.FILE_OWN, checks=[rules.authority_in_force])
    def file_signed_in(self: Any, move: AnyMove) -> None:
        """Request received. Signed in to an account linked to the patient, which is verification."""
        self.identity_confirmed_at = move.now
        then(move)

    return file_signed_in


def confirm_identity(unconfirmed: str, working: str, *, then: Then = nothing_more) -> Any:
    @move(
        {unconfirmed: working, working: working},
        needs=P.VERIFY_IDENTITY,
        asks=ConfirmIdentity,
        checks=[rules.patient_matched, rules.identity_open, rules.authority_in_force],
        input_checks=[rules.method_by_staff, rules.authority_shown],
    )
    def confirm_identity(self: Any, move: AnyMove) -> None:
        """Identity confirmed. Method and evidence are kept (164.514(h))."""
        effects.record_identity(move)
        then(move)

    return confirm_identity


def ask(source: str, waiting: str) -> Any:
    @move(go(source, to=waiting), needs=P.WORK_REQUESTS, asks=Ask)
    def ask(self: Any, move: AnyMove) -> None:
        """Question asked. Nothing pauses the clock."""
        effects.write_message(move, Direction.TO_ASKER, move.input.body)

    return ask


def answer(waiting: str, working: str) -> Any:
    @move(go(waiting, to=working), needs=(P.FILE_OWN, P.WORK_REQUESTS), asks=Answer)
    def answer(self: Any, move: AnyMove) -> None:
        """Question answered. The office goes on."""
        effects.write_message(move, Direction.TO_OFFICE, move.input.body)

    return answer


def extend(*states: str) -> Any:
    @move(
        stay(*states),
        needs=P.DECIDE,
        asks=Extend,
        checks=[rules.extension_possible],
        input_checks=[rules.extension_lawful],
    )
    def extend(self: Any, move: AnyMove) -> None:
        """More time taken. Once, in writing, with reasons and a date, inside the limit."""
        effects.record_decision(move, "extend", note=move.input.reasons)

    return extend


def could_not_verify(*states: str, to: str, checks: Iterable[Check] = ()) -> Any:
    @move(
        go(*states, to=to),
        needs=P.DECIDE,
        asks=CouldNotVerify,
        checks=[rules.identity_open, *checks],
        input_checks=[rules.somewhere_to_write],
    )
    def could_not_verify(self: Any, move: AnyMove) -> None:
        """Identity could not be verified. Told how to go on; counted apart from denials."""
        effects.record_decision(
            move, "could_not_verify", note=move.input.tried, elsewhere=str(move.input.to or "")
        )

    return could_not_verify


def withdraw(*states: str, to: str, checks: Iterable[Check] = (), then: Then = nothing_more) -> Any:
    @move(
        go(*states, to=to),
        needs=(P.FILE_OWN, P.WORK_REQUESTS),
        asks=Withdraw,
        checks=[rules.not_answered, *checks],
    )
    def withdraw(self: Any, move: AnyMove) -> None:
        """Request withdrawn. It can be taken up again, and a new one can be made at any time."""
        effects.record_decision(move, "withdraw", note=move.input.note or "")
        then(move)

    return withdraw


def refile(*states: str, to: str, checks: Iterable[Check] = (), then: Then = nothing_more) -> Any:
    """Made by `actions.refile` and `actions.right_patient`, with the request that takes its place."""

    @move(
        go(*states, to=to),
        needs=P.WORK_REQUESTS,
        checks=[rules.not_answered, rules.nothing_decided, *checks],
        apart=True,
    )
    def refile(self: Any, move: AnyMove) -> None:
        """Request goes on under another reference. With the same day of receipt."""
        then(move)

    return refile


def close(*states: str, to: str, checks: Iterable[Check] = ()) -> Any:
    """`checks` are the kind's own conditions, beside that the request is answered."""

    @move(go(*states, to=to), needs=P.WORK_REQUESTS, checks=[rules.answered, *checks])
    def close(self: Any, move: AnyMove) -> None:
        """Request closed. Everything owed has been done."""

    return close


def reopen(*states: str, to: str) -> Any:
    @move(go(*states, to=to), needs=P.DECIDE, asks=Reopen)
    def reopen(self: Any, move: AnyMove) -> None:
        """Request taken up again. The history stays; the receipt date stays."""
        effects.record_decision(move, "reopen", note=move.input.reason)

    return reopen
