"""S2. Cash but not qualifying: a $20 copay, the plan paid the rest, and the same request."""

import pytest

from tests.scenarios.cash_needling import Cast, cast
from tests.support.office import AGREED, PAID

pytestmark = pytest.mark.django_db
COPAY = PAID | {"item": "Visit of March 2", "codes": "97110", "price": 14200, "paid": 2000}


@pytest.fixture
def people(db: None) -> Cast:
    return cast()


@pytest.fixture
def reference(people: Cast) -> str:
    return people.said_at_the_desk("2026-03-02T12:00", paid="in_full")


def test_s2_it_is_not_mandatory_and_the_limb_is_named(people: Cast, reference: str) -> None:
    answer = people.act("2026-03-02T15:00", reference, "agree_out_of_pocket", COPAY)
    assert answer.status_code == 422
    assert "not been paid in full" in answer.json()["errors"][0]["detail"]

    answer = people.act("2026-03-02T15:00", reference, "not_qualifying", COPAY)

    assert answer.json()["state"] == "not_qualifying"
    (letter,) = people.letters("2026-03-02T15:01", reference)
    assert "It has not been paid in full. (45 CFR 164.522(a)(1)(vi)(B))" in letter
    assert people.standing("2026-03-02T15:01") == {"restrictions": [], "claim_holds": []}


def test_s2_it_may_be_refused_on_record_with_the_complaint_route(
    people: Cast, reference: str
) -> None:
    people.act("2026-03-02T15:00", reference, "not_qualifying", COPAY)
    people.act("2026-03-02T15:05", reference, "consider")
    reason = {"reason": "The plan's contract asks for the whole claim."}

    assert people.act("2026-03-03T09:00", reference, "refuse", reason).json()["state"] == "refused"

    refusal = people.letters("2026-03-03T09:01", reference)[-1]
    assert "Secretary of Health and Human Services" in refusal
    assert "919-555-0101" in refusal
    assert "contract" not in refusal


def test_s2_agreed_freely_and_ended_by_notice_the_old_stays_restricted(
    people: Cast, reference: str
) -> None:
    people.act("2026-03-02T15:00", reference, "not_qualifying", COPAY)
    people.act("2026-03-02T15:05", reference, "consider")
    plan = AGREED | {"recipients": ["health_plan"], "named": "Plan P", "codes": "97110"}
    assert people.act("2026-03-03T09:00", reference, "agree", plan).json()["state"] == "agreed"
    (one,) = people.standing("2026-03-31T09:00")["restrictions"]
    assert (one["kind"], one["covers_until"]) == ("discretionary", None)

    ended = people.act("2026-04-01T09:00", reference, "end_by_notice", {"provided": "handed"})

    assert ended.json()["state"] == "ended_for_later"
    (still,) = people.standing("2026-06-01T09:00")["restrictions"]
    assert still["covers_until"] == "2026-04-01T14:00:00+00:00"
    last = people.letters("2026-04-01T09:01", reference)[-1]
    assert "What we held or had received by April 1, 2026 stays restricted." in last
