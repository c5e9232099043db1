"""S1. Cash dry needling: $35 in full on 2 March 2026, said at the desk, "don't tell my insurer"."""

from dataclasses import replace
from datetime import date

import pytest

from audit import clock
from requests_app.permissions import Role
from requests_app.standing import restrictions
from tests.scenarios.cash_needling import Cast, at, cast
from tests.support import api
from tests.support.office import PAID

pytestmark = pytest.mark.django_db
VISIT = date(2026, 3, 2)
FACTS = PAID | {"reveals": "97032, electrical stimulation through the needles"}


@pytest.fixture
def people(db: None) -> Cast:
    return cast()


def test_s1_an_oral_word_holds_the_claim_and_must_be_agreed(people: Cast) -> None:
    reference = people.said_at_the_desk("2026-03-02T12:00", paid="in_full")
    held = people.standing("2026-03-02T12:01")["claim_holds"]
    assert [one["reference"] for one in held] == [reference]

    answer = people.act("2026-03-02T12:30", reference, "agree_out_of_pocket", FACTS)

    assert answer.status_code == 200, answer.content
    (letter,) = people.letters("2026-03-02T12:31", reference)
    assert "Something billed beside it would reveal it: 97032" in letter
    assert "You can pay for that in full too" in letter


def test_s1_the_practice_cannot_end_it_and_a_plan_audit_in_2028_meets_it(people: Cast) -> None:
    reference = people.said_at_the_desk("2026-03-02T12:00", paid="in_full")
    people.act("2026-03-02T12:30", reference, "agree_out_of_pocket", FACTS)
    for move in ("refuse", "end_by_notice", "lapse"):
        body = {"provided": "portal"} if move == "end_by_notice" else {}
        assert people.act("2026-05-04T10:00", reference, move, body).status_code in {409, 422}

    (one,) = restrictions.in_force(people.patient.pk, at=at("2028-06-01T10:00"))
    assert (one.kind, one.scope.codes) == ("out_of_pocket", ("20560",))
    assert (one.scope.service_from, one.scope.service_until) == (VISIT, VISIT)


def test_s1_while_it_is_open_the_line_is_held_and_the_exercise_may_be_billed(
    people: Cast,
) -> None:
    reference = people.said_at_the_desk("2026-03-02T12:00", paid="in_full")
    held = people.claim("2026-03-02T12:01", "20560", "97110")
    assert held["verdict"] == "deny"
    assert [(one["code"], one["record"]) for one in held["reasons"]] == [("claim_held", reference)]
    free = people.claim("2026-03-02T12:01", "97110")
    assert free["verdict"] == "permit_with_conditions"
    assert "leave_out" in {one["code"] for one in free["obligations"]}


def test_s1_the_check_denies_the_line_and_what_reveals_it_and_lets_a_subpoena_by(
    people: Cast,
) -> None:
    reference = people.said_at_the_desk("2026-03-02T12:00", paid="in_full")
    people.act("2026-03-02T12:30", reference, "agree_out_of_pocket", FACTS)

    for code in ("20560", "97032"):
        denied = people.claim("2026-03-03T09:00", code)
        assert denied["verdict"] == "deny", code
        (reason,) = denied["reasons"]
        assert reason["citation"] == "45 CFR 164.522(a)(1)(vi)"
        assert reason["record"] == reference
        assert "Offer the patient to pay for that too" in reason["sentence"]
        assert not denied["emergency_would_permit"]

    exercise = people.claim("2026-03-03T09:00", "97110")
    assert exercise["verdict"] == "permit_with_conditions"
    (left_out,) = [one for one in exercise["obligations"] if one["code"] == "leave_out"]
    assert left_out["record"] == reference
    assert exercise["accountable"]["answer"] == "no"

    with clock.frozen(at("2028-06-01T09:00")):
        later = {Role.BILLING: api.staff(Role.BILLING, name="Bea Successor").user}
    audit = replace(people, users=later).claim(
        "2028-06-01T10:00", "20560", basis="OPS", fundraising=False
    )
    assert audit["verdict"] == "deny", "the audit of a plan in 2028 meets it"

    subpoena = people.check(
        "2026-03-03T09:00", basis="JUD-S", recipient="Lena Lawyer", recipient_kind="other",
        purpose="Discovery in a civil case", contents=["visit_notes"],
        held=[{"name": "assurance", "value": "Notice to the patient, with proof"}],
        answers=[{"name": "assured", "answer": True}],
    )  # fmt: skip
    assert subpoena["verdict"] == "permit_with_conditions"
    assert [one["stops"] for one in subpoena["reasons"]] == [False]
    assert subpoena["accountable"]["answer"] == "yes"

    compensation = people.check(
        "2026-03-03T09:00", basis="WC", recipient="Example Compensation Fund",
        recipient_kind="other", purpose="The injury of January", contents=["visit_notes"],
        held=[{"name": "statute", "value": "An invented statute, section 1"}],
    )  # fmt: skip
    assert compensation["verdict"] == "permit_with_conditions"


def test_s1_a_reversed_payment_frees_the_line_only_after_an_effort(people: Cast) -> None:
    reference = people.said_at_the_desk("2026-03-02T12:00", paid="in_full")
    people.act("2026-03-02T12:30", reference, "agree_out_of_pocket", FACTS)
    people.act("2026-03-10T09:00", reference, "payment_reversed", {"how": "By the bank."})
    assert people.claim("2026-03-11T09:00", "20560")["verdict"] == "deny"

    effort = {"effort": "Called on March 11 and 16.", "tried_on": "2026-03-16"}
    people.act("2026-03-18T09:00", reference, "lapse", effort)

    assert people.claim("2026-03-18T09:01", "20560")["verdict"] == "permit_with_conditions"
