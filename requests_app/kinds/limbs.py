"""The limbs of the restriction that must be agreed, judged on facts: 45 CFR 164.522(a)(1)(vi).

(A) the disclosure to the health plan would be for payment or health care operations and is not
otherwise required by law; (B) the information pertains solely to an item or service for which the
individual, or somebody on their behalf other than the plan, has paid the practice in full.

Nobody ticks "qualifies": the facts are written down, and what follows from them is worked out here.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import models
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from requests_app.errors import Problem
from requests_app.questions import choice, day, in_order, text, yes_no
from requests_app.questions.amounts import money


class Payer(models.TextChoices):
    """Who paid. A savings account counts as the individual; a copay leaves the rest to the plan."""

    INDIVIDUAL = "individual", _("The patient")
    SOMEBODY_ELSE = "somebody_else", _("Somebody else on their behalf, such as family")
    SAVINGS_ACCOUNT = "savings_account", _("A health savings or flexible spending account")
    HEALTH_PLAN = "health_plan", _("A health plan, wholly or in part")
    NOBODY = "nobody", _("Nobody")


class Payment(models.TextChoices):
    """Where the payment stands. One on its way counts: only a reversed one has failed."""

    CLEARED = "cleared", _("Paid and cleared")
    PENDING = "pending", _("Paid, not cleared yet")
    REVERSED = "reversed", _("Reversed or not honored")
    PROMISED = "promised", _("To be paid at the visit")
    NONE = "none", _("Not paid")


@dataclass(frozen=True)
class Facts:
    """What the item was, what it cost, who paid, and what the disclosure would be for."""

    item: str = text(
        name="the item or service", question="Which item or service?", max_length=400,
        example="Dry needling, one session",
    )  # fmt: skip
    codes: str | None = text(
        name="the billing codes", question="Its billing codes, apart by commas", max_length=200,
        optional=True, example="20560",
    )  # fmt: skip
    service_from: date = day(name="the first day", question="Provided on which day, or from?")
    service_until: date | None = day(
        name="the last day", question="Until which day, if several?", optional=True
    )
    plans: str = text(
        name="the health plans", question="Which health plans?", max_length=400,
        example="Every health plan",
    )  # fmt: skip
    separable: bool = yes_no(
        name="whether it stands apart",
        question="Can it be kept apart from everything else that goes to the plan?",
        hint="If it is billed only together with something else, answer no.",
    )
    reveals: str | None = text(
        name="what would reveal it",
        question="Anything billed beside it that would reveal it?",
        max_length=400,
        optional=True,
        example="97032, electrical stimulation through the needles",
    )
    price: int = money(name="the price", question="What was charged for it?")
    paid: int = money(name="the amount paid", question="What was paid for it, not by the plan?")
    payer: Payer = choice(Payer, name="who paid", question="Who paid?")
    payment: Payment = choice(
        Payment, name="where the payment stands", question="Where does the payment stand?"
    )
    for_payment_or_operations: bool = yes_no(
        name="what the disclosure would be for",
        question="Would the disclosure to the plan be for payment or health care operations?",
    )
    law: str | None = text(
        name="the law that requires it",
        question="Does a law require this disclosure to the plan? Which?",
        max_length=200,
        optional=True,
    )
    already_sent: str | None = text(
        name="what had gone before",
        question="What has already gone to the plan, and when?",
        hint="The individual is told. What is agreed reaches what follows.",
        max_length=1000,
        multiline=True,
        optional=True,
    )

    def problems(self) -> Iterable[Problem]:
        """Combinations that cannot be."""
        yield from in_order(self.service_from, self.service_until, at="/service_until")
        if self.payer == Payer.NOBODY and self.paid:
            yield Problem("/payer", "Enter who paid the amount you entered.")


@dataclass(frozen=True)
class Failed:
    """One limb that fails: which, why in words the individual reads, and the ways to qualify."""

    code: str
    why: str
    ways: tuple[str, ...]
    citation: str


A, B = "45 CFR 164.522(a)(1)(vi)(A)", "45 CFR 164.522(a)(1)(vi)(B)"


def failed(facts: Facts) -> tuple[Failed, ...]:
    """The limbs that fail on these facts; none when the restriction must be agreed."""
    return tuple(
        limb for limb in (_purpose(facts), _law(facts), _solely(facts), _paid(facts)) if limb
    )


def _purpose(facts: Facts) -> Failed | None:
    if facts.for_payment_or_operations:
        return None
    return Failed(
        "A-purpose",
        _t("The rule reaches what goes to a health plan for payment or health care operations. This "
           "would go for another purpose."),
        (),
        A,
    )  # fmt: skip


def _law(facts: Facts) -> Failed | None:
    if not facts.law:
        return None
    why = _t("A law requires us to give this to the plan: %(law)s.") % {"law": facts.law}
    return Failed("A-law", why, (), A)


def _solely(facts: Facts) -> Failed | None:
    if facts.separable:
        return None
    return Failed(
        "B-solely",
        _t("What goes to the plan is not about this alone: it cannot be kept apart from what is "
           "billed with it."),
        (_t("pay in full for everything that it is billed with"),),
        B,
    )  # fmt: skip


def _paid(facts: Facts) -> Failed | None:
    """Nothing charged, nothing paid, paid by the plan, paid in part, or the payment failed."""
    apart = _t("have it charged apart, and pay that charge")
    whole = _t("pay for the whole visit yourself")
    if not facts.price:
        why = _t("It was included at no charge, so nothing was paid for it.")
        return Failed("B-no-charge", why, (apart, whole), B)
    if facts.payment == Payment.REVERSED:
        why = _t("The payment was reversed or not honored, so it has not been paid in full.")
        return Failed("B-reversed", why, (_t("pay it in another way"),), B)
    if facts.payer == Payer.HEALTH_PLAN:
        why = _t("A health plan paid for it, or for a part of it. A copay is not payment in full.")
        return Failed(
            "B-plan", why, (_t("pay the full price yourself, or have it paid for you"),), B
        )
    if facts.paid < facts.price or facts.payment not in {Payment.CLEARED, Payment.PENDING}:
        why = _t("It has not been paid in full.")
        tell = _t("tell us that you will pay it in full at the visit: then we hold the claim")
        return Failed("B-not-full", why, (_t("pay the rest"), tell), B)
    return None
