"""The elements a notice must contain, read strictly from `elements.toml`.

A table that would not have been written this way stops the start with its number and the reason.
"""

import tomllib
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path

import msgspec

FILE = Path(__file__).parent / "elements.toml"


class WrongElement(Exception):
    """A list of elements that cannot be loaded: says the row and the reason."""


class OnlyIf(StrEnum):
    """The fact about the practice on which an element depends."""

    ALWAYS = "always"
    RAISES_FUNDS = "raises_funds"
    HOLDS_PART2 = "holds_part2"
    HOLDS_PART2_AND_RAISES_FUNDS = "holds_part2_and_raises_funds"


class Element(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One thing the text must hold.

    what     what it is, as the publisher is asked
    words    words that must stand in the text themselves; empty where none are prescribed
    only_if  when it is required at all
    """

    id: str
    citation: str
    in_force_from: date
    what: str
    words: str = ""
    only_if: OnlyIf = OnlyIf.ALWAYS

    def asked_of(self, *, holds_part2: bool, raises_funds: bool) -> bool:
        """Whether a practice of which this is true must have it in its notice."""
        return {
            OnlyIf.ALWAYS: True,
            OnlyIf.RAISES_FUNDS: raises_funds,
            OnlyIf.HOLDS_PART2: holds_part2,
            OnlyIf.HOLDS_PART2_AND_RAISES_FUNDS: holds_part2 and raises_funds,
        }[self.only_if]


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    element: list[Element]


@cache
def elements() -> tuple[Element, ...]:
    """Every element, in the order of the rule."""
    return load(FILE.read_text(encoding="utf-8"))


def load(text: str) -> tuple[Element, ...]:
    """The elements of such a file. Raises WrongElement."""
    try:
        found = msgspec.convert(tomllib.loads(text), _File).element
    except (msgspec.ValidationError, tomllib.TOMLDecodeError) as error:
        raise WrongElement(str(error)) from None
    seen: set[str] = set()
    for number, row in enumerate(found, start=1):
        if row.id in seen or not row.what or "164.520" not in row.citation:
            raise WrongElement(f"element {number} ({row.id}): twice, or without words or citation")
        seen.add(row.id)
    return tuple(found)
