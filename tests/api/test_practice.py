"""The practice through the API: dated facts are added and ended, and a day can be asked."""

from typing import Any

import pytest

from requests_app.practice.models import Duty
from tests.support import api
from tests.support.api import Caller
from tests.support.office import Office

pytestmark = pytest.mark.django_db
NEW_OFFICIAL = {
    "duty": "privacy_official",
    "title": "Compliance officer",
    "name": "Oscar Officer",
    "telephone": "919-555-0109",
    "in_force_from": "2024-05-01",
}
ASSOCIATE = {
    "name": "Example Shredding",
    "service": "Destroys paper",
    "contact_name": "Shelly Example",
    "telephone": "919-555-0160",
    "in_force_from": "2024-01-01",
}


def titles(caller: Caller, on: str) -> list[str]:
    listed = caller.get("/designations", on=on).json()["results"]
    return [one["title"] for one in listed if one["duty"] == "privacy_official"]


def test_who_held_a_duty_on_a_day_has_an_answer(officer: Caller, patient: Caller) -> None:
    assert officer.post("/designations", NEW_OFFICIAL).status_code == 201
    assert titles(patient, "2024-04-30") == ["Privacy official"]
    assert titles(patient, "2024-05-03") == ["Compliance officer"]


def test_the_holders_account_is_not_shown_outside_the_office(
    officer: Caller, patient: Caller
) -> None:
    officer.post("/designations", NEW_OFFICIAL | {"account": str(officer.user.pk)})
    assert officer.get("/designations").json()["results"][0]["account"] == str(officer.user.pk)
    assert patient.get("/designations").json()["results"][0]["account"] is None


def test_every_designation_ever_is_reached_by_cursor(officer: Caller) -> None:
    officer.post("/designations", NEW_OFFICIAL)
    seen: list[str] = []
    query = {"limit": "3"}
    while True:
        page = officer.get("/designations", **query).json()
        seen += [one["id"] for one in page["results"]]
        if page["next"] is None:
            break
        query["cursor"] = page["next"]
    assert len(seen) == len(set(seen)) == len(Duty) + 1


def test_a_contract_is_put_on_file_and_ends_once(officer: Caller) -> None:
    made = officer.post("/business-associates", ASSOCIATE).json()
    end = f"/business-associates/{made['id']}/end"

    too_early = officer.post(end, {"in_force_until": "2023-12-31"}, key=None)
    ended = officer.post(end, {"in_force_until": "2025-12-31"}, key=None)
    again = officer.post(end, {"in_force_until": "2026-01-31"}, key=None)

    assert (too_early.status_code, again.status_code) == (422, 409)
    assert ended.json()["in_force_until"] == "2025-12-31"
    assert officer.get("/business-associates", on="2026-01-01").json()["results"] == []


def test_where_records_are_kept_is_not_told_to_patients(
    clinic: Office, officer: Caller, patient: Caller
) -> None:
    listed = officer.get("/record-sets").json()["results"]
    assert [(one["name"], one["site"]) for one in listed] == [("Charts", str(clinic.site.pk))]
    assert patient.get("/record-sets").status_code == 403


def test_the_practice_and_its_sites_are_read_by_everybody(officer: Caller, patient: Caller) -> None:
    changed = patient.get("/practice").json() | {"name": "Example Clinic"}
    assert officer.put("/practice", changed).json() == changed
    assert patient.get("/practice").json()["name"] == "Example Clinic"
    added = officer.post(
        "/sites",
        {
            "name": "Annex",
            "address": "2 Example Street",
            "state": "nc",
            "time_zone": "America/New_York",
        },
    )
    names = [one["name"] for one in patient.get("/sites").json()["results"]]
    assert (added.json()["state"], names) == ("NC", ["Annex", "Main Street"])


def test_what_a_site_is_is_said_and_read(clinic: Office, officer: Caller, patient: Caller) -> None:
    facts = {
        "provider_types": ["physical_therapist"],
        "settings": ["electronic_records", "records_in_state"],
    }
    said = officer.put(f"/sites/{clinic.site.pk}/facts", facts)

    assert said.status_code == 200, said.content
    (site,) = patient.get("/sites").json()["results"]
    assert {name: site[name] for name in facts} == facts


def test_a_target_is_set_and_read_inside(officer: Caller, patient: Caller) -> None:
    aim = {"kind": "access", "days": 10, "in_force_from": "2026-01-01"}
    assert officer.post("/targets", aim).status_code == 201
    (target,) = officer.get("/targets", on="2026-02-01").json()["results"]

    assert (target["kind"], target["days"]) == ("access", 10)
    assert patient.get("/targets").status_code == 403


def test_what_is_missing_is_said_as_sentences(officer: Caller) -> None:
    assert officer.get("/set-up").json() == {"complete": True, "missing": []}
    sets = officer.get("/record-sets").json()["results"]
    officer.post(f"/record-sets/{sets[0]['id']}/end", {"in_force_until": "2026-01-01"}, key=None)
    told = officer.get("/set-up").json()
    assert told == {
        "complete": False,
        "missing": ["List the designated record sets and where each is kept."],
    }


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        pytest.param({"on": "yesterday"}, "/query/on", id="no day"),
        pytest.param({"limit": "0"}, "/query/limit", id="no page"),
        pytest.param({"limit": "9" * 5000}, "/query/limit", id="too many"),
        pytest.param({"cursor": "x"}, "/query/cursor", id="no cursor"),
        pytest.param({"name": "Olive"}, "/query/name", id="no such parameter"),
    ],
)
def test_a_query_that_is_not_documented_is_refused(
    officer: Caller, query: dict[str, Any], pointer: str
) -> None:
    answer = officer.get("/designations", **query)
    assert answer.status_code == 422
    assert [one["pointer"] for one in answer.json()["errors"]] == [pointer]


def test_the_kinds_are_listed_with_questions_states_and_moves(patient: Caller) -> None:
    kinds = {kind["name"]: kind for kind in patient.get("/kinds").json()["kinds"]}
    access = kinds["access"]
    grant = next(move for move in access["moves"] if move["name"] == "grant")

    assert set(kinds) >= {"access", "accounting"}
    assert access["details_schema"]["required"]
    assert {"name": "in_review", "label": "In progress"} in access["states"]
    assert grant["needs"] == ["decide"]
    assert grant["input_schema"]["required"] == ["given"]


def test_a_cursor_of_another_list_is_not_taken(officer: Caller) -> None:
    api.other_site()
    of_sites = officer.get("/sites", limit="1").json()["next"]
    answer = officer.get("/designations", cursor=of_sites)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/query/cursor"
