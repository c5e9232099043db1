"""What the API tells each of the two after a request went to the right patient."""

import json

from requests_app.permissions import Role
from tests.support import api, office
from tests.support.office import Office


def test_neither_learns_of_the_other_and_the_receipt_stays(clinic: Office) -> None:
    other = office.add_patient(
        clinic.site, number="MR-0002", given_names="Ada", family_name="Example",
        birth_date="1975-05-05",
    )  # fmt: skip
    theirs, others = api.patient(), api.patient("ada@example.org")
    office.link(theirs.actor, clinic.patient)
    office.link(others.actor, other)
    wrong = office.taken_down(patient=str(clinic.patient.pk), asker={"name": "Ada Example"})
    officer = api.staff(Role.PRIVACY_OFFICER)

    body = {"patient": str(other.pk), "why": "The letter is signed by another."}
    answer = officer.post(f"/requests/{wrong.reference}/right-patient", body)

    assert answer.status_code == 201, answer.content
    right = answer.json()
    assert right["received_at"] == wrong.received_at.isoformat()
    assert answer["Location"].endswith(right["reference"])

    for below in ("", "/timeline", "/clock", "/letters", "/messages", "/documents", "/receipt"):
        gone = theirs.get(f"/requests/{wrong.reference}{below}")
        assert gone.status_code == 404
        assert right["reference"] not in gone.content.decode()
        assert "Ada" not in gone.content.decode()
    gone = theirs.get(f"/requests/{wrong.reference}").json()
    assert gone["detail"].startswith("This request was not about you.")
    assert theirs.get("/requests").json()["results"] == []

    shown = others.get(f"/requests/{right['reference']}").json()
    told = json.dumps([shown, others.get("/requests").json()])
    assert (shown["follows"], shown["goes_on_as"]) == (None, None)
    assert wrong.reference not in told
    assert str(clinic.patient.pk) not in told

    seen = officer.get(f"/requests/{wrong.reference}").json()
    assert (seen["state"], seen["goes_on_as"]) == ("moved", right["reference"])
    assert officer.post(f"/requests/{wrong.reference}/right-patient", body).status_code == 409
