"""Guards of a restriction (164.522(a))."""

from typing import Any

from requests_app.deadlines.calendars import day_of
from requests_app.errors import BadInput, NotNow, Problem
from requests_app.kinds.base import Move
from requests_app.kinds.decided import latest
from requests_app.kinds.limbs import Payment, failed
from requests_app.standing import restrictions

AnyMove = Move[Any]

MUST_AGREE = "45 CFR 164.522(a)(1)(vi)"
#: Recorded when a payment failed, and when it was made good or made no difference any more.
REVERSED, SETTLED = "payment_reversed", ("payment_made_good", "agree_out_of_pocket")


def limbs_hold(move: AnyMove) -> None:
    """(a)(1)(vi): it must be agreed when both limbs hold on the facts, and is agreed on no others."""
    problems = [
        Problem(_FIELDS[limb.code], f"{limb.why} ({limb.citation})") for limb in failed(move.input)
    ]
    if problems:
        raise BadInput(problems)


def a_limb_fails(move: AnyMove) -> None:
    """(a)(1)(vi): on facts under which both limbs hold there is nothing but to agree."""
    if not failed(move.input):
        raise NotNow(
            "On these facts the practice must agree: it has been paid for in full, and not by the plan.",
            citation=MUST_AGREE,
        )


def payment_not_promised(move: AnyMove) -> None:
    """(a)(1)(vi)(B): who will pay at the visit keeps the claim held; it is not judged before."""
    if move.input.payment == Payment.PROMISED:
        raise BadInput.one(
            "/payment", "Hold the claim until the visit; judge it when it is paid or not."
        )


def judged_first(move: AnyMove) -> None:
    """(a)(1)(vi): a request against a health plan is discretionary only after its limbs were judged."""
    if move.request.details.against_a_plan and move.request.state != "not_qualifying":
        raise NotNow(
            "This asks to keep something from a health plan. Record first what was paid and by whom: if "
            "it was paid for in full, and not by the plan, it must be agreed.",
            citation=MUST_AGREE,
        )


def names_a_plan(move: AnyMove) -> None:
    """Only a claim to a health plan can be held."""
    if not move.request.details.against_a_plan:
        raise NotNow("This request is not about a health plan, so there is no claim to hold.")


def visit_to_come(move: AnyMove) -> None:
    """A claim is held until a visit that is today or still to come."""
    if move.input.visit_on < move.today:
        raise BadInput.one("/visit_on", "The day of the visit must be today or later.")


def payment_failed(move: AnyMove) -> None:
    """78 FR 5629: only a payment that was recorded as reversed, and not made good, has failed."""
    if not _reversal_open(move):
        raise NotNow("No payment is recorded as reversed, so the restriction stands as it is.")


def payment_stands(move: AnyMove) -> None:
    """A payment is recorded as reversed once, until it is made good."""
    if _reversal_open(move):
        raise NotNow("The payment is recorded as reversed already.")


def effort_made(move: AnyMove) -> None:
    """78 FR 5629: a reasonable effort to get paid comes before anything goes to the plan."""
    row = latest(move.request.pk, REVERSED)
    zone = move.request.site.time_zone
    if row is not None and move.input.tried_on < day_of(row.decided_at, zone):
        raise BadInput.one(
            "/tried_on", "The effort must come after the day on which the payment was reversed."
        )


def override_open(move: AnyMove) -> None:
    """(a)(1)(iv): there is an emergency disclosure whose recipient has not been asked yet."""
    if not restrictions.overrides_unasked(move.request.pk):
        raise NotNow("Every provider who got something in an emergency has been asked already.")


def provider_named(move: AnyMove) -> None:
    """(a)(1)(iv): whom to ask is known only where a provider is named."""
    if move.input.asked and not move.input.provider:
        raise BadInput.one("/provider", "Enter the provider who was asked.")


def _reversal_open(move: AnyMove) -> bool:
    row = latest(move.request.pk, REVERSED, *SETTLED)
    return row is not None and row.move == REVERSED


_FIELDS = {
    "A-purpose": "/for_payment_or_operations",
    "A-law": "/law",
    "B-solely": "/separable",
    "B-no-charge": "/price",
    "B-reversed": "/payment",
    "B-plan": "/payer",
    "B-not-full": "/paid",
}
