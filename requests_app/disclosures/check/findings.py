"""What a check finds, and the answer it makes of it."""

from enum import StrEnum

import msgspec


class Verdict(StrEnum):
    """The answer. Only the first two let anything go."""

    PERMIT = "permit"
    CONDITIONS = "permit_with_conditions"
    QUESTIONS = "questions"
    DENY = "deny"

    @property
    def lets_go(self) -> bool:
        return self in {Verdict.PERMIT, Verdict.CONDITIONS}


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """Why, with its citation and the record that causes it.

    stops        whether it forbids the disclosure; the others only explain
    overridable  whether emergency treatment sets it aside (164.522(a)(1)(iii))
    """

    code: str
    sentence: str
    citation: str
    record: str = ""
    stops: bool = True
    overridable: bool = False


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """A fact without which there is no answer. `field` is where it goes in the next question."""

    field: str
    question: str
    citation: str
    record: str = ""


class Obligation(msgspec.Struct, frozen=True, kw_only=True):
    """What must be done if it goes."""

    code: str
    sentence: str
    citation: str
    record: str = ""


class Remark(msgspec.Struct, frozen=True, kw_only=True):
    """What the officer should know; it stops nothing."""

    code: str
    sentence: str
    citation: str


Finding = Reason | Ask | Obligation | Remark


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """Whether it will stand in an accounting, because of what."""

    answer: str
    because: str
    citation: str


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """The whole answer."""

    verdict: Verdict
    basis: str
    accountable: Counted
    reasons: tuple[Reason, ...] = ()
    questions: tuple[Ask, ...] = ()
    obligations: tuple[Obligation, ...] = ()
    warnings: tuple[Remark, ...] = ()

    @property
    def overridable(self) -> bool:
        """Whether emergency treatment would set aside everything that stops it."""
        stops = [one for one in self.reasons if one.stops]
        return bool(stops) and all(one.overridable for one in stops)
