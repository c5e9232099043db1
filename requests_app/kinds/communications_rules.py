"""Guards of a request for confidential communications (45 CFR 164.522(b)(2))."""

from typing import Any

from requests_app.errors import BadInput, NotNow
from requests_app.kinds.base import Move
from requests_app.messages.models import Direction, Message
from requests_app.standing import preferences

AnyMove = Move[Any]

#: Ground → the answers that supply what it says is lacking.
_SUPPLIED_BY = {"COM-2": ("payment",), "COM-3": ("email", "telephone", "address")}


def condition_was_asked(move: AnyMove) -> None:
    """164.522(b)(2)(ii): a condition counts as not supplied only after the individual was asked."""
    if move.input.ground.value in _SUPPLIED_BY and not _asked(move):
        raise BadInput.one(
            "/ground",
            "Ask the individual for it first: nothing is missing that nobody has asked for "
            "(45 CFR 164.522(b)(2)(ii)).",
        )


def condition_not_supplied(move: AnyMove) -> None:
    """164.522(b)(2)(ii): what stands in the request has been supplied."""
    given = _SUPPLIED_BY.get(move.input.ground.value, ())
    if any(getattr(move.request.details, name) for name in given):
        raise BadInput.one("/ground", "The individual has said this. Look at the request again.")


def preference_in_force(move: AnyMove) -> None:
    """What this request has put in force still counts."""
    if not preferences.of_request(move.request).exists():
        raise NotNow("This wish has ended already, or a newer one has taken its place.")


def _asked(move: AnyMove) -> bool:
    asked = Message.objects.filter(request_id=move.request.pk, direction=Direction.TO_ASKER)
    return asked.exists()
