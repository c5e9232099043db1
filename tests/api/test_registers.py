"""What stands for a patient, through the API: preferences, authorizations, held messages."""

from typing import Any

import pytest

from audit import clock
from privacy_portal.mail.drain import drain
from tests.support import api, office
from tests.support.api import Caller
from tests.support.office import AUTHORIZATION, Office

pytestmark = pytest.mark.django_db


def test_a_wish_is_filed_agreed_to_and_read_by_the_office(
    patient: Caller, officer: Caller, clinic: Office
) -> None:
    details = {"means": ["post"], "address": "P.O. Box 12"}
    filed = patient.post("/requests", {"kind": "confidential_communications", "details": details})
    assert (filed.status_code, filed.json()["due_on"]) == (201, None)

    reference = filed.json()["reference"]
    assert officer.act(reference, "accommodate").json()["state_label"] == "Agreed to"

    [shown] = officer.get(f"/patients/{clinic.patient.pk}/preferences").json()["preferences"]
    assert (shown["means"], shown["address"], shown["request"]) == (
        ["post"],
        "P.O. Box 12",
        reference,
    )
    assert patient.get(f"/patients/{clinic.patient.pk}/preferences").status_code == 403
    assert patient.act(reference, "end").json()["state"] == "ended"
    assert officer.get(f"/patients/{clinic.patient.pk}/preferences").json()["preferences"] == []


def test_a_held_message_is_listed_and_passed_on(
    patient: Caller, officer: Caller, settings: Any
) -> None:
    settings.MAIL_SET = True
    details = {"means": ["telephone"]}
    patient.post("/requests", {"kind": "confidential_communications", "details": details})
    drain(seconds=10)

    [waiting] = officer.get("/held-messages").json()["held"]
    told = officer.post(f"/held-messages/{waiting['id']}/pass-on", {"means": "telephone"}, key=None)

    assert told.json()["told_at"] == clock.now().isoformat()
    assert officer.get("/held-messages").json()["held"] == []


def test_a_patient_sees_an_authorization_and_takes_it_back(
    patient: Caller, officer: Caller, clinic: Office
) -> None:
    made = officer.post("/authorizations", AUTHORIZATION | {"patient": str(clinic.patient.pk)})
    assert made.status_code == 201, made.content
    [own] = patient.get("/authorizations").json()["authorizations"]
    assert own["may_be_relied_on"]

    details = {"subject": "authorization", "authorization": own["id"]}
    patient.post("/requests", {"kind": "revocation", "details": details})

    [own] = patient.get("/authorizations").json()["authorizations"]
    assert not own["may_be_relied_on"]
    assert {one["citation"] for one in own["reasons_against"]} == {"45 CFR 164.508(b)(5)"}


def test_a_defective_one_says_what_it_lacks_and_a_consent_what_it_is(
    officer: Caller, clinic: Office
) -> None:
    whole = AUTHORIZATION | {"patient": str(clinic.patient.pk)}
    bad = officer.post("/authorizations", whole | {"recipient": None}).json()
    assert [one["citation"] for one in bad["authorization"]["defects"]] == [
        "45 CFR 164.508(c)(1)(iii)"
    ]
    consent = officer.post("/authorizations", whole | {"paper": "treatment"}).json()
    assert (consent["authorization"], bool(consent["consent"])) == (None, True)
    listed = officer.get(f"/patients/{clinic.patient.pk}/authorizations").json()["authorizations"]
    assert len(listed) == 1


def test_whoever_has_no_chart_has_no_authorizations(clinic: Office) -> None:
    office.authorized(clinic.patient)
    stranger = api.patient("stranger@example.org")
    assert stranger.get("/authorizations").json() == {"authorizations": []}
