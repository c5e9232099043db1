"""The examination of an authorization, by the rows of `authorization.toml`. 45 CFR 164.508(b)-(c).

Strict: a row that would not have been written this way stops the start.  A defective authorization
is kept with its defects and never relied on (b)(2).
"""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

FILE = Path(__file__).parent / "authorization.toml"


class Weight(StrEnum):
    """What a lacking element means."""

    DEFECT = "defect"
    DUTY = "duty"


class Element(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something an authorization must hold."""

    code: str
    citation: str
    weight: Weight
    any_of: tuple[str, ...]
    lacks: str
    only_if: tuple[str, ...] = ()

    def lacking(self, answers: Any) -> bool:
        """Whether the answers leave it open."""
        asked = all(getattr(answers, name) for name in self.only_if)
        return asked and not any(getattr(answers, name) for name in self.any_of)


class Forbidden(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something that makes an authorization void."""

    code: str
    citation: str
    where: dict[str, str | bool]
    sentence: str

    def present(self, answers: Any) -> bool:
        """Whether every answer is as written."""
        return all(getattr(answers, name) == value for name, value in self.where.items())


class Limit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The longest term a state allows."""

    state: str
    citation: str
    years: int


class Rows(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    element: tuple[Element, ...]
    forbidden: tuple[Forbidden, ...]
    limit: tuple[Limit, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """One defect or duty, as a sentence with its citation."""

    code: str
    sentence: str
    citation: str


@dataclass(frozen=True, slots=True)
class Term:
    """The last day on which an authorization may be relied on; None while only an event ends it."""

    last_day: date | None
    citation: str


@cache
def rows() -> Rows:
    """The file, read once. Raises when it is not what it must be."""
    found = msgspec.convert(tomllib.loads(FILE.read_text(encoding="utf-8")), Rows)
    codes = [row.code for row in found.element] + [row.code for row in found.forbidden]
    if len(set(codes)) < len(codes):
        raise ValueError(f"{FILE.name}: two rows have one code")
    return found


def defects(answers: Any) -> tuple[Finding, ...]:
    """Why this authorization is not valid; empty when it is."""
    void = (
        Finding(row.code, row.sentence, row.citation)
        for row in rows().forbidden
        if row.present(answers)
    )
    return (*_lacking(answers, Weight.DEFECT), *void)


def duties(answers: Any) -> tuple[Finding, ...]:
    """What the practice still owes beside a valid authorization."""
    return tuple(_lacking(answers, Weight.DUTY))


def finding(code: str) -> Finding:
    """A defect by its code, as it stands in the record; an unknown one raises LookupError."""
    found = {row.code: Finding(row.code, row.lacks, row.citation) for row in rows().element}
    found |= {row.code: Finding(row.code, row.sentence, row.citation) for row in rows().forbidden}
    return found[code]


def term(*, signed_on: date | None, expires_on: date | None, state: str) -> Term:
    """The earlier of the day it names and the longest term of the state, with its citation."""
    named = Term(expires_on, "45 CFR 164.508(b)(2)(i)")
    longest = next((row for row in rows().limit if row.state == state), None)
    if longest is None or signed_on is None:
        return named
    last = _years_later(signed_on, longest.years)
    if expires_on is not None and expires_on <= last:
        return named
    return Term(last, longest.citation)


def _lacking(answers: Any, weight: Weight) -> Iterable[Finding]:
    return (
        Finding(row.code, row.lacks, row.citation)
        for row in rows().element
        if row.weight is weight and row.lacking(answers)
    )


def _years_later(day: date, years: int) -> date:
    """The same day of a later year; of 29 February, the 28th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
