"""Restrictions: what must be agreed, what may be refused, what stands in force when (164.522(a))."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from requests_app.actions import door
from requests_app.disclosures.models import Disclosure
from requests_app.disclosures.taxonomy import UnknownBasis, taxonomy
from requests_app.errors import BadInput, NotNow
from requests_app.kinds.base import Kind
from requests_app.kinds.limbs import Facts, Payer, Payment, failed
from requests_app.kinds.models import DueInstant
from requests_app.standing import restrictions
from requests_app.standing.restrictions import AgreedRestriction, RestrictionKind
from tests.properties import calm
from tests.support import office
from tests.support.office import INCLUDED, NOON, OFFICER, PAID, PATIENT, act, do

# Those that need no database ask for none.
needs_clinic = pytest.mark.usefixtures("clinic")


@pytest.fixture
def clinic(db: None) -> office.Office:
    return office.set_up()


def facts(**more: Any) -> Facts:
    paid: dict[str, Any] = PAID | {
        "service_from": date(2026, 3, 2),
        "payer": Payer.INDIVIDUAL,
        "payment": Payment.CLEARED,
    }
    return Facts(**(paid | more))


# --- the limbs ---------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("more", "limbs"),
    [
        pytest.param({}, [], id="paid in full by the patient"),
        pytest.param({"payer": Payer.SOMEBODY_ELSE}, [], id="family paid"),
        pytest.param({"payer": Payer.SAVINGS_ACCOUNT}, [], id="a savings account paid"),
        pytest.param({"payment": Payment.PENDING}, [], id="on its way"),
        pytest.param({"price": 0, "paid": 0}, ["B-no-charge"], id="included at no charge"),
        pytest.param({"price": 14200, "paid": 2000}, ["B-not-full"], id="a copay"),
        pytest.param({"payer": Payer.HEALTH_PLAN}, ["B-plan"], id="the plan paid"),
        pytest.param({"payment": Payment.REVERSED}, ["B-reversed"], id="dishonored"),
        pytest.param({"payment": Payment.NONE}, ["B-not-full"], id="not paid"),
        pytest.param({"separable": False}, ["B-solely"], id="bundled"),
        pytest.param({"law": "Medicaid rule"}, ["A-law"], id="required by law"),
        pytest.param({"for_payment_or_operations": False}, ["A-purpose"], id="another purpose"),
        pytest.param({"separable": False, "price": 0, "paid": 0}, ["B-solely", "B-no-charge"],
                     id="two limbs"),
    ],
)  # fmt: skip
def test_each_limb_is_judged_on_facts(more: dict[str, Any], limbs: list[str]) -> None:
    assert [one.code for one in failed(facts(**more))] == limbs


@calm
@given(
    price=st.integers(0, 5), paid=st.integers(0, 5), payer=st.sampled_from(Payer),
    payment=st.sampled_from(Payment), separable=st.booleans(), purpose=st.booleans(),
    law=st.sampled_from([None, "A law"]),
)  # fmt: skip
def test_it_qualifies_exactly_when_both_limbs_hold(
    price: int, paid: int, payer: Payer, payment: Payment, *, separable: bool, purpose: bool,
    law: str | None,
) -> None:  # fmt: skip
    judged = failed(
        replace(
            facts(), price=price, paid=paid, payer=payer, payment=payment, separable=separable,
            for_payment_or_operations=purpose, law=law,
        )
    )  # fmt: skip
    in_full = 0 < price <= paid and payer != Payer.HEALTH_PLAN
    limb_b = separable and in_full and payment in {Payment.CLEARED, Payment.PENDING}
    assert (not judged) == (purpose and law is None and limb_b)
    assert all(limb.why and limb.citation for limb in judged)


# --- the branch --------------------------------------------------------------------------------
@needs_clinic
def test_when_the_limbs_hold_there_is_no_way_to_say_no() -> None:
    request = office.filed("restriction")
    with pytest.raises(NotNow, match="the practice must agree"):
        act(request, "not_qualifying", PAID)
    with pytest.raises(NotNow, match="Record first what was paid"):
        act(request, "consider")
    with pytest.raises(NotNow, match="This is not possible"):
        act(request, "refuse")

    assert act(request, "agree_out_of_pocket", PAID).state == "agreed_must"


@needs_clinic
@pytest.mark.parametrize("talk", [True, False, None], ids=["wished for", "not", "unanswered"])
def test_a_talk_with_the_provider_is_offered_and_is_no_condition(talk: bool | None) -> None:
    """164.522(a)(1)(vi) knows no such condition: the answer is owed either way."""
    details = office.DETAILS["restriction"] | ({} if talk is None else {"talk": talk})
    request = office.filed("restriction", details=details)
    offers = door.possibilities(request, actor=OFFICER, now=NOON)
    usual = door.possibilities(office.filed("restriction"), actor=OFFICER, now=NOON)
    assert [(one.spec.name, one.allowed) for one in offers] == [
        (one.spec.name, one.allowed) for one in usual
    ]
    assert act(request, "agree_out_of_pocket", PAID).state == "agreed_must"


@needs_clinic
def test_it_is_not_agreed_as_due_where_a_limb_fails() -> None:
    request = office.filed("restriction")
    with pytest.raises(BadInput) as refusal:
        act(request, "agree_out_of_pocket", PAID | {"separable": False, "payment": "reversed"})
    assert [one.field for one in refusal.value.problems] == ["/separable", "/payment"]
    assert "164.522(a)(1)(vi)(B)" in refusal.value.problems[0].sentence


@needs_clinic
def test_no_move_of_the_practice_ends_what_was_paid_out_of_pocket() -> None:
    request = do(office.filed("restriction"), "agree_out_of_pocket")
    offers = door.possibilities(request, actor=OFFICER, now=NOON)
    ending = {
        one.spec.name
        for one in offers
        if one.allowed and one.spec.paths["agreed_must"] != "agreed_must"
    }
    assert ending == {"end_at_request"}


@needs_clinic
def test_the_database_refuses_to_end_it_by_notice_too() -> None:
    do(office.filed("restriction"), "agree_out_of_pocket")
    with (
        pytest.raises(DatabaseError, match="out_of_pocket_not_ended_by_notice"),
        transaction.atomic(),
    ):
        AgreedRestriction.objects.update(covers_until=NOON)


@needs_clinic
@pytest.mark.parametrize(
    "change",
    ["in_force_until = NULL", "in_force_from = now()", "kind = 'discretionary'",
     "scope = '\\x01'", "in_force_until = now() + interval '1 year'"],
)  # fmt: skip
def test_an_ended_restriction_is_not_changed(change: str) -> None:
    do(office.filed("restriction"), "agree_out_of_pocket", "end_at_request")
    with pytest.raises(DatabaseError, match="ended once"), transaction.atomic():
        connection.cursor().execute(f"UPDATE requests_app_agreedrestriction SET {change}")


@needs_clinic
def test_the_letter_names_the_limb_and_never_says_no_alone() -> None:
    request = act(office.filed("restriction"), "not_qualifying", INCLUDED)
    body = request.letters.get().text.body
    assert "included at no charge" in body
    assert "45 CFR 164.522(a)(1)(vi)(B)" in body
    assert "- have it charged apart, and pay that charge" in body
    assert "- pay for the whole visit yourself" in body
    assert "We may still agree" in body
    assert "You need not: nothing depends on it." in body
    assert "Secretary of Health and Human Services" in body
    assert "MISSING" not in body


# --- holds -------------------------------------------------------------------------------------
def held(clinic: office.Office, at: datetime = NOON) -> list[str]:
    return [one.reference for one in restrictions.claim_holds(clinic.patient.pk, at=at)]


def test_the_claim_is_held_from_entry_until_the_answer(clinic: office.Office) -> None:
    later = office.day("2026-03-05")
    request = office.filed("restriction")
    assert held(clinic) == [request.reference]

    act(request, "not_qualifying", INCLUDED, now=later)

    assert held(clinic, later) == []
    assert held(clinic) == [request.reference], "what was held before stays so in the past"
    act(
        request, "ask_again", office.INPUT["ask_again"], actor=PATIENT, now=office.day("2026-03-06")
    )
    assert held(clinic, office.day("2026-03-06")) == [request.reference]


def test_nothing_is_held_for_one_who_does_not_pay_or_asks_of_family(clinic: office.Office) -> None:
    asked = office.DETAILS["restriction"]
    office.filed("restriction", details=asked | {"paid": "no"})
    office.filed("restriction", details=asked | {"recipients": ["family"]})
    assert held(clinic) == []


def test_who_will_pay_at_the_visit_has_the_claim_held_and_the_office_reminded(
    clinic: office.Office,
) -> None:
    request = office.filed("restriction")
    with pytest.raises(BadInput) as refusal:
        act(request, "not_qualifying", INCLUDED | {"payment": "promised"})
    assert "Hold the claim" in refusal.value.problems[0].sentence

    request = do(request, "hold_claim")

    assert held(clinic, office.day("2026-03-09")) == [request.reference]
    days = DueInstant.objects.filter(request=request, acted_at=None).order_by("at")
    assert [row.at.date() for row in days] == [date(2026, 3, 9), date(2026, 3, 10)]
    act(request, "agree_out_of_pocket", PAID, now=office.day("2026-03-09"))
    assert not DueInstant.objects.filter(request=request, acted_at=None).exists()


# --- in force ----------------------------------------------------------------------------------
def in_force(clinic: office.Office, on: str) -> list[restrictions.InForce]:
    return restrictions.in_force(clinic.patient.pk, at=office.day(on))


def test_a_restriction_is_in_force_from_its_move_until_it_is_ended(clinic: office.Office) -> None:
    request = act(
        office.filed("restriction"), "agree_out_of_pocket", PAID, now=office.day("2026-03-03")
    )
    act(request, "end_at_request", {"how": "orally", "words": "Said so by telephone."},
        now=office.day("2026-04-01"))  # fmt: skip

    assert in_force(clinic, "2026-03-02") == []
    (one,) = in_force(clinic, "2026-03-03")
    assert (one.kind, one.scope.codes) == (RestrictionKind.OUT_OF_POCKET, ("20560",))
    assert one.scope.service_until == date(2026, 3, 2)
    assert in_force(clinic, "2026-04-01") == []


def agreed(clinic: office.Office) -> Kind:
    asked = office.DETAILS["restriction"] | {"recipients": ["provider"], "paid": None}
    return do(office.filed("restriction", details=asked), "consider", "agree")


@pytest.mark.parametrize(
    ("provided", "covers"),
    [
        pytest.param("portal", datetime(2026, 3, 20, 17, 0, tzinfo=UTC), id="at once"),
        pytest.param("post", datetime(2026, 3, 26, 3, 59, 59, 999999, tzinfo=UTC), id="by post"),
    ],
)
def test_ending_by_notice_reaches_later_information_only(
    provided: str, covers: datetime, clinic: office.Office
) -> None:
    ended = datetime(2026, 3, 20, 17, 0, tzinfo=UTC)
    request = act(agreed(clinic), "end_by_notice", {"provided": provided}, now=ended)

    (one,) = restrictions.in_force(clinic.patient.pk, at=covers)
    assert one.covers_until == covers
    (before,) = in_force(clinic, "2026-03-19")
    assert before.covers_until is None
    assert "stays restricted" in request.letters.latest("sent_at").text.body
    act(request, "end_at_request", office.INPUT["end_at_request"], now=office.day("2026-06-01"))
    assert in_force(clinic, "2026-06-01") == []


def test_an_emergency_leaves_it_in_force_and_owes_a_question(clinic: office.Office) -> None:
    request = do(agreed(clinic), "emergency")

    assert in_force(clinic, "2026-03-03") != []
    line = Disclosure.objects.get(request=request)
    assert (line.basis, line.facts.recipient_name) == ("TRT", "Dr. X Example")
    assert restrictions.overrides_unasked(request.pk).count() == 1
    assert DueInstant.objects.filter(request=request, acted_at=None).exists()

    do(request, "ask_no_further_use")

    assert not restrictions.overrides_unasked(request.pk).exists()
    assert not DueInstant.objects.filter(request=request, acted_at=None).exists()


# --- payment reversed --------------------------------------------------------------------------
def test_a_reversed_payment_leaves_it_in_force_until_an_effort_is_recorded(
    clinic: office.Office,
) -> None:
    request = do(office.filed("restriction"), "agree_out_of_pocket")
    reversed_on, later = office.day("2026-03-10"), office.day("2026-03-20")
    act(request, "payment_reversed", office.INPUT["payment_reversed"], now=reversed_on)
    assert in_force(clinic, "2026-03-19") != []
    with pytest.raises(BadInput) as refusal:
        act(request, "lapse", {"effort": "Called.", "tried_on": "2026-03-09"}, now=later)
    assert refusal.value.problems[0].field == "/tried_on"

    request = act(request, "lapse", {"effort": "Called.", "tried_on": "2026-03-18"}, now=later)

    assert (request.state, in_force(clinic, "2026-03-20")) == ("not_qualifying", [])
    assert in_force(clinic, "2026-03-19") != [], "history is kept"
    assert "We tried to be paid: Called." in request.letters.latest("sent_at").text.body


@needs_clinic
def test_a_payment_made_good_closes_the_matter() -> None:
    request = do(
        office.filed("restriction"), "agree_out_of_pocket", "payment_reversed", "payment_made_good"
    )
    with pytest.raises(NotNow, match="No payment is recorded as reversed"):
        do(request, "lapse")


# --- what no restriction stops -----------------------------------------------------------------
@pytest.mark.parametrize("code", taxonomy().all)
def test_no_restriction_stops_what_the_rule_exempts(code: str) -> None:
    exempt = "164.512" in taxonomy().basis(code).citation or code in {"SEC", "DIR"}
    assert restrictions.never_stopped(code) == exempt
    if exempt:
        assert not any(restrictions.can_stop(code, kind) for kind in RestrictionKind)


@pytest.mark.parametrize(
    ("code", "freely", "out_of_pocket"),
    [("TRT", True, False), ("PAY", True, True), ("OPS", True, True), ("FAM", True, False),
     ("IND", False, False), ("AUTH", False, False), ("WC", False, False)],
)  # fmt: skip
def test_what_each_kind_can_stop(code: str, *, freely: bool, out_of_pocket: bool) -> None:
    assert restrictions.can_stop(code, RestrictionKind.DISCRETIONARY) is freely
    assert restrictions.can_stop(code, RestrictionKind.OUT_OF_POCKET) is out_of_pocket


def test_an_unknown_basis_is_no_answer() -> None:
    with pytest.raises(UnknownBasis):
        restrictions.can_stop("NONE-SUCH", RestrictionKind.DISCRETIONARY)
