"""R3. Three people want the complaint files of twelve patients."""

from typing import Any

import pytest

from audit import clock
from requests_app.disclosures.models import Disclosure
from tests.scenarios.scene import Scene, add_patients, ok, on, scene
from tests.support import api, office
from tests.support.exporting import BOARD, OWN, SECRETARY
from tests.support.office import day

pytestmark = pytest.mark.django_db
FILES = {"format": "csv", "kind": "complaint"}


@pytest.fixture
def here(db: None) -> Scene:
    """Twelve patients with a complaint each; A's daughter got a free accounting on 10 January."""
    found = scene("2026-01-02")
    with clock.frozen(day("2026-01-02")):
        daughter = api.patient("daughter@example.org")
        office.link_representative(daughter.actor, found.clinic.patient, now=day("2026-01-02"))
    with on(daughter, "2026-01-10") as caller:
        body = {"kind": "accounting", "details": {}, "patient": found.who}
        free = ok(caller.post("/requests", body), 201)["reference"]
    ok(found.moves("2026-01-12", free, "provide", {"provided": "portal"}))
    patients = [found.clinic.patient, *add_patients(found, 11, "2026-02-01")]
    for one in patients:
        office.taken_down("complaint", received=day("2026-03-02"), patient=str(one.pk))
    return found


@pytest.fixture
def shown(here: Scene) -> dict[str, Any]:
    """(a) on 4 May, (b) on 11 May, (c) on 18 May."""
    wanted = {
        "a": ("2026-05-04", {"whom": "contracted_auditor", "name": "Example Audits", "contract": "7"}),
        "b": ("2026-05-11", SECRETARY),
        "c": ("2026-05-18", BOARD),
    }  # fmt: skip
    return {
        name: ok(here.exports(when, "requests", FILES | {"for_whom": whom}))
        for name, (when, whom) in wanted.items()
    }


def lines(export: dict[str, Any]) -> Any:
    return Disclosure.objects.filter(release=export["id"])


def test_r3_it_does_not_start_without_for_whom(here: Scene) -> None:
    answer = here.exports("2026-05-04", "requests", FILES)
    assert answer.status_code == 422
    assert [one["pointer"] for one in answer.json()["errors"]] == ["/for_whom"]
    own = here.exports("2026-05-04", "requests", FILES | {"for_whom": OWN})
    assert (ok(own)["state"], own.json()["lines"]) == ("ready", 12)


def test_r3_the_auditor_is_operations_and_the_others_a_line_a_patient(
    shown: dict[str, Any],
) -> None:
    assert {name: one["lines"] for name, one in shown.items()} == {"a": 12, "b": 12, "c": 12}
    found = {
        name: sorted(lines(one).values_list("basis", flat=True)) for name, one in shown.items()
    }
    assert found == {"a": [], "b": ["SEC"] * 12, "c": ["OVS"] * 12}


@pytest.fixture
def asked(here: Scene, shown: dict[str, Any]) -> str:
    request = here.asks("2026-07-01")
    assert request["due_on"] == "2026-08-30"
    return str(request["reference"])


def test_r3_her_accounting_shows_b_and_c_with_their_requests_and_not_a(
    here: Scene, asked: str
) -> None:
    letter = here.provides("2026-07-05", asked)
    for name in ("Office for Civil Rights", "Example Board of Physical Therapy"):
        assert letter.count(f"To: {name}") == 1
    assert "Example Audits" not in letter
    assert "Why: Health oversight: The state's licensing law" in letter
    assert "Why: To check our compliance with the privacy rule" in letter


def test_r3_it_is_the_second_in_twelve_months_because_the_daughters_counts(
    here: Scene, asked: str
) -> None:
    quoted = ok(here.moves("2026-07-02", asked, "quote_fee", {"fee": 900, "basis": "Copying"}))
    assert quoted["state"] == "fee_quoted"


def test_r3_the_boards_statement_takes_c_out_until_10_january(here: Scene, asked: str) -> None:
    board = {
        "agency": BOARD["name"], "authority": "oversight", "form": "written", "months": 6,
        "official": "Bo Board, investigator",
    }  # fmt: skip
    said = here.said("2026-07-10", **board)
    assert (said["applied"], said["last_on"]) == (True, "2027-01-09")

    letter = here.provides("2026-07-20", asked)

    assert "Office for Civil Rights" in letter
    assert BOARD["name"] not in letter
    here = here.a_year_on("2027-01-09")
    assert here.owed("2027-01-09") == []
    assert here.owed("2027-01-10") == [asked]
    ok(here.moves("2027-01-10", asked, "supplement", {"provided": "portal"}))
    assert f"To: {BOARD['name']}" in here.letter("2027-01-10", asked)


def test_r3_the_same_from_ocr_is_not_applied_but_asked_of_the_officer(
    here: Scene, asked: str
) -> None:
    ocr = {
        "agency": SECRETARY["name"], "authority": "oversight", "form": "written", "months": 6,
        "official": "Ollie Example, investigator",
    }  # fmt: skip
    said = here.said("2026-07-10", **ocr)
    assert said["applied"] is False
    assert said["question"] is not None
    with on(here.officer, "2026-07-11") as officer:
        waiting = officer.get("/suspensions", question="open").json()["results"]
        assert [one["id"] for one in waiting] == [said["id"]]
    assert "Office for Civil Rights" in here.provides("2026-07-20", asked)
