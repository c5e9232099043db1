"""How access is given (164.524(c)): looked at, copied, summed up, sent elsewhere, paid or not."""

from typing import Any

import pytest

from requests_app.disclosures.models import Disclosure
from requests_app.errors import BadInput, NotNow
from requests_app.kinds.base import Kind
from tests.support import office
from tests.support.office import FLAT, PATIENT, act, do

pytestmark = pytest.mark.django_db
LAW_OFFICE = {"name": "Example Law Office", "send_to": "files@example.org", "signed": True}
SENT = {"given": "All, one PDF", "channel": "email_secure", "address": "pat@example.org"}


@pytest.fixture(autouse=True)
def clinic(db: None) -> office.Office:
    return office.set_up()


def asked(**details: Any) -> Kind:
    by_email = {"send": "email", "send_to": "pat@example.org"}
    return office.filed(details=office.DETAILS["access"] | by_email | details)


def granted(**details: Any) -> Kind:
    return do(asked(**details), "grant")


def refused_at(request: Kind, move: str, raw: dict[str, Any]) -> str:
    with pytest.raises(BadInput) as refusal:
        act(request, move, raw)
    return refusal.value.problems[0].field


def test_a_look_and_a_copy_are_two_things_and_both_are_owed() -> None:
    request = granted(manner="both")
    assert refused_at(request, "deliver", SENT) == "/channel"
    request = act(request, "record_inspection", {"shown": "All notes"})
    assert request.answered_at is None
    looked = {"given": "All", "channel": "inspected"}
    assert refused_at(request, "deliver", looked) == "/channel"
    assert act(request, "deliver", SENT).state == "delivered"


def test_a_look_alone_is_given_by_looking_and_its_letter_says_when_and_that_it_is_free() -> None:
    request = granted(manner="inspect")
    request = act(request, "arrange_inspection", office.INPUT["arrange_inspection"])
    body = request.letters.latest("version").text.body
    assert "March 10, 2026, 11 a.m., here: Main Street, room 2" in body
    assert "It costs nothing." in body
    assert refused_at(request, "deliver", SENT) == "/channel"
    assert act(request, "deliver", {"given": "All", "channel": "inspected"}).state == "delivered"


def test_a_look_is_arranged_for_a_time_still_to_come_and_only_where_it_was_asked_for() -> None:
    past = office.INPUT["arrange_inspection"] | {"at": "2026-03-01T10:00:00-05:00"}
    assert refused_at(granted(manner="inspect"), "arrange_inspection", past) == "/at"
    with pytest.raises(NotNow, match="was not asked for"):
        do(granted(), "arrange_inspection")


def test_a_summary_takes_the_place_of_the_records_only_if_agreed_to_in_advance() -> None:
    request = granted(summary=True)
    summed_up = SENT | {"given": "Two pages", "summary": True}
    assert refused_at(request, "deliver", summed_up) == "/summary"
    request = do(request, "propose_summary")
    assert "It would cost: $15.00" in request.letters.latest("version").text.body
    assert refused_at(request, "deliver", summed_up) == "/summary"

    request = act(request, "agree_summary", actor=PATIENT)

    assert request.fee_cents == 1500
    with pytest.raises(NotNow, match="agreed to already"):
        do(request, "propose_summary")
    assert act(request, "deliver", summed_up | {"charged": 1500}).state == "delivered"


def test_a_fee_is_told_part_by_part_before_and_no_more_is_charged() -> None:
    parts = [{"what": "paper", "amount": 240}, {"what": "postage", "amount": 395}]
    fee = FLAT | {"method": "actual", "parts": parts}
    request = asked(form="paper", send="post", send_to="3 Example Street")
    request = act(request, "grant", {"given": "All notes", "fee": fee})

    body = request.letters.get().text.body
    assert "The copy will cost about $6.35:" in body
    assert "Paper and toner: $2.40\nPostage: $3.95" in body
    assert "whether or not the fee has been paid, and whatever else you may owe us" in body
    posted = SENT | {"channel": "post", "charged": 636}
    assert refused_at(request, "deliver", posted) == "/charged"
    assert act(request, "deliver", posted | {"charged": 635}).state == "delivered"


