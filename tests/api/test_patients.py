"""Patients through the API: nothing about a person stands in an address."""

from typing import Any

import pytest

from audit import log
from audit.log import Facet
from requests_app import events
from requests_app.permissions import Role
from tests.support import api, office
from tests.support.api import Caller
from tests.support.office import NOON, Office

pytestmark = pytest.mark.django_db


def chart(clinic: Office, **more: Any) -> dict[str, Any]:
    return {
        "site": str(clinic.site.pk),
        "record_number": "MR-0002",
        "family_name": "García López",
        "given_names": "Ana",
        "birth_date": "1990-05-06",
        "telephone": "919-555-0150",
        "email": "ana@example.org",
        **more,
    }


def test_a_patient_is_added_read_and_changed(clinic: Office, officer: Caller) -> None:
    added = officer.post("/patients", chart(clinic))
    assert added.status_code == 201, added.content
    address = added["Location"].removeprefix("/api/v1")

    changed = officer.put(address, chart(clinic, telephone="919-555-0151"))

    assert changed.json()["telephone"] == "919-555-0151"
    assert officer.get(address).json() == changed.json()
    assert officer.post("/patients/find", {"telephone": "919-555-0150"}).json() == {"patients": []}


def test_a_record_number_stands_once(clinic: Office, officer: Caller) -> None:
    officer.post("/patients", chart(clinic))
    again = officer.post("/patients", chart(clinic, family_name="Other"))
    assert again.status_code == 409


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param({"record_number": "mr 0002"}, id="record number"),
        pytest.param({"family_name": "garcia-lopez"}, id="family name without accents"),
        pytest.param({"family_name": "LOPEZ"}, id="one of two family names"),
        pytest.param({"family_name": "García", "birth_date": "1990-05-06"}, id="name and birth"),
        pytest.param({"telephone": "(919) 555 0150"}, id="telephone"),
        pytest.param({"email": "ANA@example.org"}, id="e-mail"),
    ],
)
def test_the_front_desk_finds_a_patient_by(
    clinic: Office, officer: Caller, desk: Caller, asked: dict[str, str]
) -> None:
    added = officer.post("/patients", chart(clinic)).json()
    found = desk.post("/patients/find", asked, key=None).json()["patients"]
    assert [one["id"] for one in found] == [added["id"]]


def test_looking_for_a_patient_is_an_entry_with_its_count(
    clinic: Office, officer: Caller, desk: Caller
) -> None:
    desk.post("/patients/find", {"family_name": "Demo"})
    entry = log.find(Facet.NAME, events.READ_PATIENTS).entries[0].entry
    assert entry.extra == {"count": 1, "references": str(clinic.patient.pk)}


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        pytest.param({}, "/record_number", id="nothing"),
        pytest.param({"birth_date": "1990-05-06"}, "/record_number", id="birth date alone"),
        pytest.param({"email": "ana"}, "/email", id="half an address"),
        pytest.param({"telephone": "none"}, "/telephone", id="no digits"),
        pytest.param({"family_name": "..."}, "/family_name", id="no letters"),
        pytest.param({"name": "Ana"}, "/name", id="unknown fact"),
    ],
)
def test_a_search_that_finds_nobody_for_sure_says_what_to_enter(
    desk: Caller, body: dict[str, str], pointer: str
) -> None:
    answer = desk.post("/patients/find", body)
    assert answer.status_code == 422
    assert [one["pointer"] for one in answer.json()["errors"]] == [pointer]


def test_an_address_that_nobody_is_found_by_is_not_stored(clinic: Office, officer: Caller) -> None:
    answer = officer.post("/patients", chart(clinic, email="nowhere"))
    assert [one["pointer"] for one in answer.json()["errors"]] == ["/email"]


def test_a_patient_of_another_site_is_not_there(clinic: Office) -> None:
    elsewhere = api.staff(Role.PRIVACY_STAFF, name="Else Where", site=api.other_site().pk)
    hidden = elsewhere.get(f"/patients/{clinic.patient.pk}")
    absent = elsewhere.get("/patients/0b9f3c52-7d1e-4a86-9c4f-5e2a7d61c0aa")
    assert hidden.status_code == absent.status_code == 404
    assert hidden.content == absent.content
    assert elsewhere.put(f"/patients/{clinic.patient.pk}", chart(clinic)).status_code == 404
    assert elsewhere.post("/patients/find", {"family_name": "Demo"}).json() == {"patients": []}


def test_representatives_are_recognised_or_refused_with_the_reason(
    clinic: Office, officer: Caller, desk: Caller
) -> None:
    shown = {
        "patient": str(clinic.patient.pk),
        "kind": "health_care_agent",
        "name": "Ada Example",
        "evidence": "Power of attorney seen",
        "authority_from": "2025-01-01",
    }
    officer.post("/representatives", shown)
    why = {"why": "endangers", "facts": "Danger to the individual."}
    refused = shown | {"name": "Rex Example"} | why
    assert officer.post("/representatives/refusals", refused).status_code == 422
    judged = {"judged_by": "Dr. Lee Example"}
    assert officer.post("/representatives/refusals", refused | judged).status_code == 201

    listed = desk.get(f"/patients/{clinic.patient.pk}/representatives").json()["representatives"]
    assert {(one["name"], one["recognised"]) for one in listed} == {
        ("Ada Example", True),
        ("Rex Example", False),
    }
    told = why | judged
    assert {one[name] for one in listed for name in told} == {""}, "not what is believed"
    rex = next(one for one in _listed(officer, clinic) if not one["recognised"])
    assert {name: rex[name] for name in told} == told


def test_a_recognition_that_ended_says_so_and_why(clinic: Office, officer: Caller) -> None:
    row = office.recognise(clinic.patient)
    why = {"why": "no_authority", "facts": "The paper was another's."}
    assert officer.post(f"/representatives/{row.pk}/end", why).status_code == 201
    (shown,) = _listed(officer, clinic)
    assert {name: shown[name] for name in why} == why
    assert (shown["recognised"], shown["ended_at"]) == (True, NOON.isoformat())


def _listed(caller: Caller, clinic: Office) -> Any:
    return caller.get(f"/patients/{clinic.patient.pk}/representatives").json()["representatives"]
