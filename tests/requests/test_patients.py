"""Finding a patient by what people say of themselves, over sealed identities."""

from datetime import date
from typing import Any

import pytest

from audit.crypto import blind_index
from requests_app.actions import patients
from requests_app.errors import BadInput, NotFound, NotNow, NotPermitted
from requests_app.people.lookups import Search
from requests_app.people.models import Patient, PatientLookup
from requests_app.permissions import Role
from requests_app.selectors import find_patients
from tests.support import office
from tests.support.office import NOON, OFFICER, STAFF

pytestmark = pytest.mark.django_db

JOSE: dict[str, Any] = {
    "record_number": "MR-00 17/b",
    "family_name": "García-López",
    "given_names": "José",
    "birth_date": "1975-05-05",
    "telephone": "(919) 555-0117",
    "email": "Jose.Garcia@Example.org",
}


@pytest.fixture
def clinic(db: None) -> office.Office:
    return office.set_up()


@pytest.fixture
def jose(clinic: office.Office) -> Patient:
    number = JOSE["record_number"]
    rest = {key: value for key, value in JOSE.items() if key != "record_number"}
    return office.add_patient(clinic.site, number=number, **rest)


@pytest.mark.parametrize(
    "search",
    [
        pytest.param(Search(record_number="mr0017B"), id="record number, written otherwise"),
        pytest.param(Search(family_name="GARCIA LOPEZ"), id="both family names, no accents"),
        pytest.param(Search(family_name="Lopez"), id="the second family name alone"),
        pytest.param(
            Search(family_name="garcía", birth_date=date(1975, 5, 5)), id="family name and birth"
        ),
        pytest.param(Search(telephone="+1 919.555.0117"), id="telephone"),
        pytest.param(Search(email="jose.garcia@EXAMPLE.ORG"), id="e-mail"),
        pytest.param(
            Search(telephone="9195550117", family_name="Garcia"), id="two facts that both fit"
        ),
    ],
)
def test_a_patient_is_found_by(search: Search, jose: Patient) -> None:
    assert find_patients(search, actor=STAFF) == [jose]


@pytest.mark.parametrize(
    "search",
    [
        pytest.param(Search(family_name="Gar"), id="the beginning of a name"),
        pytest.param(Search(family_name="Lopez", birth_date=date(1975, 5, 6)), id="another birth"),
        pytest.param(Search(telephone="9195550117", family_name="Demo"), id="one fact is wrong"),
        pytest.param(Search(record_number="MR-0018"), id="another number"),
    ],
)
def test_a_patient_is_not_found_by(search: Search, jose: Patient) -> None:
    assert find_patients(search, actor=STAFF) == []


def test_a_hit_that_does_not_open_to_what_was_asked_is_not_shown(
    clinic: office.Office, jose: Patient
) -> None:
    """The index is a hint that anybody with the table could write; the sealed record decides."""
    token = blind_index.token("people.telephone", "+19195550117")
    PatientLookup.objects.create(patient=clinic.patient, facet="telephone", token=token)
    assert find_patients(Search(telephone="919-555-0117"), actor=STAFF) == [jose]


def test_a_changed_identity_is_found_by_the_new_facts_only(
    clinic: office.Office, jose: Patient
) -> None:
    new = JOSE | {"site": str(clinic.site.pk), "family_name": "Example"}
    patients.change(str(jose.pk), new, actor=OFFICER, now=NOON)
    assert find_patients(Search(family_name="Lopez"), actor=STAFF) == []
    assert find_patients(Search(family_name="Example"), actor=STAFF) == [jose]


def test_a_record_number_stands_once(clinic: office.Office, jose: Patient) -> None:
    with pytest.raises(NotNow, match="already a patient"):
        office.add_patient(clinic.site, number="mr 0017 B")


@pytest.mark.parametrize(
    "actor", [office.BILLING, office.AUDITOR, office.ADMINISTRATOR, office.PATIENT]
)
def test_who_does_not_work_with_patients_looks_none_up(actor: Any, jose: Patient) -> None:
    with pytest.raises(NotPermitted):
        find_patients(Search(family_name="Lopez"), actor=actor)


def test_staff_of_another_site_meet_nobody(clinic: office.Office, jose: Patient) -> None:
    role = Role.PRIVACY_STAFF.value
    elsewhere = office.person(
        Role.PRIVACY_STAFF, "Else Where", sites={role: frozenset({"another-site"})}
    )
    raw = JOSE | {"site": str(clinic.site.pk)}

    assert find_patients(Search(family_name="Lopez"), actor=elsewhere) == []
    with pytest.raises(NotFound):
        patients.change(str(jose.pk), raw, actor=elsewhere, now=NOON)
    with pytest.raises(BadInput) as unseen:
        office.taken_down_by(elsewhere, patient=str(jose.pk))
    with pytest.raises(BadInput) as unknown:
        office.taken_down_by(elsewhere, patient="00000000-0000-4000-8000-000000000000")
    assert unseen.value.problems == unknown.value.problems


def test_two_staff_adding_one_record_number_at_once_leave_one_patient(
    clinic: office.Office,
) -> None:
    # The look-ups before it saw nothing: only the constraint stands between the two.
    with pytest.raises(NotNow, match="already a patient"):
        office.add_patient(clinic.site, number="mr 0001")
