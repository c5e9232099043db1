"""The letter of an objection: none is prescribed; it confirms, and offers what binds further."""

from dataclasses import dataclass
from typing import Any

from requests_app.kinds.base import Move
from requests_app.letters.context import Common, common, in_words
from requests_app.letters.letter import Element, Letter


@dataclass(frozen=True)
class CarriedOut:
    """What is objected to, or no longer."""

    common: Common
    lifted: bool
    scopes: tuple[str, ...]
    people: tuple[str, ...]
    parts: str
    until: str


def _carried_out(move: Move[Any]) -> CarriedOut:
    asked = move.request.details
    return CarriedOut(
        common(move),
        lifted=move.request.loosens,  # type: ignore[attr-defined]  # of this kind
        scopes=tuple(str(scope.label) for scope in asked.scopes),
        people=tuple(person.name for person in asked.people or ()),
        parts=asked.parts or "",
        until=in_words(asked.until) if asked.until else "",
    )


CARRIED_OUT = Letter(
    "objection_carried_out",
    _carried_out,
    (
        Element("what the objection is about", "164.510", lambda c: (*c.scopes, *c.people)),
        Element(
            "the offer of a restriction",
            "164.522(a)(1)",
            lambda c: (c.common.reference,) if c.lifted else ("ask us for a restriction",),
        ),
    ),
)
