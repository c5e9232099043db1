"""The letter of an opt-out: none is prescribed; decency asks that the wish is confirmed."""

from dataclasses import dataclass
from typing import Any

from requests_app.kinds.base import Move
from requests_app.letters.context import Common, common
from requests_app.letters.letter import Element, Letter


@dataclass(frozen=True)
class CarriedOut:
    """What is stopped or sent again."""

    common: Common
    again: bool
    materials: tuple[str, ...]


def _carried_out(move: Move[Any]) -> CarriedOut:
    asked = move.request.details
    return CarriedOut(
        common(move),
        again=move.request.loosens,  # type: ignore[attr-defined]  # of this kind
        materials=tuple(str(material.label) for material in asked.materials),
    )


CARRIED_OUT = Letter(
    "opt_out_carried_out",
    _carried_out,
    (
        Element(
            "what is stopped or sent again", "164.514(f)(2)(iv)-(v)", lambda c: tuple(c.materials)
        ),
        Element(
            "that the wish can be changed at any time",
            "164.514(f)(2)(v)",
            lambda c: ("change your mind at any time",),
        ),
        Element(
            "that care does not depend on it",
            "164.514(f)(2)(iii)",
            lambda c: ("makes no difference to your treatment or payment",),
        ),
    ),
)
