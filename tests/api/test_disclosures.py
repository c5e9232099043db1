"""The ledger through the API: recorded, corrected, found, read."""

from typing import Any

import pytest

from audit import log
from audit.log import Facet
from requests_app import events
from requests_app.actions import disclosures as actions
from requests_app.disclosures.models import Disclosure
from requests_app.permissions import Role
from tests.support import api, office
from tests.support.api import Caller
from tests.support.office import NOON, Office

pytestmark = pytest.mark.django_db
PUBLIC_HEALTH = {
    "basis": "PH",
    "disclosed_on": "2026-02-10",
    "recipient_name": "Example County Health Department",
    "description": "One test result",
    "purpose": "Reporting of a notifiable disease",
}


def about(clinic: Office, **more: Any) -> dict[str, Any]:
    return {"patient": str(clinic.patient.pk), **PUBLIC_HEALTH, **more}


@pytest.fixture
def ledger(clinic: Office) -> dict[str, Disclosure]:
    """Four lines: counted, excluded, unclassified, and one whose basis leaves it to a fact."""
    lines = {
        "counted": {},
        "excluded": {"basis": "TRT", "recipient_name": "Dr. Roe Example"},
        "unclassified": {"basis": None, "disclosed_on": "2026-02-20", "purpose": None},
        "long ago": {"disclosed_on": "2019-01-01", "disclosed_until": "2019-03-31"},
    }
    return {
        name: actions.record(about(clinic, **more), actor=office.OFFICER, now=NOON)
        for name, more in lines.items()
    }


def test_a_recorded_disclosure_says_whether_it_counts_and_why(
    clinic: Office, officer: Caller
) -> None:
    answer = officer.post("/disclosures", about(clinic))

    assert answer.status_code == 201, answer.content
    line = answer.json()
    assert (line["accountable"], line["because"]) == ("yes", "Public health is not excluded.")
    assert line["basis"]["citation"] == "45 CFR 164.512(b)(1)(i)"
    assert officer.get(answer["Location"].removeprefix("/api/v1")).json() == line


def test_a_line_without_basis_counts_and_asks_to_be_classified(
    clinic: Office, officer: Caller
) -> None:
    line = officer.post("/disclosures", about(clinic, basis=None)).json()
    assert (line["basis"], line["accountable"]) == (None, "unclassified")


def test_a_correction_is_a_new_line_and_happens_once(
    clinic: Office, officer: Caller, ledger: dict[str, Disclosure]
) -> None:
    old = ledger["counted"]
    address = f"/disclosures/{old.pk}/corrections"
    right = about(clinic, description="Two test results")

    new = officer.post(address, right)
    again = officer.post(address, right)

    assert (new.status_code, again.status_code) == (201, 409)
    assert new.json()["corrects"] == str(old.pk)
    read = officer.get(f"/disclosures/{old.pk}").json()
    assert (read["corrected_by"], read["description"]) == (new.json()["id"], "One test result")


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        pytest.param({}, {"counted", "excluded", "unclassified", "long ago"}, id="everything"),
        pytest.param({"basis": "TRT"}, {"excluded"}, id="by basis"),
        pytest.param({"accountable": False}, {"excluded"}, id="not in an accounting"),
        pytest.param(
            {"accountable": True}, {"counted", "unclassified", "long ago"}, id="in an accounting"
        ),
        pytest.param({"unclassified": True}, {"unclassified"}, id="to be classified"),
        pytest.param({"since": "2019-03-31", "until": "2019-12-31"}, {"long ago"}, id="a range"),
        pytest.param({"since": "2026-02-11"}, {"unclassified"}, id="since"),
        pytest.param({"recipient": "ROE"}, {"excluded"}, id="words of the recipient"),
    ],
)
def test_disclosures_are_found_by(
    clinic: Office,
    auditor: Caller,
    ledger: dict[str, Disclosure],
    asked: dict[str, Any],
    found: set[str],
) -> None:
    answer = auditor.post("/disclosures/search", asked | {"patient": str(clinic.patient.pk)})
    ids = {str(row.pk): name for name, row in ledger.items()}
    assert {ids[line["id"]] for line in answer.json()["results"]} == found


def test_recipients_are_looked_for_among_one_patients_lines(auditor: Caller) -> None:
    answer = auditor.post("/disclosures/search", {"recipient": "Roe"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/patient"


def test_pages_of_a_search_follow_each_other(
    auditor: Caller, ledger: dict[str, Disclosure]
) -> None:
    seen: list[str] = []
    asked: dict[str, Any] = {"limit": 1, "accountable": True}
    while asked.get("cursor", "first"):
        page = auditor.post("/disclosures/search", asked).json()
        seen += [line["id"] for line in page["results"]]
        asked["cursor"] = page["next"]
    wanted = [ledger[name] for name in ("long ago", "unclassified", "counted")]
    assert seen == [str(row.pk) for row in wanted]


def test_reading_the_ledger_is_an_entry_with_count_and_patient(
    clinic: Office, auditor: Caller, ledger: dict[str, Disclosure]
) -> None:
    auditor.post("/disclosures/search", {"patient": str(clinic.patient.pk), "basis": "TRT"})

    read = log.find(Facet.NAME, events.READ_DISCLOSURES).entries[0].entry
    assert read.patient == str(clinic.patient.pk)
    assert read.extra == {"count": 1, "references": str(ledger["excluded"].pk)}


def test_lines_of_another_site_are_not_there(clinic: Office, ledger: dict[str, Disclosure]) -> None:
    elsewhere = api.staff(Role.PRIVACY_STAFF, name="Else Where", site=api.other_site().pk)
    line = ledger["counted"]

    hidden = elsewhere.get(f"/disclosures/{line.pk}")
    absent = elsewhere.get("/disclosures/0b9f3c52-7d1e-4a86-9c4f-5e2a7d61c0aa")
    correction = elsewhere.post(f"/disclosures/{line.pk}/corrections", about(clinic))

    assert hidden.status_code == absent.status_code == correction.status_code == 404
    assert hidden.content == absent.content
    assert elsewhere.post("/disclosures/search", {}).json()["results"] == []


def test_the_bases_are_listed_with_what_they_ask(patient: Caller) -> None:
    bases = {one["code"]: one for one in patient.get("/disclosure-bases").json()["bases"]}
    assert bases["PH"]["must_hold"][0]["name"] == "legal_basis"
    assert {one["accountable"] for one in bases.values()} == {"yes", "no", "depends"}