def test_nothing_is_charged_that_was_not_told() -> None:
    assert refused_at(granted(), "deliver", SENT | {"charged": 1}) == "/charged"


def test_no_move_of_access_asks_whether_anything_was_paid() -> None:
    """A bill for treatment and an unpaid fee are no gate: there is no such fact to look at."""
    names = {
        name
        for spec in type(asked()).moves().values()
        for name in getattr(spec.asks, "__dataclass_fields__", {})
    }
    assert not [name for name in names if "paid" in name or "balance" in name or "bill" in name]


@pytest.mark.parametrize(
    ("answer", "warned", "held"),
    [
        pytest.param(None, None, None, id="nobody told the risk"),
        pytest.param(False, None, None, id="asked, and not wanted"),
        pytest.param(True, None, "when it was asked for", id="told by the question itself"),
        pytest.param(None, True, "before sending", id="told before sending"),
    ],
)
def test_email_in_the_clear_needs_a_warning_on_record(
    answer: bool | None, warned: bool | None, held: str | None
) -> None:
    request = granted(accepts_risk=answer)
    sent = SENT | {"channel": "email_clear", "warned": warned}
    if held is None:
        assert refused_at(request, "deliver", sent) == "/warned"
        return
    act(request, "deliver", sent)
    assert Disclosure.objects.get().facts.held["risk_told"] == held


def test_a_direction_sends_an_electronic_copy_of_the_electronic_record_to_somebody_else() -> None:
    request = granted(directive=LAW_OFFICE)
    assert refused_at(request, "deliver", SENT) == "/directed"
    there = SENT | {"directed": True, "from_ehr": True, "address": "files@example.org"}

    act(request, "deliver", there)

    line = Disclosure.objects.get()
    assert (line.basis, line.facts.recipient_name) == ("DRCT", "Example Law Office")
    assert line.facts.held["directive"] == f"In the request {request.reference}"


@pytest.mark.parametrize(
    "more",
    [
        pytest.param({"from_ehr": False}, id="not from an electronic health record"),
        pytest.param({"form": "paper", "not_producible": "-", "agreed": True}, id="on paper"),
        pytest.param({"channel": "handed"}, id="handed over"),
    ],
)
def test_a_direction_reaches_no_further(more: dict[str, Any]) -> None:
    request = granted(directive=LAW_OFFICE)
    there = SENT | {"directed": True, "from_ehr": True} | more
    assert refused_at(request, "deliver", there) == "/directed"


def test_a_direction_is_signed_and_in_writing() -> None:
    with pytest.raises(BadInput) as unsigned:
        asked(directive=LAW_OFFICE | {"signed": False})
    assert unsigned.value.problems[0].field == "/details/directive/signed"
    told = office.DETAILS["access"] | {"directive": LAW_OFFICE}
    oral = office.taken_down(details=told, patient=str(office_patient()))
    request = do(oral, "confirm_identity", "grant")
    there = SENT | {"directed": True, "from_ehr": True}
    assert refused_at(request, "deliver", there) == "/directed"


def office_patient() -> Any:
    from requests_app.people.models import Patient

    return Patient.objects.get().pk


def test_a_states_limit_on_the_fee_is_kept_at_the_door() -> None:
    """In North Carolina: for an injury claim one page costs ten dollars at most (G.S. 90-411)."""
    request = asked()
    dear = FLAT | {
        "method": "actual", "parts": [{"what": "labour", "amount": 1_001}],
        "pages": 1, "purpose": "injury_claim",
    }  # fmt: skip
    with pytest.raises(BadInput) as refused:
        act(request, "grant", office.INPUT["grant"] | {"fee": dear})
    (problem,) = refused.value.problems
    assert (problem.field, "90-411" in problem.sentence) == ("/fee/parts", True)
