"""The kinds that need no clock, through the API."""

from collections.abc import Iterator

import pytest

from audit import clock
from requests_app.permissions import Role
from tests.support import api, office
from tests.support.api import Caller
from tests.support.office import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clinic(db: None) -> Iterator[office.Office]:
    with clock.frozen(NOON):
        yield office.set_up()


@pytest.fixture
def patient(clinic: office.Office) -> Caller:
    caller = api.patient()
    office.link(caller.actor, clinic.patient)
    return caller


def filed(patient: Caller, kind: str) -> dict[str, object]:
    answer = patient.post("/requests", {"kind": kind, "details": office.DETAILS[kind]})
    assert answer.status_code == 201, answer.content
    body: dict[str, object] = answer.json()
    return body


@pytest.mark.parametrize("kind", ["materials_opt_out", "objection"])
def test_a_wish_is_in_force_at_once_and_has_no_due_date(kind: str, patient: Caller) -> None:
    request = filed(patient, kind)
    assert (request["state"], request["due_on"]) == ("carried_out", None)
    explained = patient.get(f"/requests/{request['reference']}/clock").json()
    assert (explained["due_on"], explained["answered_on"]) == (None, "2026-03-02")
    letters = patient.get(f"/requests/{request['reference']}/letters").json()["letters"]
    assert len(letters) == 1


def test_a_copy_of_the_notice_is_given_through_the_api(patient: Caller) -> None:
    reference = str(filed(patient, "notice_copy")["reference"])
    officer = api.staff(Role.PRIVACY_OFFICER)
    answer = officer.act(reference, "give", {"channel": "portal"})
    assert answer.status_code == 200, answer.content
    letters = patient.get(f"/requests/{reference}/letters").json()["letters"]
    assert letters[0]["subject"] == "Your copy of our notice of privacy practices"
