"""A request tied to the wrong patient goes on as the right one's, and keeps its receipt date."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from audit import log
from audit.log import Facet
from requests_app import events, looked_up, selectors
from requests_app.actions import casework, charts, documents, refile, right_patient, sites, work
from requests_app.actions.right_patient import to_patient
from requests_app.casework import selectors as beside
from requests_app.complaints import routing
from requests_app.deadlines.calendars import day_of
from requests_app.documents import selectors as papers
from requests_app.errors import BadInput, NotFound, NotNow, NotPermitted, NotTheirs
from requests_app.kinds import registry
from requests_app.kinds.base import MOVED, Kind
from requests_app.kinds.models import Request
from requests_app.people.models import Patient
from requests_app.standing import objections, opt_outs, preferences, restrictions
from requests_app.standing.objections import Scope
from requests_app.standing.opt_outs import Sending
from tests.support import office
from tests.support.office import (
    DESK,
    NOON,
    OFFICER,
    PATIENT,
    REPRESENTATIVE,
    STAFF,
    STRANGER,
    Office,
)

pytestmark = pytest.mark.django_db
#: When somebody sees it: five weeks after it came in, past the day of an access request.
SEEN = office.day("2026-04-06")
BY: dict[str, Any] = {"actor": STAFF, "now": SEEN}
#: The account of the right patient.
OTHERS = replace(PATIENT, id="5a1d0c52-1d7e-4c39-9a0b-0c1f4f5f7a01")
PDF = b"%PDF-1.7\nAn invented page."


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    settings.DOCUMENTS_URL = f"file:{tmp_path / 'documents'}"


@pytest.fixture
def clinic(db: None) -> Office:
    return office.set_up()


@pytest.fixture
def other(clinic: Office) -> Patient:
    """Whom it is about; Patricia Demo, with whom it was put, has the account PATIENT."""
    found = office.add_patient(
        clinic.site, number="MR-0002", given_names="Ada", family_name="Example",
        birth_date="1975-05-05",
    )  # fmt: skip
    office.link(OTHERS, found)
    return found


def misfiled(clinic: Office, kind: str = "access", **more: Any) -> Kind:
    """Taken down on paper for Ada Example, and tied to Patricia Demo."""
    given = {"asker": {"name": "Ada Example", "birth_date": "1975-05-05"}, "channel": "paper"}
    return office.taken_down(kind, patient=str(clinic.patient.pk), **(given | more))


def moved(wrong: Kind, patient: Patient, **more: Any) -> Kind:
    raw = {"patient": str(patient.pk), "why": "The letter is signed by another.", **more}
    return to_patient(wrong.reference, raw, **BY)


def again(request: Kind) -> Any:
    return Request.objects.get(pk=request.pk)


def of(request: Kind, *names: str) -> list[Any]:
    row = again(request)
    return [getattr(row, name) for name in names]


def sees(actor: Any, request: Kind) -> bool:
    return selectors.visible_requests(actor, now=SEEN).filter(pk=request.pk).exists()


# --- what goes on --------------------------------------------------------------------------------
#: Kind → the state in which it goes on: what waits for nobody's identity is not put in force twice.
GOES_ON = {kind.name: "received" for kind in registry.all_kinds()}


@pytest.mark.parametrize("kind", GOES_ON)
def test_every_kind_goes_on_for_the_right_patient_from_the_same_receipt(
    clinic: Office, other: Patient, kind: str
) -> None:
    wrong = misfiled(clinic, kind)
    right = moved(wrong, other)

    same = ("kind", "received_at", "received_on", "channel", "due_on", "filed", "filed_by")
    assert of(right, *same) == of(wrong, *same)
    assert (right.patient_id, right.site_id, right.state) == (
        other.pk,
        other.site_id,
        GOES_ON[kind],
    )
    assert (right.identity_confirmed_at, right.representative_id) == (None, None)
    assert again(wrong).state == MOVED
    assert again(wrong).patient_id == clinic.patient.pk, "the record stays as it was"


def test_its_day_counts_from_the_true_receipt_and_may_be_over(
    clinic: Office, other: Patient
) -> None:
    right = moved(misfiled(clinic), other)
    assert right.due_on == date(2026, 4, 1), "30 days from receipt (164.524(b)(2)(i))"
    assert right.is_late(now=SEEN)
    assert not again(right).answered_at


def test_it_is_moved_again_and_back(clinic: Office, other: Patient) -> None:
    first = misfiled(clinic)
    second = moved(first, other)
    third = moved(second, clinic.patient, asker={"name": "Patricia Demo"})
    assert third.received_at == first.received_at
    assert sees(PATIENT, third)
    assert not sees(PATIENT, first)
    assert not sees(OTHERS, third)


def test_who_asks_is_confirmed_anew(clinic: Office, other: Patient) -> None:
    wrong = misfiled(clinic)
    office.act(wrong, "confirm_identity", office.INPUT["confirm_identity"])
    right = moved(wrong, other)
    assert again(wrong).identity_confirmed_at is not None
    assert right.identity_confirmed_at is None
    with pytest.raises(NotNow):
        office.act(right, "grant", office.INPUT["grant"], now=SEEN)


def test_no_representative_goes_along(clinic: Office, other: Patient) -> None:
    held = office.link_representative(REPRESENTATIVE, clinic.patient)
    wrong = misfiled(clinic, representative=str(held.pk))
    right = moved(wrong, other)
    assert right.representative_id is None
    assert not sees(REPRESENTATIVE, wrong)
    assert not sees(REPRESENTATIVE, right)


def test_what_the_office_keeps_beside_it_stays_where_it_was(clinic: Office, other: Patient) -> None:
    wrong = misfiled(clinic)
    hold = {"reason": "The archive looks.", "until": "2026-03-16"}
    casework.place_hold(wrong.reference, hold, actor=STAFF, now=NOON)
    right = moved(wrong, other)
    assert beside.of(right, **BY).holds == []
    assert len(beside.of(again(wrong), **BY).holds) == 1
    assert beside.of(right, **BY).refiled_from == wrong.reference
    assert beside.of(again(wrong), **BY).refiled_as == right.reference


# --- what takes effect at once -------------------------------------------------------------------
def test_an_objection_ends_for_the_one_and_stands_for_the_other_from_the_receipt(
    clinic: Office, other: Patient
) -> None:
    def standing(patient: Patient, at: Any) -> int:
        return len(objections.objections(patient.pk, Scope.FAMILY, at=at))

    wrong = misfiled(clinic, "objection")
    assert (standing(clinic.patient, NOON), standing(other, NOON)) == (1, 0)
    moved(wrong, other)
    assert (standing(clinic.patient, SEEN), standing(other, SEEN)) == (0, 1)
    assert standing(other, wrong.received_at) == 1
    assert standing(clinic.patient, NOON) == 1, "what stood then is not written over"


def test_an_opt_out_ends_for_the_one_and_stands_for_the_other(
    clinic: Office, other: Patient
) -> None:
    own = office.filed("materials_opt_out", actor=PATIENT)
    wrong = misfiled(clinic, "materials_opt_out")
    right = moved(wrong, other)
    assert opt_outs.begun_by(right.pk)
    assert not opt_outs.begun_by(wrong.pk)
    assert opt_outs.begun_by(own.pk), "what the patient asked for themself stands"
    for patient in (clinic.patient, other):
        assert opt_outs.stopped(patient.pk, Sending.MARKETING, at=SEEN)


def test_a_wish_how_to_be_reached_ends_and_begins_once_it_is_known_who_asks(
    clinic: Office, other: Patient
) -> None:
    def in_force(patient: Patient) -> Any:
        return preferences.in_force(patient.pk, representative=None, at=SEEN)

    wrong = misfiled(clinic, "confidential_communications")
    office.act(wrong, "confirm_identity", office.INPUT["confirm_identity"])
    assert preferences.of_request(wrong).exists()
    right = moved(wrong, other)
    assert (in_force(clinic.patient), in_force(other)) == (None, None)
    office.act(right, "confirm_identity", office.INPUT["confirm_identity"], now=SEEN)
    assert in_force(other) is not None
    assert len(log.find(Facet.NAME, events.PREFERENCE_ENDED).entries) == 1


def test_the_claim_is_held_for_the_right_patient(clinic: Office, other: Patient) -> None:
    def held(patient: Patient, at: Any) -> list[str]:
        found = restrictions.claim_holds(patient.pk, at=at)
        return [one.reference for one in found]

    wrong = misfiled(clinic, "restriction")
    assert held(clinic.patient, NOON) == [wrong.reference]
    right = moved(wrong, other)
    assert (held(clinic.patient, SEEN), held(other, SEEN)) == ([], [right.reference])


# --- what each is told ---------------------------------------------------------------------------
def test_the_wrong_patient_is_told_that_it_was_not_about_them_and_no_more(
    clinic: Office, other: Patient
) -> None:
    wrong = misfiled(clinic)
    assert sees(PATIENT, wrong)
    right = moved(wrong, other)
    assert not sees(PATIENT, wrong)
    assert not sees(PATIENT, right)
    assert isinstance(selectors.nothing_there(wrong.reference, PATIENT, now=SEEN), NotTheirs)
    for actor, reference in ((PATIENT, right), (OTHERS, wrong), (STRANGER, wrong)):
        said = selectors.nothing_there(reference.reference, actor, now=SEEN)
        assert type(said) is NotFound
    assert list(selectors.moved_away(PATIENT, now=SEEN)) == [wrong]
    assert list(selectors.moved_away(OTHERS, now=SEEN)) == []


def test_the_right_patient_reads_a_request_with_its_true_receipt(
    clinic: Office, other: Patient
) -> None:
    wrong = misfiled(clinic)
    right = moved(wrong, other)
    assert sees(OTHERS, right)
    assert not sees(OTHERS, wrong)
    assert day_of(right.received_at, right.site.time_zone) == date(2026, 3, 2)
    assert right.follows_id is None


def test_so_it_is_where_it_was_of_another_kind_first(clinic: Office, other: Patient) -> None:
    first = misfiled(clinic)
    kind = {"kind": "accounting", "details": {}, "why": "Asks to whom records went."}
    second = refile.refile(first.reference, kind, **BY)
    third = moved(second, other)
    assert [sees(PATIENT, one) for one in (first, second, third)] == [False] * 3
    assert [sees(OTHERS, one) for one in (first, second, third)] == [False, False, True]


def test_whoever_filed_it_without_being_known_goes_on_reading_it(
    clinic: Office, other: Patient
) -> None:
    wrong = office.filed(actor=STRANGER, asker={"name": "Ada Example"})
    work.match(wrong.reference, {"patient": str(clinic.patient.pk)}, actor=STAFF, now=NOON)
    right = moved(wrong, other)
    assert (sees(STRANGER, wrong), sees(STRANGER, right)) == (True, True)
    assert (sees(PATIENT, wrong), sees(PATIENT, right)) == (False, False)


def test_it_is_not_looked_up_by_the_birth_date_of_the_wrong_patient(
    clinic: Office, other: Patient
) -> None:
    wrong = misfiled(clinic)
    theirs, born = date(1980, 2, 29), date(1975, 5, 5)
    assert looked_up.found(wrong.reference, theirs, now=NOON)
    moved(wrong, other)
    assert looked_up.found(wrong.reference, theirs, now=SEEN) is None
    assert looked_up.found(wrong.reference, born, now=SEEN) == again(wrong)


def test_papers_go_along_for_the_office_and_are_read_by_neither_patient(
    clinic: Office, other: Patient
) -> None:
    wrong = misfiled(clinic)
    raw = {"sort": "came_in", "name": "Letter.pdf"}
    paper = documents.add(wrong.reference, raw, [PDF], actor=OFFICER, now=NOON)
    mine = documents.add(wrong.reference, raw, [PDF], actor=PATIENT, now=NOON)
    right = moved(wrong, other)

    listed = papers.of_request(right, actor=OFFICER, now=SEEN)
    assert {row.pk for row in listed} == {paper.pk, mine.pk}
    assert papers.of_request(right, actor=OTHERS, now=SEEN) == []
    assert papers.of_request(again(wrong), actor=PATIENT, now=SEEN) == []
    for actor in (PATIENT, OTHERS):
        with pytest.raises(NotFound):
            papers.one(str(mine.pk), actor=actor, now=SEEN)
    about = [
        set(type(paper).objects.filter(papers.of_whom({one.pk})).values_list("pk", flat=True))
        for one in (clinic.patient, other)
    ]
    assert about == [set(), {paper.pk, mine.pk}]


def test_records_of_the_wrong_patient_never_reach_the_right_one(
    clinic: Office, other: Patient
) -> None:
    wrong = misfiled(clinic)
    record = {"sort": "release", "name": "Visits.pdf"}
    given, kept = (
        documents.add(wrong.reference, record, [PDF], actor=OFFICER, now=NOON) for _ in range(2)
    )
    office.act(wrong, "confirm_identity", office.INPUT["confirm_identity"])
    office.act(wrong, "grant", office.INPUT["grant"])
    documents.release(str(given.pk), actor=OFFICER, now=NOON)
    right = moved(office.do(wrong, "deliver", "close", "reopen"), other)

    office.act(right, "confirm_identity", office.INPUT["confirm_identity"], now=SEEN)
    office.act(right, "grant", office.INPUT["grant"], now=SEEN)
    with pytest.raises(NotNow, match="gathered for another patient"):
        documents.release(str(kept.pk), actor=OFFICER, now=SEEN)
    assert papers.of_request(right, actor=OTHERS, now=SEEN) == []
    with pytest.raises(NotFound):
        papers.one(str(given.pk), actor=OTHERS, now=SEEN)


def test_the_history_of_each_names_the_reference_of_the_other_and_no_person(
    clinic: Office, other: Patient
) -> None:
    wrong = misfiled(clinic)
    right = moved(wrong, other)
    kept = {
        one.entry.patient: one.entry
        for one in log.find(Facet.NAME, events.REQUEST_NOT_THEIRS).entries
    }
    theirs, others = kept[str(clinic.patient.pk)], kept[str(other.pk)]
    assert (theirs.request, theirs.after) == (
        wrong.reference, {"request": right.reference, "ended": "false"},
    )  # fmt: skip
    assert (others.request, others.before) == (right.reference, {"request": wrong.reference})
    assert str(other.pk) not in repr(theirs)
    assert str(clinic.patient.pk) not in repr(others)


def test_a_complaint_goes_around_whom_it_named_since(clinic: Office, other: Patient) -> None:
    wrong = misfiled(clinic, "complaint")
    named = {"about": "somebody", "names_account": DESK.id}
    office.act(wrong, "name_person", named, actor=OFFICER)
    right = moved(wrong, other)
    assert routing.named_accounts(right) == {DESK.id}
    assert not sees(DESK, right)


# --- what is refused -----------------------------------------------------------------------------
def refused(wrong: Kind, patient: Any, *, by: Any = STAFF, **more: Any) -> Any:
    raw = {"patient": str(patient.pk), "why": "It is another's.", **more}
    before = Request.objects.count()
    with pytest.raises((NotNow, BadInput, NotPermitted, NotFound)) as said, transaction.atomic():
        to_patient(wrong.reference, raw, actor=by, now=SEEN)
    assert (Request.objects.count(), again(wrong).state) == (before, wrong.state)
    return said.value


def test_what_an_account_asked_for_itself_is_not_made_anothers(
    clinic: Office, other: Patient
) -> None:
    for kind in ("access", "complaint", "notice_copy"):
        assert "take it down anew" in refused(office.filed(kind), other).sentence


def test_nor_once_it_was_filed_as_another_kind(clinic: Office, other: Patient) -> None:
    first = office.filed()
    kind = {"kind": "notice_copy", "details": {"send": "handed"}, "why": "Asks for the notice."}
    second = refile.refile(first.reference, kind, actor=STAFF, now=NOON)
    assert "signed in as this patient" in refused(second, other).sentence


def test_what_is_tied_to_nobody_is_tied_first(clinic: Office, other: Patient) -> None:
    assert "tied to no patient yet" in refused(office.taken_down(), other).sentence


def test_what_was_answered_or_decided_on_stays(clinic: Office, other: Patient) -> None:
    request = misfiled(clinic)
    office.act(request, "confirm_identity", office.INPUT["confirm_identity"])
    office.act(request, "deny", office.INPUT["deny"])
    assert refused(again(request), other).state == "denied"


def test_a_revocation_that_counts_is_taken_down_anew(clinic: Office, other: Patient) -> None:
    wrong = misfiled(clinic, "revocation")
    office.act(wrong, "confirm_identity", office.INPUT["confirm_identity"])
    said = refused(again(wrong), other)
    assert "Take it down anew" in said.sentence
    assert said.citation == "45 CFR 164.508(b)(5)"


def test_it_goes_to_another_person(clinic: Office, other: Patient) -> None:
    wrong = misfiled(clinic)
    assert refused(wrong, clinic.patient).problems[0].field == "/patient"
    twin = office.add_patient(clinic.site, number="MR-0009")
    both = {"patient": str(twin.pk), "other": str(clinic.patient.pk), "why": "The same person"}
    charts.link(both, actor=OFFICER, now=NOON)
    assert "same person" in refused(wrong, twin).problems[0].sentence


def test_the_name_of_the_wrong_patient_does_not_go_along(clinic: Office, other: Patient) -> None:
    wrong = misfiled(clinic, asker={"name": "DEMO, Patricia"})
    assert refused(wrong, other).problems[0].field == "/asker"
    right = moved(wrong, other, asker={"name": "Ada Example"})
    assert right.filed.asker.name == "Ada Example"
    assert again(wrong).filed.asker.name == "DEMO, Patricia"


def test_it_is_moved_by_who_works_for_both_sites(clinic: Office, other: Patient) -> None:
    raw = {"name": "Elm Street", "address": "2 Elm Street", "state": "NC",
           "time_zone": "America/New_York"}  # fmt: skip
    elm = sites.add_site(raw, actor=OFFICER, now=NOON)
    there = office.add_patient(elm, number="MR-0003", given_names="Eve")
    wrong = misfiled(clinic)
    here = replace(STAFF, sites={"privacy_staff": frozenset({str(clinic.site.pk)})})
    assert refused(wrong, there, by=here).problems[0].field == "/patient"
    assert isinstance(refused(wrong, other, by=DESK), NotPermitted)
    assert isinstance(refused(wrong, other, by=PATIENT), NotPermitted)
    assert moved(wrong, there).site_id == elm.pk


def test_a_reason_is_given(clinic: Office, other: Patient) -> None:
    wrong = misfiled(clinic)
    with pytest.raises(BadInput) as said:
        right_patient.to_patient(wrong.reference, {"patient": str(other.pk)}, **BY)
    assert said.value.problems[0].field == "/why"
