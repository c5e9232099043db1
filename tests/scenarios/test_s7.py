"""S7. A second accounting within twelve months, and research on two hundred in between."""

import pytest

from tests.scenarios.scene import Scene, ok, on, scene

pytestmark = pytest.mark.django_db
UNIVERSITY = {
    "name": "Example University", "address": "5 Example Street", "telephone": "919-555-0170",
}  # fmt: skip
REGISTRY = {
    "basis": "RES-W",
    "recipient_name": "Example University",
    "purpose": "Research",
    "disclosed_until": "2026-06-30",
    "research": {
        "individuals": 200,
        "protocol": "Example registry of back pain",
        "purpose": "To learn which treatment helps; all adults treated for back pain",
        "information": "Diagnoses and treatments",
        "sponsor": UNIVERSITY | {"name": "Example Foundation"},
        "researcher": UNIVERSITY,
    },
}
QUOTE = {"fee": 1500, "basis": "One hour of work"}


@pytest.fixture
def here(db: None) -> Scene:
    found = scene("2026-01-02")
    found.provides("2026-03-20", found.asks("2026-03-06")["reference"])
    found.told("2026-07-01", "2026-06-01", **REGISTRY)
    return found


@pytest.fixture
def second(here: Scene) -> str:
    asked = here.asks("2026-10-06")
    assert asked["due_on"] == "2026-12-05"
    return str(asked["reference"])


def test_s7_a_fee_is_told_first_and_talk_of_it_pauses_nothing(here: Scene, second: str) -> None:
    quoted = ok(here.moves("2026-10-10", second, "quote_fee", QUOTE))
    assert (quoted["state"], quoted["due_on"]) == ("fee_quoted", "2026-12-05")
    letter = here.letter("2026-10-10", second)
    assert "$15.00" in letter
    for said in ("withdraw your request", "shorter period"):
        assert said in letter
    with on(here.patient, "2026-10-20") as patient:
        possible = {one["name"] for one in patient.get(f"/requests/{second}/actions").json()["actions"]
                    if one["allowed"]}  # fmt: skip
    assert {"agree_fee", "narrow", "withdraw"} <= possible


def test_s7_work_done_before_the_quote_costs_nothing(here: Scene, second: str) -> None:
    here.provides("2026-10-12", second)
    late = here.moves("2026-10-13", second, "quote_fee", QUOTE)
    assert late.status_code == 409
    with on(here.officer, "2026-10-13") as officer:
        assert officer.get(f"/requests/{second}").json()["fee_cents"] is None


def test_s7_the_registry_is_told_in_six_items_that_may_or_may_not_be_about_her(
    here: Scene, second: str
) -> None:
    letter = here.provides("2026-10-12", second)
    for said in (
        "Example registry of back pain",
        "all adults treated for back pain",
        "Diagnoses and treatments",
        "2026-06-01 to 2026-06-30",
        "Sponsor: Example Foundation, 5 Example Street, 919-555-0170",
        "Researcher: Example University, 5 Example Street, 919-555-0170",
        "may or may not have been disclosed",
        "we will help you to reach the sponsor and the researcher",
    ):
        assert said in letter
