"""Personal representatives: recognised or refused, and authority that ends on its day (164.502(g))."""

from datetime import UTC, datetime

import pytest

from audit import log
from audit.log import Facet
from requests_app import selectors
from requests_app.actions import door, links, representatives, work
from requests_app.errors import BadInput, NotFound, NotNow, NotPermitted
from requests_app.people.models import Representative
from tests.support import office
from tests.support.office import NOON, OFFICER, PATIENT, REPRESENTATIVE, act, do

pytestmark = pytest.mark.django_db

LAST_EVENING = datetime(2026, 3, 11, 3, 30, tzinfo=UTC)  # 10 March, 22:30 in North Carolina
NEXT_MORNING = datetime(2026, 3, 11, 13, 0, tzinfo=UTC)


@pytest.fixture
def clinic(db: None) -> office.Office:
    return office.set_up()


@pytest.fixture
def daughter(clinic: office.Office) -> Representative:
    """Her authority ends on 10 March 2026, that day included."""
    return office.link_representative(REPRESENTATIVE, clinic.patient, authority_until="2026-03-10")


def test_a_recognised_representative_asks_as_the_individual(daughter: Representative) -> None:
    request = office.filed(actor=REPRESENTATIVE)
    assert (request.state, request.representative) == ("in_review", daughter)
    assert request.status_rows.get().by_patient
    assert do(request, "grant", "deliver").state == "delivered"


def test_authority_lasts_to_the_end_of_its_day_at_the_site(daughter: Representative) -> None:
    request = office.filed(actor=REPRESENTATIVE)
    visible = selectors.visible_requests
    assert visible(REPRESENTATIVE, now=LAST_EVENING).get() == request
    assert not visible(REPRESENTATIVE, now=NEXT_MORNING).exists()
    with pytest.raises(NotFound):
        act(request, "withdraw", actor=REPRESENTATIVE, now=NEXT_MORNING)


def test_records_are_given_on_authority_that_is_in_force(daughter: Representative) -> None:
    request = do(office.filed(actor=REPRESENTATIVE), "grant")
    with pytest.raises(NotNow, match="authority ended on March 10, 2026"):
        do(request, "deliver", now=NEXT_MORNING)
    assert do(request, "deliver", now=LAST_EVENING).state == "delivered"


def test_authority_that_has_not_begun_gives_nothing(clinic: office.Office) -> None:
    office.link_representative(REPRESENTATIVE, clinic.patient, authority_from="2026-03-10")
    with pytest.raises(NotNow, match=r"authority begins on March 10, 2026"):
        office.filed(actor=REPRESENTATIVE)


def test_an_account_for_two_patients_says_for_whom_it_asks(
    clinic: office.Office, daughter: Representative
) -> None:
    other = office.add_patient(clinic.site, number="MR-0002")
    office.link_representative(REPRESENTATIVE, other)
    with pytest.raises(BadInput) as refusal:
        office.filed(actor=REPRESENTATIVE)
    assert refusal.value.problems[0].field == "/patient"
    assert office.filed(actor=REPRESENTATIVE, patient=str(other.pk)).patient == other


def test_the_patient_sees_what_the_representative_asks_and_not_the_other_way_round(
    daughter: Representative,
) -> None:
    hers = office.filed(actor=REPRESENTATIVE)
    office.filed(actor=PATIENT)
    assert selectors.visible_requests(PATIENT, now=NOON).count() == 2
    assert selectors.visible_requests(REPRESENTATIVE, now=NOON).get() == hers


def test_what_staff_took_down_for_her_is_hers_to_see_and_withdraw(
    clinic: office.Office, daughter: Representative
) -> None:
    request = office.taken_down(patient=str(clinic.patient.pk), representative=str(daughter.pk))
    offers = door.possibilities(request, actor=REPRESENTATIVE, now=NOON)
    assert "withdraw" in {offer.spec.name for offer in offers}
    assert act(request, "withdraw", actor=REPRESENTATIVE).state == "withdrawn"


def test_who_asks_for_another_still_sees_it_once_it_is_matched(clinic: office.Office) -> None:
    request = office.filed(actor=REPRESENTATIVE, asker={"name": "Dora", "on_behalf": "Pat"})
    whom = {
        "patient": str(clinic.patient.pk),
        "representative": str(office.recognise(clinic.patient).pk),
    }
    work.match(request.reference, whom, actor=OFFICER, now=NOON)
    assert selectors.visible_requests(REPRESENTATIVE, now=NOON).get() == request


def test_evidence_of_authority_is_recorded_beside_identity(
    clinic: office.Office, daughter: Representative
) -> None:
    request = office.taken_down(patient=str(clinic.patient.pk), representative=str(daughter.pk))
    with pytest.raises(BadInput) as refusal:
        do(request, "confirm_identity")
    assert refusal.value.problems[0].field == "/authority"


REFUSED = {
    "kind": "health_care_agent", "name": "Rex Example", "evidence": "A letter",
    "authority_from": "2025-01-01",
    "refusal_reason": "Believed to endanger her; told by her on 1 March; Dr. Lee's judgment.",
}  # fmt: skip


def test_a_refusal_is_kept_with_its_reason_and_carries_no_authority(
    clinic: office.Office,
) -> None:
    raw = REFUSED | {"patient": str(clinic.patient.pk)}
    with pytest.raises(NotPermitted):
        representatives.refuse(raw, actor=office.STAFF, now=NOON)

    row = representatives.refuse(raw, actor=OFFICER, now=NOON)

    assert row.facts.refusal_reason == REFUSED["refusal_reason"]
    assert log.find(Facet.NAME, "people:representative:refused").entries[0].entry.patient == str(
        clinic.patient.pk
    )
    whom = {"patient": str(clinic.patient.pk), "representative": str(row.pk)}
    with pytest.raises(BadInput, match="problem"):
        links.make_code(whom, actor=OFFICER, now=NOON)
    request = office.taken_down(**whom)
    with pytest.raises(NotNow) as refusal:
        do(request, "confirm_identity")
    assert refusal.value.citation == "45 CFR 164.502(g)(5)"


def test_a_ground_about_the_representative_needs_one(clinic: office.Office) -> None:
    harm = {"ground": "ACC-R3", "withheld": "One page", "explanation": "Harm is likely."}
    with pytest.raises(BadInput) as refusal:
        act(office.filed(), "determine", harm, actor=office.PROFESSIONAL)
    assert "164.524(a)(3)(iii)" in refusal.value.problems[0].sentence
