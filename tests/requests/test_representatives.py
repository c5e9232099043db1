"""Personal representatives: recognised or refused, and authority that ends on its day (164.502(g))."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction

from audit import keys, log
from audit.crypto import envelope
from audit.crypto.envelope import Place
from audit.held import Sealed
from audit.log import Facet
from requests_app import selectors
from requests_app.actions import (
    door,
    involved,
    links,
    representative_endings,
    representatives,
    work,
)
from requests_app.errors import BadInput, NotFound, NotNow, NotPermitted
from requests_app.people import endings
from requests_app.people.grounds import Why
from requests_app.people.models import Refusal, Representative
from requests_app.rules import check_authority
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


ASKED = {
    "kind": "health_care_agent", "name": "Rex Example", "evidence": "A letter",
    "authority_from": "2025-01-01",
}  # fmt: skip
BELIEF = {
    "why": "endangers", "facts": "Told by her on 1 March.", "judged_by": "Dr. Lee Example",
}  # fmt: skip
REFUSED = ASKED | BELIEF
#: By ground: whether it is a professional's judgment ((g)(5)(ii)), the rule, what the desk is told.
GROUNDS = {
    "abuse": (True, "45 CFR 164.502(g)(5)", "no"),
    "endangers": (True, "45 CFR 164.502(g)(5)", "no"),
    "no_authority": (False, "45 CFR 164.514(h)(1)(i)", "ask"),
    "minors_own": (False, "45 CFR 164.502(g)(3)(i)", "ask"),
    "ended": (False, "45 CFR 164.502(g)", "ask"),
}


def at_once(clinic: office.Office, said: dict[str, Any]) -> Representative:
    raw = ASKED | {"patient": str(clinic.patient.pk)} | said
    return representatives.refuse(raw, actor=OFFICER, now=NOON)


def later(clinic: office.Office, said: dict[str, Any]) -> Representative:
    row = office.recognise(clinic.patient, name="Rex Example")
    representative_endings.end(str(row.pk), said, actor=OFFICER, now=NOON)
    return row


def test_every_ground_has_its_line() -> None:
    assert GROUNDS.keys() == set(Why.values)


@pytest.mark.parametrize("decline", [at_once, later])
@pytest.mark.parametrize("ground", GROUNDS)
def test_refused_at_once_and_ended_later_answer_the_same_questions(
    clinic: office.Office, ground: str, decline: Callable[[office.Office, Any], Representative]
) -> None:
    judged, citation, answer = GROUNDS[ground]
    said = {"why": ground, "facts": "Told by her on 1 March."}
    if judged:
        with pytest.raises(BadInput, match="problem") as refused, transaction.atomic():
            decline(clinic, said)
        assert [one.field for one in refused.value.problems] == ["/judged_by"]
        said |= {"judged_by": "Dr. Lee Example"}
    row = Representative.objects.get(pk=decline(clinic, said).pk)

    kept = endings.declined(row, at=NOON)
    assert kept is not None
    assert {"why": kept.why, "facts": kept.facts, "judged_by": kept.judged_by or None} == {
        "judged_by": None
    } | said
    with pytest.raises(NotNow) as stopped:
        check_authority(row, today=NOON.date(), at=NOON)
    assert stopped.value.citation == citation
    asked = {"patient": str(clinic.patient.pk), "name": "Rex Example"}
    assert involved.may_i_speak(asked, actor=OFFICER, now=NOON).answer == answer


@pytest.mark.parametrize("missing", ["why", "facts"])
def test_a_refusal_says_its_ground_and_the_facts(clinic: office.Office, missing: str) -> None:
    with pytest.raises(BadInput) as refused:
        at_once(clinic, {name: said for name, said in BELIEF.items() if name != missing})
    assert [one.field for one in refused.value.problems] == [f"/{missing}"]


def test_a_refusal_from_before_the_ground_was_asked_opens_and_holds(
    clinic: office.Office,
) -> None:
    told = "Believed to endanger her; Dr. Lee's judgment."
    row = sealed_before(clinic, told)
    assert (row.facts.name, row.facts.refusal) == ("Rex Example", Refusal(facts=told))
    with pytest.raises(NotNow) as stopped:
        check_authority(row, today=NOON.date(), at=NOON)
    assert stopped.value.citation == "45 CFR 164.502(g)(5)"
    asked = {"patient": str(clinic.patient.pk), "name": "Rex Example"}
    assert involved.may_i_speak(asked, actor=OFFICER, now=NOON).answer == "no"


def test_somebody_recognised_before_stays_so(clinic: office.Office) -> None:
    row = sealed_before(clinic)
    assert (row.facts.name, row.facts.refusal) == ("Rex Example", None)
    check_authority(row, today=NOON.date(), at=NOON)


def sealed_before(clinic: office.Office, refusal_reason: str = "") -> Representative:
    """A row as it was sealed when a refusal was one text: version 1, byte for byte."""
    told = (
        '{"name":"Rex Example","evidence":"Papers seen","scope":"","address":"","email":"",'
        f'"telephone":"","refusal_reason":"{refusal_reason}"}}'
    )
    pk = uuid4()
    key = keys.keyring().active("field.people", keys.today())
    sealed = envelope.seal(told.encode(), key=key, place=Place("people.representative", str(pk), 1))
    Representative(
        id=pk, patient=clinic.patient, kind="parent", recognised=not refusal_reason,
        authority_from=date(2025, 1, 1), facts=Sealed(sealed), decided_by=OFFICER.id, decided_at=NOON,
    ).save(force_insert=True)  # fmt: skip
    row = Representative.objects.get(pk=pk)
    assert envelope.version_of(row.__dict__["facts"].sealed) == 1
    return row


def test_a_refusal_is_kept_with_its_reason_and_carries_no_authority(
    clinic: office.Office,
) -> None:
    raw = REFUSED | {"patient": str(clinic.patient.pk)}
    with pytest.raises(NotPermitted):
        representatives.refuse(raw, actor=office.STAFF, now=NOON)

    row = representatives.refuse(raw, actor=OFFICER, now=NOON)

    assert row.facts.refusal == Refusal(**BELIEF)
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
