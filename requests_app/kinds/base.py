"""What every kind of request is made of.

A kind's module reads as the law does: what the patient asks, what the office must do, by when, what
we write.  This file gives it three words: `Kind` (the proxy model), `move` (a legal move, with what
it needs, asks and checks), and `Move` (one move being made, as its guards see it).
"""

import functools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from django.db import models
from django_fsm import transition

from audit.actors import Actor
from requests_app.deadlines.policy import RequestObject
from requests_app.kinds.models import Request
from requests_app.permissions import Permission
from requests_app.words import Words, said

if TYPE_CHECKING:
    from requests_app.letters.letter import Letter

Input = TypeVar("Input")

#: The state before the first: a request is born by a move as well.
UNBORN = ""
#: The state of what was of the wrong kind or patient, in every kind: another request took its place.
MOVED = "moved"
#: The states in which nothing is left to do.
FINISHED = ("closed", MOVED)
#: Those in which nobody waits for anything, answered or not.
ENDED = ("withdrawn", "unverified", *FINISHED)


@dataclass(frozen=True, slots=True)
class Nothing:
    """The input of a move that asks nothing."""


@dataclass(frozen=True)
class Move(Generic[Input]):
    """One move being made. Guards see the request, who moves it, when and with what; nothing else.

    `input` is None while it is only asked whether the move is possible.
    """

    request: "Kind"
    actor: Actor
    now: datetime
    input: Input

    @property
    def today(self) -> date:
        """The day at the request's site, which is the day the law counts."""
        return self.now.astimezone(ZoneInfo(self.request.site.time_zone)).date()

    @property
    def version(self) -> int:
        """The version this move will make."""
        return self.request.version + 1


Check = Callable[[Move[Any]], None]


class Clock(Enum):
    """What a move does to the legal clock. Nothing pauses it."""

    START = "start"
    EXTEND = "extend"
    STOP = "stop"
    RESUME = "resume"


@dataclass(frozen=True)
class MoveSpec:
    """A legal move as data: read by the action door, the API, the pages, the diagrams, the tests."""

    name: str
    line: str
    paths: Mapping[str, str]
    needs: tuple[Permission, ...]
    asks: type[Any]
    checks: tuple[Check, ...]
    input_checks: tuple[Check, ...]
    apart: bool = False

    @property
    def by_name(self) -> bool:
        """Whether the door makes it by its name: not a birth, nor what an action makes in passing."""
        return UNBORN not in self.paths and not self.apart

    @property
    def title(self) -> str:
        """Its line in the timeline, in the reader's language."""
        return said(self.line)


def stay(*states: str) -> dict[str, str]:
    """Paths of a move that changes facts and leaves the state as it is."""
    return {state: state for state in states}


def go(*states: str, to: str) -> dict[str, str]:
    """Paths from each of these states to one."""
    return dict.fromkeys(states, to)


def move(
    paths: Mapping[str, str],
    *,
    needs: Permission | tuple[Permission, ...],
    asks: type[Any] = Nothing,
    checks: Iterable[Check] = (),
    input_checks: Iterable[Check] = (),
    apart: bool = False,
) -> Callable[[Any], Any]:
    """Declare a legal move of a kind.

    paths         source state → target state; a request is born from UNBORN
    needs         one of these permissions; FILE_OWN means the person whose request it is
    asks          the dataclass of questions whose answers the move takes (requests_app.questions)
    checks        guards that need no input; they also answer "is it possible now?"
    input_checks  guards over the parsed input
    apart         it is made only within an action of its own, which does more than the move
    The first sentence of the docstring is the move's line in the timeline.
    """

    def declare(method: Any) -> Any:
        spec = MoveSpec(
            name=method.__name__,
            line=_first_sentence(method.__doc__),
            paths=dict(paths),
            needs=needs if isinstance(needs, tuple) else (needs,),
            asks=asks,
            checks=tuple(checks),
            input_checks=tuple(input_checks),
            apart=apart,
        )
        for source, target in spec.paths.items():
            method = transition(field="state", source=source, target=target)(method)
        method.spec = spec
        return method

    return declare


def _first_sentence(doc: str | None) -> str:
    if not doc:
        raise TypeError("a move needs a docstring: its first sentence is its line in the timeline")
    return doc.strip().split("\n")[0].split(". ")[0].rstrip(".")


def late(
    due_on: date | None, due_at: datetime | None, answered_on: date | None, *, now: datetime
) -> bool:
    """Whether a request was answered after its due day, or is not answered and the day is over."""
    if due_on is None or due_at is None:
        return False
    return now > due_at if answered_on is None else answered_on > due_on


class KindManager(models.Manager["Kind"]):
    """A kind's manager returns its own rows and no other kind's."""

    def get_queryset(self) -> models.QuerySet["Kind"]:
        return super().get_queryset().filter(kind=self.model.name)


class Kind(Request):
    """Base of the kinds: a proxy of the one request table."""

    name: ClassVar[str]
    title: ClassVar[Words]  # in the patient's words
    citation: ClassVar[str]
    State: ClassVar[type[models.TextChoices]]
    Details: ClassVar[type[Any]]
    LETTERS: ClassVar[Mapping[str, "Letter"]]
    CLOCK: ClassVar[Mapping[str, Clock]]
    #: Whether staff may take one down from somebody who gives no name.
    ANONYMOUS: ClassVar[bool] = False
    #: What the person who takes it may do here whatever their role (complaints/routing.py).
    HANDLER: ClassVar[frozenset[Permission]] = frozenset()

    class Meta:
        proxy = True

    @property
    def subject(self) -> UUID:
        """Whose records it is about; LookupError while it is not matched to a patient."""
        if self.patient_id is None:
            raise LookupError("the request is not matched to a patient")
        return self.patient_id

    @property
    def details(self) -> Any:
        """What was asked, typed as the kind's Details."""
        return msgspec.convert(self.filed.details, self.Details)

    def is_late(self, *, now: datetime) -> bool:
        """Whether it was answered after its due day, or is not answered and the day is over."""
        return late(self.due_on, self.due_at, self.answered_on, now=now)

    def asked_objects(self) -> frozenset[RequestObject]:
        """What of the records is asked for, where a law tells looking from copying."""
        return frozenset()

    @classmethod
    def check_details(cls, details: Any, *, received: date) -> None:
        """What of the details depends on the day of receipt. Raises BadInput below /details."""

    def not_theirs(self, *, now: datetime) -> bool:
        """End what it put in force for a patient whom it is not about; whether there was anything.

        Raises NotNow, saying what to do, where that cannot be undone.
        """
        return False

    @property
    def state_label(self) -> str:
        """The state in the words that stand on every page and letter."""
        return str(self.State(self.state).label)

    @classmethod
    def event(cls, move: str) -> str:
        """The name under which a move stands in the log."""
        return f"request:{cls.name}:{move}"

    @classmethod
    @functools.cache
    def moves(cls) -> Mapping[str, MoveSpec]:
        """Every legal move of this kind by name, in life order."""
        own = {k: v for base in reversed(cls.__mro__) for k, v in vars(base).items()}
        return MappingProxyType({name: m.spec for name, m in own.items() if hasattr(m, "spec")})

    @classmethod
    def paths(cls) -> list[tuple[str, str, str]]:
        """The graph: (move, source state, target state), in life order."""
        return [
            (spec.name, source, target)
            for spec in cls.moves().values()
            for source, target in spec.paths.items()
        ]
