"""Guards of access: looked at or copied, in the form asked for, to whom the individual says.

164.524(c)(1)-(3).  What differs from what was asked needs the individual's agreement on record.
"""

from typing import Any

from requests_app import rules
from requests_app.errors import BadInput, NotNow, Problem
from requests_app.kinds import effects
from requests_app.kinds.access_asked import Asked, Form
from requests_app.kinds.base import Move
from requests_app.kinds.models import Channel, Decision

AnyMove = Move[Any]
_FORM = "45 CFR 164.524(c)(2)"
_LOOKED_AT = "inspected"


# --- looking, which is apart from copying (c)(1), (c)(3)(i) ---------------------------------------
def looking_asked(move: AnyMove) -> None:
    """Records are looked at where that was asked for; what is withheld is not."""
    if not move.request.details.manner.looks:
        raise NotNow("Looking at the records was not asked for.", citation="45 CFR 164.524(c)(1)")
    if move.request.state in {"under_review", "review_upheld"}:
        rules.granted_part_open(move)


def still_to_come(move: AnyMove) -> None:
    """A time is arranged before it has come."""
    if move.input.at <= move.now:
        raise BadInput.one("/at", "Enter a time that is still to come.")


def as_asked_or_agreed(move: AnyMove) -> None:
    """A copy where a copy was asked for, a look where a look was; unless the individual agreed."""
    asked, given = move.request.details.manner, move.input
    if given.agreed:
        return
    looked = given.channel == _LOOKED_AT
    if asked.copies and looked:
        raise BadInput.one(
            "/channel", "A copy was asked for. Give it, or record that the individual agreed."
        )
    if asked.looks and not looked and not _looked_at(move):
        raise BadInput.one(
            "/channel",
            "Looking at the records was asked for. Record that they were looked at, or that the "
            "individual agreed to do without (45 CFR 164.524(c)(1)).",
        )


def _looked_at(move: AnyMove) -> bool:
    rows = Decision.objects.filter(request_id=move.request.pk, move="record_inspection")
    return rows.exists()


# --- form and format (c)(2) -----------------------------------------------------------------------
def in_the_form_asked_for(move: AnyMove) -> None:
    """As requested if readily producible; else what the rule puts in its place."""
    given = move.input
    if given.form is None or given.channel == _LOOKED_AT:
        return
    found = form_problem(move.request.details, given)
    if found:
        raise BadInput((found,))


def form_problem(asked: Asked, given: Any) -> Problem | None:
    """What is amiss in giving `given.form` for what was asked; None where nothing is."""
    if given.form == asked.form:
        return None
    if not given.not_producible and not given.agreed:
        return Problem(
            "/form",
            "Give the form that was asked for, or say why it cannot readily be produced "
            f"({_FORM}(i)).",
        )
    if given.form == Form.PAPER and given.kept_electronically and not given.agreed:
        return Problem(
            "/agreed",
            "Offer the electronic forms there are. Paper takes their place only if the individual "
            f"declines each of them ({_FORM}(ii)).",
        )
    if given.form != Form.PAPER and not given.agreed:
        return Problem(
            "/agreed", f"Another electronic form needs the individual's agreement ({_FORM}(ii))."
        )
    return None


# --- to somebody else, as directed (c)(3)(ii) -----------------------------------------------------
def as_directed(move: AnyMove) -> None:
    """Sent to somebody else only on a direction in writing, and within what it reaches."""
    given, directive = move.input, move.request.details.directive
    if not given.directed:
        _to_themself(given, directive)
        return
    if directive is None or not Channel(move.request.channel).written:
        raise BadInput.one(
            "/directed",
            "Give it to the individual: sending it to somebody else needs a signed direction in "
            "writing (45 CFR 164.524(c)(3)(ii)).",
        )
    if not given.from_ehr or given.form == Form.PAPER or given.channel == "handed":
        raise BadInput.one(
            "/directed",
            "A direction reaches an electronic copy of an electronic health record only. For the "
            "rest ask for an authorization, or give the copy to the individual "
            "(45 CFR 164.524(c)(3)(ii)).",
        )


def _to_themself(given: Any, directive: Any) -> None:
    if directive is not None and not given.agreed:
        raise BadInput.one(
            "/directed",
            "The individual asked that it goes to somebody else. Send it there, or record that the "
            "individual agreed to get it instead.",
        )


# --- what the moves keep --------------------------------------------------------------------------
def keep_arrangement(move: AnyMove) -> None:
    """When and where; the letter says it, and that it costs nothing."""
    effects.record_decision(move, "arrange_inspection", note=move.input.where)


def keep_delivery(move: AnyMove, name: str) -> None:
    """What was given, with why it differs from what was asked, and the line of the ledger."""
    given = move.input
    effects.record_decision(
        move, name, given=given.given, note=given.not_producible or "", cents=given.charged
    )
    effects.record_release(move)
