"""Charts linked and split, and representatives who are recognised no longer."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from requests_app.actions import (
    charts,
    disclosures,
    documents,
    involved,
    links,
    representative_endings,
)
from requests_app.disclosures import issue
from requests_app.documents.models import Document
from requests_app.errors import BadInput, NotFound, NotNow, NotPermitted
from requests_app.kinds.base import Kind
from requests_app.people.charts import same_person
from requests_app.people.models import AccountLink, Patient
from requests_app.selectors import visible_requests
from requests_app.standing import objections, opt_outs, preferences, restrictions
from requests_app.standing import selectors as standing
from requests_app.standing.authorizations import Authorization
from requests_app.standing.opt_outs import Sending
from requests_app.standing.reliance import relied_on_allowed
from tests.support import office
from tests.support.office import NOON, OFFICER, PATIENT, REPRESENTATIVE, STAFF, Office

pytestmark = pytest.mark.django_db
BY: dict[str, Any] = {"actor": OFFICER, "now": NOON}
AFTER = NOON + timedelta(hours=1)


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Any) -> None:
    settings.DOCUMENTS_URL = f"file:{tmp_path / 'documents'}"


@pytest.fixture
def clinic(db: None) -> Office:
    return office.set_up()


@pytest.fixture
def second(clinic: Office) -> Patient:
    return office.add_patient(clinic.site, number="MR-0002")


def linked(one: Patient, other: Patient) -> Any:
    raw = {"patient": str(one.pk), "other": str(other.pk), "why": "The patient says so."}
    return charts.link(raw, **BY)


# --- linked --------------------------------------------------------------------------------------
def test_charts_are_linked_through_others_and_back_until_the_link_ends(
    clinic: Office, second: Patient
) -> None:
    third = office.add_patient(clinic.site, number="MR-0003")
    linked(clinic.patient, second)
    last = linked(third, second)
    everybody = {clinic.patient.pk, second.pk, third.pk}
    assert all(same_person(chart, at=NOON) == everybody for chart in everybody)
    with pytest.raises(NotNow), transaction.atomic():
        linked(clinic.patient, third)
    charts.unlink(str(last.pk), actor=OFFICER, now=AFTER)
    assert same_person(third.pk, at=AFTER) == {third.pk}
    assert same_person(third.pk, at=NOON) == everybody, "what was believed then stays answerable"


def test_a_chart_is_not_linked_to_itself_nor_by_the_desk(clinic: Office, second: Patient) -> None:
    with pytest.raises(BadInput):
        linked(clinic.patient, clinic.patient)
    raw = {"patient": str(clinic.patient.pk), "other": str(second.pk), "why": "x"}
    with pytest.raises(NotPermitted):
        charts.link(raw, actor=office.DESK, now=NOON)


def _restricted(patient: Patient) -> None:
    request = office.taken_down("restriction", patient=str(patient.pk))
    office.act(request, "confirm_identity", office.INPUT["confirm_identity"])
    office.act(request, "agree_out_of_pocket", office.PAID)


def _opted_out(patient: Patient) -> None:
    office.taken_down("materials_opt_out", patient=str(patient.pk))


def _objected(patient: Patient) -> None:
    office.taken_down("objection", patient=str(patient.pk))


def _preferred(patient: Patient) -> None:
    request = office.taken_down("confidential_communications", patient=str(patient.pk))
    office.act(request, "confirm_identity", office.INPUT["confirm_identity"])


def _claim_held(patient: Patient) -> None:
    office.taken_down("restriction", patient=str(patient.pk))


STANDS = {
    "a restriction": (_restricted, lambda pk: restrictions.in_force(pk, at=AFTER)),
    "a held claim": (_claim_held, lambda pk: restrictions.claim_holds(pk, at=AFTER)),
    "an opt-out": (
        _opted_out, lambda pk: opt_outs.stopped(pk, Sending.MARKETING, at=AFTER)),
    "an objection": (
        _objected, lambda pk: objections.objections(pk, objections.Scope.FAMILY, at=AFTER)),
    "a way of being reached": (
        _preferred, lambda pk: preferences.in_force(pk, representative=None, at=AFTER)),
}  # fmt: skip


@pytest.mark.parametrize("what", STANDS)
def test_what_stands_on_either_chart_holds_for_both(
    clinic: Office, second: Patient, what: str
) -> None:
    begin, found = STANDS[what]
    begin(second)
    assert found(second.pk)
    assert not found(clinic.patient.pk)
    linked(clinic.patient, second)
    assert found(clinic.patient.pk)


def test_may_i_speak_to_and_the_accounting_know_both_charts(
    clinic: Office, second: Patient
) -> None:
    said = {"patient": str(second.pk), "name": "Dora Demo", "relation": "Daughter"}
    involved.record(said | {"ground": "objected"}, **BY)
    office.disclosed(second, "2026-02-01")
    request = office.taken_down("accounting", patient=str(clinic.patient.pk))
    asked = {"patient": str(clinic.patient.pk), "name": "Dora Demo"}
    assert involved.may_i_speak(asked, **BY).answer == "ask"
    assert issue.draft(request, now=NOON).lines == ()
    linked(clinic.patient, second)
    assert involved.may_i_speak(asked, **BY).answer == "no"
    assert len(issue.draft(request, now=NOON).lines) == 1


def revocation_of(chart: Patient, paper: Authorization | None = None) -> Kind:
    """In writing, under this chart."""
    named = {"authorization": str(paper.pk)} if paper else {}
    details = {"subject": "authorization"} | named
    return office.taken_down(
        "revocation", patient=str(chart.pk), details=details, channel="paper", received=NOON
    )


def test_a_revocation_under_one_chart_stops_what_was_signed_under_the_other(
    clinic: Office, second: Patient
) -> None:
    paper = office.authorized(second, now=NOON - timedelta(hours=1))
    revocation_of(clinic.patient)
    assert relied_on_allowed(paper, AFTER).allowed
    linked(clinic.patient, second)
    assert not relied_on_allowed(paper, AFTER).allowed


def test_a_revocation_may_name_what_was_signed_under_the_other_chart(
    clinic: Office, second: Patient
) -> None:
    paper = office.authorized(second, now=NOON - timedelta(hours=1))
    with pytest.raises(BadInput), transaction.atomic():
        revocation_of(clinic.patient, paper)
    linked(clinic.patient, second)
    request = revocation_of(clinic.patient, paper)
    office.act(request, "confirm_identity", office.INPUT["confirm_identity"])
    (ending,) = paper.endings.all()
    assert (ending.cause, ending.at) == ("revoked", NOON)


def test_the_register_of_one_chart_shows_what_was_signed_under_the_other(
    clinic: Office, second: Patient
) -> None:
    paper = office.authorized(second)
    assert not standing.authorizations(clinic.patient, at=AFTER)
    linked(clinic.patient, second)
    assert list(standing.authorizations(clinic.patient, at=AFTER)) == [paper]


def test_the_first_accounting_in_twelve_months_is_the_persons_not_the_charts(
    clinic: Office, second: Patient
) -> None:
    earlier = office.taken_down("accounting", patient=str(second.pk), now=NOON)
    office.act(earlier, "confirm_identity", office.INPUT["confirm_identity"])
    office.do(earlier, "provide")
    request = office.taken_down("accounting", patient=str(clinic.patient.pk))
    assert issue.is_free(request, now=AFTER)
    linked(clinic.patient, second)
    assert not issue.is_free(request, now=AFTER)


# --- split between a parent and a minor ----------------------------------------------------------
PART = {"because": "consented", "care": "Counselling in 2025", "evidence": "Own consent on file"}


def asked_by_parent(clinic: Office, kind: str = "access") -> Kind:
    """A parent's account is linked, and asks."""
    office.link_representative(REPRESENTATIVE, clinic.patient, kind="parent")
    return office.filed(kind, actor=REPRESENTATIVE)


