"""The pages on which a request goes to the right patient, and what either patient then reads."""

import pytest

from privacy_portal.accounts.actors import actor_for
from requests_app.actions import work
from requests_app.actions.right_patient import to_patient
from requests_app.kinds.base import Kind
from requests_app.kinds.models import Request
from requests_app.people.models import Patient
from tests.support import office
from tests.support.office import NOON, OFFICER, STAFF, Office
from tests.support.office_pages import staff, thrifty
from tests.support.patients import patient_account, signed_in_visitor


@pytest.fixture
def other(clinic: Office) -> Patient:
    return office.add_patient(
        clinic.site, number="MR-0002", given_names="Ada", family_name="Example",
        birth_date="1975-05-05",
    )  # fmt: skip


def misfiled(clinic: Office) -> Kind:
    """Taken down for Ada Example, and tied to Patricia Demo."""
    return office.taken_down(patient=str(clinic.patient.pk), asker={"name": "Ada Example"})


def moved(wrong: Kind, other: Patient) -> Kind:
    raw = {"patient": str(other.pk), "why": "The letter is signed by another."}
    return to_patient(wrong.reference, raw, actor=STAFF, now=NOON)


def test_an_officer_moves_it_from_the_work_beside_it(clinic: Office, other: Patient) -> None:
    wrong, officer = misfiled(clinic), staff()
    page = officer.open(f"/office/requests/{wrong.reference}/work")
    thrifty(officer, page.links("Move it to another patient")[0])
    page = officer.send(record_number="MR-0002", family_name="Example")
    thrifty(officer, page.links("Move it to this person")[0])
    assert "Ada Example" in officer.page.main
    officer.send(status=422)

    page = officer.send(why="The letter is signed by another.")

    right = Request.objects.get(patient=other)
    assert right.received_at == wrong.received_at
    assert right.reference in page.words["h1"]
    assert "Filed for another patient first" in page.main
    first = officer.open(f"/office/requests/{wrong.reference}")
    assert "Filed anew for the right patient" in first.main
    officer.open(f"/office/requests/{right.reference}/patient/{other.pk}")
    assert "Choose another patient" in officer.send(status=422, why="Again.").main


def test_the_wrong_patient_reads_that_it_was_not_about_them(clinic: Office, other: Patient) -> None:
    visitor, _account = signed_in_visitor(clinic.patient)
    wrong = misfiled(clinic)
    assert "Ada Example" in visitor.open(f"/my/requests/{wrong.reference}").main
    right = moved(wrong, other)

    page = visitor.open(f"/my/requests/{wrong.reference}", status=404)
    assert "This request was not about you." in page.main
    listed = visitor.open("/my/requests")
    assert f"we have moved them away: {wrong.reference}" in listed.main
    for shown in (page, listed):
        assert right.reference not in shown.text
        assert "Ada" not in shown.text
    for more in ("/looked", "/receipt", "/act/withdraw"):
        assert "Ada" not in visitor.open(f"/my/requests/{wrong.reference}{more}", status=404).text
    assert "not about you" not in visitor.open(f"/my/requests/{right.reference}", status=404).main


def test_the_right_patient_reads_the_request_and_nothing_of_the_other(
    clinic: Office, other: Patient
) -> None:
    wrong = misfiled(clinic)
    right = moved(wrong, other)
    visitor, _account = signed_in_visitor(other)

    page = visitor.open(f"/my/requests/{right.reference}")
    assert "March 2, 2026" in page.main
    looked = visitor.open(f"/my/requests/{right.reference}/looked")
    for shown in (page, looked, visitor.open("/my/requests")):
        assert wrong.reference not in shown.text
        assert "Patricia" not in shown.text
    assert "not about you" not in visitor.open("/my/requests").main


def test_whoever_filed_it_reads_where_it_goes_on(clinic: Office, other: Patient) -> None:
    account = patient_account()
    visitor, _account = signed_in_visitor(account=account)
    filer = actor_for(account.user, via="session")
    wrong = office.filed(actor=filer, asker={"name": "Ada Example"})
    work.match(wrong.reference, {"patient": str(clinic.patient.pk)}, actor=OFFICER, now=NOON)
    right = moved(wrong, other)

    page = visitor.open(f"/my/requests/{wrong.reference}")

    assert f"It goes on as {right.reference}, with the same day of receipt." in page.main
    assert "another kind" not in page.text
