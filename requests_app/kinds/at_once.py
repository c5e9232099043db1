"""Kinds whose wish takes effect when it is expressed: objecting, and opting out.

What protects the individual is in force from the moment any office hears it, before anybody has
asked who speaks; what takes protection away waits until that is known.  Such a kind has two words
of its own: `loosens`, whether the wish takes protection away, and `put_in_force`, which may be called
again and then changes nothing.
"""

from typing import Any

from requests_app import rules
from requests_app.errors import NotNow
from requests_app.kinds.base import UNBORN, Move, go, move
from requests_app.permissions import Permission as P

AnyMove = Move[Any]


def known_if_loosening(move: AnyMove) -> None:
    """Taking protection away waits until it is known who asks (164.514(h)); protecting does not."""
    if move.request.loosens:  # type: ignore[attr-defined]  # the kinds of this file have it
        rules.identity_confirmed(move)


def not_in_force_yet(move: AnyMove) -> None:
    """A wish that is in force is changed by a new wish; it does not just disappear."""
    if move.request.in_effect():  # type: ignore[attr-defined]  # the kinds of this file have it
        raise NotNow(
            "This wish is in force already. To change it, say what is wanted now: that is a new "
            "request."
        )


#: What must be known before the wish takes effect.
FIRST = (rules.patient_matched, known_if_loosening, rules.authority_in_force)


def file(target: str) -> Any:
    @move({UNBORN: target}, needs=(P.FILE_OWN, P.FILE_FOR_OTHERS))
    def file(self: Any, move: AnyMove) -> None:
        """Wish received. What protects the individual is in force from that moment."""
        if _nothing_first(move):
            self.put_in_force(move)

    return file


def file_signed_in(target: str) -> Any:
    @move({UNBORN: target}, needs=P.FILE_OWN, checks=[rules.authority_in_force])
    def file_signed_in(self: Any, move: AnyMove) -> None:
        """Wish received and carried out. Signed in to an account linked to the patient."""
        self.identity_confirmed_at = move.now
        self.put_in_force(move)

    return file_signed_in


def carry_out(*states: str, to: str) -> Any:
    @move(go(*states, to=to), needs=(P.WORK_REQUESTS, P.FILE_FOR_OTHERS), checks=FIRST)
    def carry_out(self: Any, move: AnyMove) -> None:
        """Wish carried out. In force from the moment it was received, and confirmed in writing."""
        self.put_in_force(move)

    return carry_out


def _nothing_first(move: AnyMove) -> bool:
    try:
        for check in FIRST:
            check(move)
    except NotNow:
        return False
    return True
