"""The shortest lawful way from where a request stands to an answer that gives what was asked.

Read from the kind's own graph, so that a new kind needs nothing here.  A denial is never a short
cut: it is proposed to nobody.
"""

from dataclasses import dataclass
from functools import cache

from requests_app.kinds import registry
from requests_app.kinds.base import UNBORN, Clock, MoveSpec
from requests_app.reports.cases import OF_STATE, Outcome

#: An answer that gives, wholly or in part; the part only where the decision has been made already.
_GIVES = frozenset({Outcome.GIVEN, Outcome.IN_PART})
#: What ends or reopens a request without answering it.
_NOT_AN_ANSWER = frozenset({"withdraw", "refile", "could_not_verify", "reopen", "close"})
#: Decisions to give less than was asked: the office's to make, not a report's to propose.
_LESS = frozenset(
    {"grant_in_part", "accept_in_part", "agree_in_part", "refer", "ask_for_review", "disagree"}
)
#: What most guards wait for.
CLEARS_THE_WAY = "confirm_identity"


@dataclass(frozen=True, slots=True)
class Step:
    """A move that leads on, and how many moves the answer is away with it."""

    move: MoveSpec
    away: int


@cache
def steps(kind: str, state: str) -> tuple[Step, ...]:
    """The moves that lead on from a state, the shortest way first, then in life order."""
    moves = [one for one in registry.kind(kind).moves().values() if _leads_on(one)]
    found = [
        Step(move, away)
        for move in moves
        if state in move.paths and (away := _away(kind, move, state)) is not None
    ]
    return tuple(sorted(found, key=lambda step: step.away))


def _leads_on(move: MoveSpec) -> bool:
    return move.name not in _NOT_AN_ANSWER | _LESS and UNBORN not in move.paths


def _away(kind: str, move: MoveSpec, state: str) -> int | None:
    """How many moves until the answer, this one included; None when it leads to none."""
    target = move.paths[state]
    if registry.kind(kind).CLOCK.get(move.name) is Clock.STOP:
        return 1 if OF_STATE[target] in _GIVES else None
    if target == state:
        return None
    rest = _distance(kind, target)
    return None if rest is None else rest + 1


@cache
def _distance(kind: str, state: str) -> int | None:
    """Breadth first from a state to an answer that gives."""
    moves = [one for one in registry.kind(kind).moves().values() if _leads_on(one)]
    seen, edge, far = {state}, {state}, 0
    while edge:
        far += 1
        out = [(one, one.paths[at]) for at in edge for one in moves if at in one.paths]
        if any(_answers(kind, move, target) for move, target in out):
            return far
        edge = {target for _, target in out} - seen
        seen |= edge
    return None


def _answers(kind: str, move: MoveSpec, target: str) -> bool:
    stops = registry.kind(kind).CLOCK.get(move.name) is Clock.STOP
    return stops and OF_STATE[target] in _GIVES
