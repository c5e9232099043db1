"""S12. Restriction against emergency: nothing of the needling to Dr. X, and then Dr. X is on duty."""

import pytest

from requests_app.disclosures.models import Disclosure
from requests_app.kinds.models import Request
from requests_app.standing import restrictions
from tests.scenarios.cash_needling import Cast, cast
from tests.support.office import AGREED, INPUT

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(db: None) -> Cast:
    return cast()


@pytest.fixture
def reference(people: Cast) -> str:
    details = {"recipients": ["provider"], "named": "Dr. X Example"}
    agreed = people.said_at_the_desk("2026-03-02T12:00", **details)
    people.act("2026-03-02T13:00", agreed, "consider")
    people.act("2026-03-02T13:05", agreed, "agree", AGREED)
    return agreed


def test_s12_the_override_is_logged_the_provider_is_asked_and_it_stays_in_force(
    people: Cast, reference: str
) -> None:
    answer = people.act("2026-03-07T22:10", reference, "emergency", INPUT["emergency"])
    assert answer.json()["state"] == "agreed", answer.content
    request = Request.objects.get(reference=reference)
    assert restrictions.overrides_unasked(request.pk).count() == 1
    line = Disclosure.objects.get(request=request)
    assert (line.basis, line.facts.recipient_name) == ("TRT", "Dr. X Example")

    people.act("2026-03-07T22:20", reference, "ask_no_further_use", INPUT["ask_no_further_use"])

    assert not restrictions.overrides_unasked(request.pk).exists()
    (one,) = people.standing("2026-03-08T09:00")["restrictions"]
    assert one["reference"] == reference
    moves = [row.move for row in request.status_rows.order_by("version")]
    assert moves[-2:] == ["emergency", "ask_no_further_use"]


DOCTOR = {
    "basis": "TRT",
    "recipient": "Dr. X Example",
    "recipient_kind": "provider",
    "contents": ["visit_notes"],
}


def test_s12_the_check_denies_dr_x_and_names_the_way_of_an_emergency(
    people: Cast, reference: str
) -> None:
    unclear = people.check("2026-03-07T22:00", **DOCTOR)
    assert unclear["verdict"] == "questions"
    (question,) = unclear["questions"]
    assert question["field"] == f"/answers/contains:{reference}"

    needling = DOCTOR | {"answers": [{"name": f"contains:{reference}", "answer": True}]}
    denied = people.check("2026-03-07T22:01", **needling)
    assert denied["verdict"] == "deny"
    assert denied["reasons"][0]["record"] == reference
    assert "emergency treatment" in denied["reasons"][0]["sentence"]
    assert denied["emergency_would_permit"]
    assert (
        people.check("2026-03-07T22:01", **needling | {"recipient": "Dr. Y Sample"})["verdict"]
        == "permit"
    )

    emergency = needling | {"emergency": True, "emergency_need": "Suspected collapsed lung"}
    permitted = people.check("2026-03-07T22:05", **emergency)
    assert permitted["verdict"] == "permit_with_conditions"
    codes = {one["code"] for one in permitted["obligations"]}
    assert {"ask_no_further_use", "record_emergency"} <= codes
    again = people.check("2026-03-08T09:00", **needling)
    assert again["verdict"] == "deny", "it stays in force"


def test_s12_an_emergency_lets_it_go_to_a_provider_and_to_nobody_else(
    people: Cast, reference: str
) -> None:
    emergency = {"emergency": True, "emergency_need": "Suspected collapsed lung"}
    named = {"answers": [{"name": f"contains:{reference}", "answer": True},
                         {"name": f"is:{reference}", "answer": True}]}  # fmt: skip
    asked = DOCTOR | emergency | named | {"recipient_kind": "other"}
    assert people.check("2026-03-07T22:05", **asked)["verdict"] == "deny"
