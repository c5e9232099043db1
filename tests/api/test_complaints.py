"""A complaint through the API: without a name, and around the person it names."""

import pytest

from requests_app.permissions import Role
from tests.support import api, office
from tests.support.api import Caller
from tests.support.office import NOON, Office

pytestmark = pytest.mark.django_db
TAKEN = {
    "kind": "complaint",
    "details": office.DETAILS["complaint"],
    "channel": "telephone",
    "received_at": NOON.isoformat(),
}


def test_staff_take_one_down_from_nobody_and_it_is_carried_to_its_end(
    clinic: Office, officer: Caller
) -> None:
    desk = api.staff(Role.FRONT_DESK, name="Fern Desk")
    filed = desk.post("/requests", TAKEN)
    assert filed.status_code == 201, filed.content
    reference = filed.json()["reference"]
    for move in ("acknowledge", "resolve", "close"):
        answer = officer.act(reference, move, office.INPUT.get(move))
        assert answer.status_code == 200, answer.content
    assert answer.json()["due_on"] is None


def test_measures_are_read_by_the_office_and_not_by_who_complained(
    clinic: Office, officer: Caller, patient: Caller
) -> None:
    body = {"kind": "complaint", "details": office.DETAILS["complaint"]}
    reference = patient.post("/requests", body).json()["reference"]
    warned = {"measure": "sanction", "what": "Written warning.", "taken_on": "2026-03-02"}
    assert officer.post(f"/requests/{reference}/measures", warned).status_code == 201

    found = officer.get(f"/requests/{reference}/measures").json()

    assert [one["what"] for one in found["measures"]] == ["Written warning."]
    assert patient.get(f"/requests/{reference}/measures").status_code == 403
    assert "Written warning" not in patient.get(f"/requests/{reference}").content.decode()
    moves = [
        one["move"] for one in patient.get(f"/requests/{reference}/timeline").json()["timeline"]
    ]
    assert moves == ["file_signed_in"]


def test_the_officer_it_names_finds_it_nowhere(
    clinic: Office, officer: Caller, patient: Caller
) -> None:
    details = office.DETAILS["complaint"] | {"about": "privacy_official"}
    reference = patient.post("/requests", {"kind": "complaint", "details": details}).json()[
        "reference"
    ]
    alternate = api.staff(Role.BILLING, name="Alma Alternate")
    office.designate_alternate(alternate.actor)

    assert officer.get(f"/requests/{reference}").status_code == 404
    assert reference not in officer.get("/requests").content.decode()
    search = {"reason": "Looking", "facet": "request", "value": reference}
    assert officer.post("/log/entries/search", search, key=None).json()["results"] == []
    assert alternate.act(reference, "acknowledge").status_code == 200
