"""R9. One letter, ten clocks: all received on Friday, 22 May 2026; one extension on 5 June."""

from typing import Any

import pytest

from tests.scenarios.stage import done, open_practice, refused
from tests.support import office

pytestmark = pytest.mark.django_db

FACTS = {
    "provider_types": ["physical_therapist"],
    "settings": ["electronic_records", "records_in_state"],
}
PAPER = FACTS | {"settings": ["paper_records", "records_in_state"]}
ON = "2026-06-05"


def letter(until: str) -> dict[str, str]:
    return {"reasons": "The archive moves.", "completion_date": until, "provided": "handed"}


@pytest.mark.parametrize(
    ("state", "manner", "channel", "facts", "before", "after"),
    [
        pytest.param("NC", "copy", "paper", FACTS, "06-21", "07-15", id="NC, copy"),
        pytest.param("CA", "copy", "paper", FACTS, "06-06", "06-06", id="CA, copy"),
        pytest.param("CA", "inspect", "paper", FACTS, "06-01", "06-01", id="CA, inspection: late"),
        pytest.param("TX", "copy", "paper", FACTS, "06-15", "06-15", id="TX, electronic record"),
        pytest.param("TX", "copy", "paper", PAPER, "06-21", "07-15", id="TX, paper chart"),
        pytest.param("WA", "copy", "paper", FACTS, "06-15", "06-15", id="WA, written"),
        pytest.param("WA", "copy", "telephone", FACTS, "06-21", "07-15", id="WA, by telephone"),
        pytest.param("MD", "copy", "paper", FACTS, "06-21", "06-24", id="MD, written"),
        pytest.param("NV", "copy", "paper", FACTS, "06-21", "07-15", id="NV, copy"),
        pytest.param("NV", "inspect", "paper", FACTS, "06-08", "06-08", id="NV, inspection"),
    ],
)
def test_r9_one_letter_ten_clocks(
    state: str,
    manner: str,
    channel: str,
    facts: dict[str, list[str]],
    before: str,
    after: str,
    db: None,
) -> None:
    stage = open_practice(state=state, facts=facts)
    body: dict[str, Any] = {
        "kind": "access",
        "details": office.DETAILS["access"] | {"manner": manner},
        "channel": channel,
        "received_at": "2026-05-22T12:00:00-04:00",
        "asker": {"name": "Patricia Demo"},
        "patient": str(stage.clinic.patient.pk),
    }
    filed = done(stage.desk.posts("2026-05-22T12:30:00-04:00", "/requests", body))
    reference = filed["reference"]
    assert filed["due_on"] == f"2026-{before}"
    past = stage.officer.tries(ON, reference, "extend", letter("2026-07-22"))
    refused(past, 422, "July 21, 2026")

    moved = stage.officer.moves(ON, reference, "extend", letter("2026-07-15"))

    assert moved["due_on"] == f"2026-{after}"
    (sent,) = stage.officer.letters(ON, reference)
    stricter = after != "07-15"
    assert ("One rule that binds us does not allow that day" in sent["body"]) == stricter
    told = stage.officer.get(ON, f"/requests/{reference}/clock")["steps"][-1]["explanation"]
    assert any("July 15" in line for line in told)
    second = stage.officer.tries(ON, reference, "extend", letter("2026-07-16"))
    refused(second, 409, "one extension only")