def record_to_give(request: Kind) -> Document:
    raw = {"sort": "release", "name": "Notes.txt"}
    row = documents.announce(request.reference, raw, actor=STAFF, now=NOON)
    return documents.receive(str(row.pk), [b"Notes."], size=6, actor=STAFF, now=NOON)


def part_of(clinic: Office) -> Any:
    return charts.split(PART | {"patient": str(clinic.patient.pk)}, **BY)


def test_what_the_minor_controls_is_not_released_to_a_parent(clinic: Office) -> None:
    request = asked_by_parent(clinic)
    kept, free = record_to_give(request), record_to_give(request)
    office.act(request, "grant", office.INPUT["grant"])
    part = part_of(clinic)
    charts.mark(str(part.pk), {"document": str(kept.pk)}, **BY)
    with pytest.raises(NotNow) as refused:
        documents.release(str(kept.pk), **BY)
    assert refused.value.citation == "45 CFR 164.502(g)(3)(i)"
    documents.release(str(free.pk), **BY)
    charts.join(str(part.pk), **BY)
    documents.release(str(kept.pk), actor=OFFICER, now=AFTER)


def test_marked_after_it_was_released_it_is_not_read_any_more(clinic: Office) -> None:
    request = asked_by_parent(clinic)
    record = record_to_give(request)
    office.act(request, "grant", office.INPUT["grant"])
    documents.release(str(record.pk), **BY)
    leave = documents.allow_download(str(record.pk), actor=REPRESENTATIVE, now=NOON)
    charts.mark(str(part_of(clinic).pk), {"document": str(record.pk)}, **BY)
    with pytest.raises((NotFound, NotPermitted)):
        documents.fetch(str(leave.pk), actor=REPRESENTATIVE, now=NOON + timedelta(minutes=1))


