"""A summary in place of the records: only if agreed to in advance, with its fee. 164.524(c)(2)(iii)."""

from typing import Any

from requests_app.errors import BadInput, NotNow
from requests_app.kinds.base import Move
from requests_app.kinds.decided import latest
from requests_app.kinds.models import Decision, Request

AnyMove = Move[Any]
_CITE = "45 CFR 164.524(c)(2)(iii)"


def proposed(move: AnyMove) -> None:
    """There is a proposal to agree to, and it has not been agreed to yet."""
    if latest(move.request.pk, "propose_summary") is None:
        raise NotNow("No summary has been proposed here.", citation=_CITE)
    not_agreed(move)


def not_agreed(move: AnyMove) -> None:
    """What was agreed to is not put up anew."""
    if latest(move.request.pk, "agree_summary") is not None:
        raise NotNow("A summary and its fee have been agreed to already.", citation=_CITE)


def agree(move: AnyMove) -> None:
    """The individual has agreed to the summary and to what it costs, which adds to the fee told."""
    request = move.request
    cost = _cost(latest(request.pk, "propose_summary"))
    request.fee_cents = (request.fee_cents or 0) + cost or None


def agreed_cost(request: Request) -> int:
    """What an agreed summary costs, in cents; nothing where none was agreed to."""
    if latest(request.pk, "agree_summary") is None:
        return 0
    return _cost(latest(request.pk, "propose_summary"))


def given_only_if_agreed(move: AnyMove) -> None:
    """A summary takes the place of the records only where the individual agreed before."""
    if move.input.summary and latest(move.request.pk, "agree_summary") is None:
        raise BadInput.one(
            "/summary",
            "Give the records: a summary takes their place only if the individual agreed to it, and "
            f"to its fee, in advance ({_CITE}).",
        )


def _cost(proposal: Decision | None) -> int:
    return (proposal.facts.cents or 0) if proposal else 0
