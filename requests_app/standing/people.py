"""People named by a patient, as they are kept and compared. Sealed wherever they stand."""

from dataclasses import dataclass
from typing import TypeVar

from requests_app.people import folding

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class NamedPerson:
    """Somebody the patient names."""

    name: str
    relation: str = ""


@dataclass(frozen=True, slots=True)
class ObjectionFacts:
    """To telling whom (nobody named: anybody), and which part of the information."""

    people: tuple[NamedPerson, ...] = ()
    parts: str = ""


@dataclass(frozen=True, slots=True)
class InvolvedFacts:
    """Somebody involved in a patient's care or its payment, and how it is known."""

    name: str
    relation: str
    part: str = ""
    by_whom: str = ""


def words(name: str) -> frozenset[str]:
    """What two ways of writing a name have in common: its words, in no order."""
    return frozenset(folding.fold_words(name))


def is_same(one: str, other: str) -> bool:
    """Whether it is the same name: only this lets somebody be told something."""
    return bool(words(one)) and words(one) == words(other)


def could_be(one: str, other: str) -> bool:
    """Whether it could be the same person, such as "Dora" and "Dora Demo": enough for a no."""
    first, second = words(one), words(other)
    return first <= second or second <= first
