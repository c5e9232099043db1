"""S1. Cash dry needling: $35 in full on 2 March 2026, said at the desk, "don't tell my insurer"."""

from datetime import date

import pytest

from requests_app.standing import restrictions
from tests.scenarios.cash_needling import Cast, at, cast
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


@pytest.mark.xfail(strict=True, raises=ImportError, reason="D: may this be disclosed?")
def test_s1_the_check_denies_the_line_and_what_reveals_it_and_lets_a_subpoena_by() -> None:
    from requests_app.disclosures import check  # type: ignore[attr-defined]  # noqa: F401
