"""S13. Clock contest: a letter in Washington, handed to a temp on 22 May 2026 and found on 9 June."""

import pytest

from tests.scenarios.stage import Stage, done, open_practice, refused
from tests.support import office

pytestmark = pytest.mark.django_db

FOUND = "2026-06-09"
FACTS = {
    "provider_types": ["physical_therapist"],
    "settings": ["electronic_records", "records_in_state"],
}
PORTAL_ONLY = {"code": "use-our-portal", "withheld": "All", "explanation": "Use our portal."}
UNPAID = {"code": "unpaid-bill", "withheld": "All", "explanation": "Clear your balance of $400."}


@pytest.fixture
def stage(db: None) -> Stage:
    return open_practice(state="WA", facts=FACTS)


@pytest.fixture
def reference(stage: Stage) -> str:
    body = {
        "kind": "access",
        "details": office.DETAILS["access"]
        | {"form": "paper", "send": "post", "send_to": "3 Example Street"},
        "channel": "paper",
        "received_at": "2026-05-22T12:00:00-04:00",
        "asker": {"name": "Patricia Demo", "contact": "3 Example Street"},
        "patient": str(stage.clinic.patient.pk),
    }
    found = str(done(stage.desk.posts(FOUND, "/requests", body))["reference"])
    stage.desk.moves(FOUND, found, "confirm_identity", office.INPUT["confirm_identity"])
    return found


def test_s13_receipt_is_the_day_any_office_had_it(stage: Stage, reference: str) -> None:
    told = stage.officer.get(FOUND, f"/requests/{reference}/clock")
    assert (told["received_on"], told["due_on"]) == ("2026-05-22", "2026-06-15")
    said = " ".join(told["steps"][0]["explanation"])
    assert "Washington" in said
    assert "June 21" in said


@pytest.mark.parametrize("excuse", [PORTAL_ONLY, UNPAID], ids=["use our portal", "pay first"])
def test_s13_neither_the_portal_nor_the_balance_is_a_ground(
    excuse: dict[str, str], stage: Stage, reference: str
) -> None:
    whole = {"grounds": [excuse], "nothing_left": True}
    answer = stage.officer.tries("2026-06-10", reference, "deny", whole)
    refused(answer, 422, "/grounds/0/code")


@pytest.mark.parametrize(
    ("on", "until", "due"),
    [
        pytest.param("2026-06-15", "2026-06-24", "2026-06-24", id="one letter serves both rules"),
        pytest.param("2026-06-16", "2026-06-24", "2026-06-15", id="a day late for Washington"),
        pytest.param("2026-06-15", "2026-06-25", "2026-06-15", id="past Washington's last day"),
    ],
)
def test_s13_a_delay_notice_serves_only_the_rules_it_satisfies(
    on: str, until: str, due: str, stage: Stage, reference: str
) -> None:
    letter = {
        "reasons": "The record is in use at another site.",
        "completion_date": until,
        "provided": "handed",
    }
    assert stage.officer.moves(on, reference, "extend", letter)["due_on"] == due
