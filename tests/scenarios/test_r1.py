"""R1. "Included at no extra cost": needling alone $35, inside a plan of physical therapy nothing."""

import pytest

from tests.scenarios.cash_needling import Cast, cast
from tests.support.office import INCLUDED, PAID

pytestmark = pytest.mark.django_db
WHOLE_VISIT = PAID | {
    "item": "The visit of March 2",
    "codes": "97110, 97140, 20560",
    "plans": "Plan P",
    "price": 14200,
    "paid": 14200,
}


@pytest.fixture
def people(db: None) -> Cast:
    return cast()


@pytest.fixture
def reference(people: Cast) -> str:
    asked = people.said_at_the_desk("2026-03-02T17:00", paid="in_full")
    people.act("2026-03-02T17:30", asked, "not_qualifying", INCLUDED)
    return asked


def test_r1_limb_b_is_named_with_both_ways_and_the_discretionary_branch(
    people: Cast, reference: str
) -> None:
    (letter,) = people.letters("2026-03-02T17:31", reference)
    assert "included at no charge" in letter
    assert "164.522(a)(1)(vi)(B)" in letter
    assert "have it charged apart, and pay that charge" in letter
    assert "pay for the whole visit yourself" in letter
    assert "may still agree" in letter
    assert "not required to agree" not in letter
    actions = {one["name"]: one for one in people.request("2026-03-02T17:31", reference)["actions"]}
    assert actions["consider"]["allowed"]


def test_r1_the_whole_visit_paid_and_asked_again_it_is_agreed_and_cannot_be_refused(
    people: Cast, reference: str
) -> None:
    people.act("2026-03-03T10:00", reference, "ask_again", {"changed": "Paid $142."})
    assert people.standing("2026-03-03T10:01")["claim_holds"] != []
    assert people.act("2026-03-03T10:02", reference, "refuse").status_code == 409
    assert people.act("2026-03-03T10:02", reference, "consider").status_code == 409
    assert (
        people.act("2026-03-03T10:02", reference, "not_qualifying", WHOLE_VISIT).status_code == 409
    )

    people.act("2026-03-03T10:05", reference, "agree_out_of_pocket", WHOLE_VISIT)

    shown = people.request("2026-03-03T10:06", reference)
    assert shown["state"] == "agreed_must"
    allowed = {one["name"] for one in shown["actions"] if one["allowed"]}
    assert not allowed & {"refuse", "end_by_notice", "lapse", "not_qualifying"}
    (one,) = people.standing("2026-03-03T10:06")["restrictions"]
    assert one["codes"] == ["97110", "97140", "20560"]


def test_r1_what_had_gone_before_is_told_and_what_follows_is_kept(
    people: Cast, reference: str
) -> None:
    sent = WHOLE_VISIT | {
        "already_sent": "The claim of this visit, on March 3 at 8 in the morning."
    }
    people.act("2026-03-03T10:05", reference, "agree_out_of_pocket", sent)
    letter = people.letters("2026-03-03T10:06", reference)[-1]
    assert "This had gone to the plan before: The claim of this visit" in letter
    assert "What follows is kept from the plan." in letter


def test_r1_a_reversed_payment_changes_nothing_until_an_effort_was_made(
    people: Cast, reference: str
) -> None:
    people.act("2026-03-03T10:05", reference, "agree_out_of_pocket", WHOLE_VISIT)
    people.act("2026-03-10T09:00", reference, "payment_reversed", {"how": "By the bank."})
    assert people.standing("2026-03-17T09:00")["restrictions"] != []

    effort = {"effort": "Called on March 11 and 16.", "tried_on": "2026-03-16"}
    lapsed = people.act("2026-03-18T09:00", reference, "lapse", effort)

    assert lapsed.json()["state"] == "not_qualifying"
    assert people.standing("2026-03-18T09:01")["restrictions"] == []
    assert people.standing("2026-03-17T09:00")["restrictions"] != [], "history is kept"


def test_r1_the_check_denies_payment_of_every_line_and_the_claims_appeal(
    people: Cast, reference: str
) -> None:
    sent = WHOLE_VISIT | {"already_sent": "The claim of this visit, on March 3 at 8."}
    people.act("2026-03-03T10:05", reference, "agree_out_of_pocket", sent)

    for code in ("97110", "97140", "20560"):
        denied = people.claim("2026-03-03T10:06", code)
        assert denied["verdict"] == "deny", code
        assert denied["reasons"][0]["citation"] == "45 CFR 164.522(a)(1)(vi)"
        assert denied["reasons"][0]["record"] == reference
    appeal = people.claim("2026-04-20T09:00", "97110", purpose="Appeal of the denied claim")
    assert appeal["verdict"] == "deny"
    other_visit = [{"code": "97110", "on": "2026-03-09"}]
    assert people.claim("2026-03-10T09:00", services=other_visit)["verdict"] != "deny"


def test_r1_reversed_it_is_still_denied_until_the_recorded_effort(
    people: Cast, reference: str
) -> None:
    people.act("2026-03-03T10:05", reference, "agree_out_of_pocket", WHOLE_VISIT)
    people.act("2026-03-10T09:00", reference, "payment_reversed", {"how": "By the bank."})
    assert people.claim("2026-03-17T09:00", "20560")["verdict"] == "deny"
    effort = {"effort": "Called on March 11 and 16.", "tried_on": "2026-03-16"}
    people.act("2026-03-18T09:00", reference, "lapse", effort)
    assert people.claim("2026-03-18T09:01", "20560")["verdict"] == "permit_with_conditions"