def test_the_minor_reads_it_and_so_does_another_representative(clinic: Office) -> None:
    request = office.filed(actor=PATIENT)
    record = record_to_give(request)
    office.act(request, "grant", office.INPUT["grant"])
    charts.mark(str(part_of(clinic).pk), {"document": str(record.pk)}, **BY)
    documents.release(str(record.pk), **BY)
    assert documents.allow_download(str(record.pk), actor=PATIENT, now=NOON)


def test_a_parents_accounting_lacks_the_marked_lines_and_their_corrections(
    clinic: Office,
) -> None:
    kept, told = (office.disclosed(clinic.patient, f"2026-02-0{day}") for day in (1, 2))
    parents = asked_by_parent(clinic, "accounting")
    own = office.taken_down("accounting", patient=str(clinic.patient.pk))
    charts.mark(str(part_of(clinic).pk), {"disclosure": str(kept.pk)}, **BY)
    lines = issue.draft(parents, now=NOON).lines
    assert [line.entry for line in lines] == [str(told.pk)]
    assert len(issue.draft(own, now=NOON).lines) == 2
    right = {
        "patient": str(clinic.patient.pk), "basis": "PH", "disclosed_on": "2026-02-01",
        "recipient_name": "Example County Health", "description": "Another result",
        "purpose": "Reporting",
    }  # fmt: skip
    disclosures.correct(str(kept.pk), right, **BY)
    assert [line.entry for line in issue.draft(parents, now=NOON).lines] == [str(told.pk)]


def test_a_line_of_the_minors_other_chart_is_kept_from_the_parent_too(
    clinic: Office, second: Patient
) -> None:
    kept = office.disclosed(second, "2026-02-01")
    parents = asked_by_parent(clinic, "accounting")
    linked(clinic.patient, second)
    assert len(issue.draft(parents, now=NOON).lines) == 1
    charts.mark(str(part_of(clinic).pk), {"disclosure": str(kept.pk)}, **BY)
    assert issue.draft(parents, now=NOON).lines == ()


def test_only_what_is_the_patients_is_marked_and_once(clinic: Office, second: Patient) -> None:
    part = str(part_of(clinic).pk)
    line = office.disclosed(second, "2026-02-01")
    with pytest.raises(BadInput) as refused, transaction.atomic():
        charts.mark(part, {"disclosure": str(line.pk)}, **BY)
    assert refused.value.problems[0].field == "/disclosure"
    with pytest.raises(BadInput):
        charts.mark(part, {}, **BY)
    own = office.disclosed(clinic.patient, "2026-02-01")
    first = charts.mark(part, {"disclosure": str(own.pk)}, **BY)
    assert charts.mark(part, {"disclosure": str(own.pk)}, **BY) == first


# --- recognised no longer ------------------------------------------------------------------------
REFUSED = {"why": "abuse", "facts": "Told by the patient.", "judged_by": "Dr. Lee Example"}


def test_an_earlier_recognised_representative_is_refused_from_that_moment(clinic: Office) -> None:
    representative = office.link_representative(REPRESENTATIVE, clinic.patient)
    request = office.filed(actor=REPRESENTATIVE)
    representative_endings.end(str(representative.pk), REFUSED, **BY)
    assert not visible_requests(REPRESENTATIVE, now=NOON).exists()
    assert AccountLink.objects.get(representative=representative).ended_at == NOON
    with pytest.raises(NotNow) as refused, transaction.atomic():
        office.act(request, "grant", office.INPUT["grant"])
    assert refused.value.citation == "45 CFR 164.502(g)(5)"
    whom = {"patient": str(clinic.patient.pk), "representative": str(representative.pk)}
    with pytest.raises(BadInput):
        links.make_code(whom, **BY)
    asked = {"patient": str(clinic.patient.pk), "name": "Dora Demo"}
    assert involved.may_i_speak(asked, **BY).answer == "no"
    with pytest.raises(NotNow):
        representative_endings.end(str(representative.pk), REFUSED, **BY)


def test_to_refuse_is_a_professionals_judgment_and_an_ended_authority_is_not(
    clinic: Office,
) -> None:
    representative = office.recognise(clinic.patient)
    with pytest.raises(BadInput) as refused:
        representative_endings.end(str(representative.pk), REFUSED | {"judged_by": None}, **BY)
    assert refused.value.problems[0].field == "/judged_by"
    ended = {"why": "ended", "facts": "The power of attorney was revoked."}
    representative_endings.end(str(representative.pk), ended, **BY)
    asked = {"patient": str(clinic.patient.pk), "name": "Dora Demo"}
    assert involved.may_i_speak(asked, **BY).answer == "ask"
