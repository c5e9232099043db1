"""Complaints: from anyone, around whom they name, and nobody worse off for one (164.530(d)-(h))."""

from collections.abc import Callable
from typing import Any

import pytest

from audit import log
from audit.actors import Actor
from privacy_portal.mail import recipients
from requests_app import events, selectors
from requests_app.actions import (
    casework,
    charts,
    complaints,
    door,
    links,
    practice,
    refile,
    representative_endings,
    representatives,
    work,
)
from requests_app.complaints import routing, watch
from requests_app.complaints.models import AdverseAfterComplaint
from requests_app.errors import BadInput, NotFound, NotPermitted
from requests_app.falling_due.matters import AUTHORITY_ENDS
from requests_app.falling_due.models import FallsDue
from requests_app.kinds import registry
from requests_app.kinds.base import Kind
from requests_app.kinds.models import Request
from requests_app.outbox import Audience, OutboxRow
from requests_app.people.models import AccountLink, Patient
from requests_app.practice.models import Designation, Duty
from tests.support import office
from tests.support.office import (
    ALTERNATE,
    AUDITOR,
    NOON,
    OFFICER,
    PATIENT,
    PROFESSIONAL,
    SECOND_OFFICER,
    STAFF,
    act,
    do,
)

pytestmark = pytest.mark.django_db
SANCTION = {"measure": "sanction", "what": "Written warning.", "taken_on": "2026-03-02"}


@pytest.fixture(autouse=True)
def clinic(db: None) -> office.Office:
    return office.set_up()


def complained(**more: Any) -> Kind:
    return office.filed("complaint", details=office.DETAILS["complaint"] | more)


def sees(actor: Actor, request: Kind) -> bool:
    return selectors.visible_requests(actor, now=NOON).filter(pk=request.pk).exists()


def give_account(duty: Duty, account: Actor) -> None:
    """The duty passes to somebody whose account is on record."""
    held = Designation.objects.get(duty=duty, in_force_until=None)
    practice.end(
        Designation, str(held.pk), {"in_force_until": "2026-03-01"}, actor=OFFICER, now=NOON
    )
    practice.designate(
        {"duty": duty.value, "title": "Privacy officer", "name": account.name,
         "telephone": "919-555-0101", "email": "olive@example.org", "account": account.id,
         "in_force_from": "2026-03-02"},
        actor=OFFICER, now=NOON,
    )  # fmt: skip


# --- anyone ------------------------------------------------------------------------------------
def test_a_complaint_is_taken_by_telephone_from_nobody_in_particular() -> None:
    request = office.taken_down("complaint", asker=None)
    assert (request.state, request.filed.asker.name, request.due_on) == ("received", "", None)
    request = do(request, "acknowledge", "resolve", "close")
    assert request.state == "closed"


def test_another_kind_still_asks_who_it_is() -> None:
    with pytest.raises(BadInput) as refusal:
        office.taken_down("access", asker=None)
    assert refusal.value.problems[0].field == "/asker"


def test_an_account_without_a_chart_complains_without_a_name() -> None:
    assert office.filed("complaint", actor=office.STRANGER).patient_id is None


def test_the_acknowledgment_gives_the_180_days() -> None:
    request = do(complained(known_on="2026-02-20"), "acknowledge")
    body = request.letters.get().text.body
    assert "within 180 days of when you knew of it" in body
    assert (
        "You wrote that you learned of it on February 20, 2026, so that is until August 19, 2026."
        in body
    )
    assert "www.hhs.gov/ocr/complaints" in body
    assert "Nobody may treat you worse" in body


def test_every_complaint_ends_with_its_disposition_even_one_withdrawn() -> None:
    request = act(complained(), "withdraw", actor=PATIENT)
    request = do(request, "resolve")
    decision = request.decisions.get(move="resolve")
    assert decision.grounds == ["substantiated"]
    assert decision.facts.grounds[0].explanation == "Seen by two members of staff."
    assert "Seen by two" not in request.letters.get().text.body


# --- around whom it names ----------------------------------------------------------------------
def test_the_named_officer_does_not_see_it_and_the_alternate_takes_it() -> None:
    give_account(Duty.PRIVACY_OFFICIAL, OFFICER)
    office.designate_alternate()
    request = complained(about="privacy_official")

    assert not sees(OFFICER, request)
    assert sees(SECOND_OFFICER, request)
    assert sees(ALTERNATE, request)
    with pytest.raises(NotFound):
        act(request, "acknowledge", actor=OFFICER)
    request = do(request, "acknowledge", "resolve", actor=ALTERNATE)

    letter = request.letters.first()
    assert letter is not None
    assert "Alma Alternate, Office manager, 919-555-0109" in letter.text.body
    assert "Olive Officer" not in letter.text.body


def test_without_an_account_on_record_nobody_in_the_role_sees_it() -> None:
    office.designate_alternate()
    request = complained(about="privacy_official")
    assert not sees(OFFICER, request)
    assert not sees(SECOND_OFFICER, request)
    assert sees(AUDITOR, request)


def test_the_alternate_sees_only_what_goes_around_somebody() -> None:
    office.designate_alternate()
    assert not sees(ALTERNATE, complained())
    assert not sees(ALTERNATE, office.filed())
    assert sees(ALTERNATE, complained(names_account=OFFICER.id, about="somebody"))


def test_a_person_named_by_account_does_not_see_it_whatever_the_role() -> None:
    for named in (STAFF, AUDITOR, OFFICER):
        request = complained(about="somebody", names_account=named.id)
        assert not sees(named, request)
        assert request.reference not in {
            row.reference for row in selectors.visible_requests(named, now=NOON)
        }


def test_a_person_named_later_loses_sight_of_it() -> None:
    request = complained()
    work.assign(request.reference, {"person": STAFF.id}, actor=OFFICER, now=NOON)
    act(request, "name_person", {"about": "somebody", "names_account": STAFF.id}, actor=PATIENT)

    assert not sees(STAFF, request)
    assert Request.objects.get(pk=request.pk).assigned_to == ""
    with pytest.raises(BadInput):
        work.assign(request.reference, {"person": STAFF.id}, actor=OFFICER, now=NOON)


def refiled_as_complaint(wrong: Kind, **more: Any) -> Kind:
    details = office.DETAILS["complaint"] | more
    raw = {"kind": "complaint", "details": details, "why": "It complains of somebody."}
    return refile.refile(wrong.reference, raw, actor=SECOND_OFFICER, now=NOON)


def test_what_it_was_filed_as_goes_around_whom_it_names_too() -> None:
    wrong = office.filed()
    assert sees(STAFF, wrong)
    refiled_as_complaint(wrong, about="somebody", names_account=STAFF.id)
    assert not sees(STAFF, wrong)
    assert sees(OFFICER, wrong)


def test_so_it_does_for_a_person_named_later() -> None:
    first = office.filed()
    to_notice = {
        "kind": "notice_copy",
        "details": {"send": "handed"},
        "why": "Asks for the notice.",
    }
    second = refile.refile(first.reference, to_notice, actor=SECOND_OFFICER, now=NOON)
    request = refiled_as_complaint(second)
    assert sees(STAFF, first)
    act(request, "name_person", {"about": "somebody", "names_account": STAFF.id}, actor=PATIENT)
    assert [sees(STAFF, one) for one in (first, second, request)] == [False] * 3


def test_who_decides_on_care_sees_no_complaints() -> None:
    assert not sees(PROFESSIONAL, complained())
    assert sees(PROFESSIONAL, office.filed())


def test_where_the_alternate_is_named_it_goes_to_the_contact() -> None:
    office.designate_alternate()
    give_account(Duty.COMPLAINT_CONTACT, office.BILLING)
    request = complained(about="somebody", names_account=ALTERNATE.id)
    assert sees(office.BILLING, request)
    held = routing.handler(request, on=NOON.date())
    assert held is not None
    assert held.duty == Duty.COMPLAINT_CONTACT
    assert not sees(ALTERNATE, request)
    with pytest.raises(NotFound):
        do(request, "acknowledge", actor=ALTERNATE)


def test_the_contact_takes_complaints_whatever_the_role() -> None:
    give_account(Duty.COMPLAINT_CONTACT, ALTERNATE)
    assert do(complained(), "acknowledge", "resolve", actor=ALTERNATE).state == "resolved"
    assert not sees(ALTERNATE, office.filed())


def test_the_log_hides_it_from_the_person_named_too() -> None:
    request = complained(about="somebody", names_account=OFFICER.id)
    both = {request.reference, office.filed().reference}
    assert routing.hidden_references(both, OFFICER) == {request.reference}
    assert routing.hidden_references(both, AUDITOR) == set()


def test_one_person_in_several_duties_is_gone_around_in_all() -> None:
    for duty in (Duty.PRIVACY_OFFICIAL, Duty.COMPLAINT_CONTACT):
        give_account(duty, OFFICER)
    office.designate_alternate()
    request = complained(about="privacy_official")
    held = routing.handler(request, on=NOON.date())
    assert held is not None
    assert held.duty == Duty.COMPLAINT_ALTERNATE
    assert not sees(OFFICER, request)


def test_mail_about_it_does_not_go_to_the_person_named() -> None:
    give_account(Duty.PRIVACY_OFFICIAL, OFFICER)
    give_account(Duty.COMPLAINT_CONTACT, OFFICER)
    office.designate_alternate()
    request = complained(about="privacy_official")
    row = OutboxRow.objects.get(request=request, audience=Audience.OFFICE)
    assert recipients.address(row, now=NOON) == ("alma@example.org",)
    other = OutboxRow.objects.get(request=complained(), audience=Audience.OFFICE)
    assert recipients.address(other, now=NOON) == ("olive@example.org",)


# --- measures ----------------------------------------------------------------------------------
def test_measures_are_on_record_and_leave_no_trace_for_who_complained() -> None:
    request = do(complained(), "acknowledge")
    told = OutboxRow.objects.count()

    complaints.record_measure(request.reference, SANCTION, actor=OFFICER, now=NOON)

    assert Request.objects.get(pk=request.pk).version == request.version
    assert OutboxRow.objects.count() == told
    assert request.status_rows.count() == request.version
    found = complaints.follow_up(request.reference, actor=AUDITOR, now=NOON)
    assert [row.facts.what for row in found.measures] == ["Written warning."]
    assert log.find(log.Facet.NAME, events.COMPLAINT_MEASURE)


@pytest.mark.parametrize("who", [PATIENT, STAFF], ids=["who complained", "staff who do not decide"])
def test_measures_are_closed_to_others(who: Actor) -> None:
    request = do(complained(), "acknowledge")
    with pytest.raises(NotPermitted):
        complaints.record_measure(request.reference, SANCTION, actor=who, now=NOON)
    with pytest.raises(NotPermitted):
        complaints.follow_up(request.reference, actor=who, now=NOON)


def test_measures_belong_to_complaints_only() -> None:
    request = office.filed()
    with pytest.raises(NotFound):
        complaints.record_measure(request.reference, SANCTION, actor=OFFICER, now=NOON)


# --- retaliation -------------------------------------------------------------------------------
def flagged(complaint: Kind) -> list[tuple[str, str]]:
    rows = AdverseAfterComplaint.objects.filter(complaint=complaint).order_by("at", "version")
    return [(row.move, row.why) for row in rows]


def test_a_denial_after_a_complaint_is_flagged_and_told_to_the_office() -> None:
    asked, complaint = office.filed(), complained()
    told = OutboxRow.objects.filter(request=complaint).count()

    do(asked, "deny")

    assert flagged(complaint) == [("deny", "refused")]
    assert OutboxRow.objects.filter(request=complaint).count() == told + 1
    assert not OutboxRow.objects.filter(request=complaint, audience=Audience.ASKER, topic="moved")
    found = complaints.follow_up(complaint.reference, actor=OFFICER, now=NOON)
    assert [row.request.reference for row in found.adverse] == [asked.reference]


def test_a_fee_and_a_late_answer_are_flagged_too() -> None:
    by_email = office.DETAILS["access"] | {"send": "email", "send_to": "pat@example.org"}
    complaint, asked = complained(), office.filed(details=by_email)
    act(asked, "grant", {"given": "All notes", "fee": office.FLAT})
    act(asked, "deliver", office.INPUT["deliver"], now=office.day("2026-05-01"))
    assert flagged(complaint) == [("grant", "fee"), ("deliver", "late")]


def test_what_puts_an_answer_off_is_flagged_too() -> None:
    asked, complaint = office.filed(), complained()
    do(asked, "extend")
    assert flagged(complaint) == [("extend", "put_off")]


def test_whatever_it_watches_for_is_a_move_of_some_kind() -> None:
    moves = {name for kind in registry.all_kinds() for name in kind.moves()}
    assert watch.REFUSALS | {watch.EXTENSION} <= moves


# --- beside moves ------------------------------------------------------------------------------
BY_OFFICER: dict[str, Any] = {"actor": OFFICER, "now": NOON}
BELIEF = {"why": "abuse", "facts": "Told by the patient.", "judged_by": "Dr. Lee Example"}


def refuse_representative(patient: Patient) -> None:
    who = {"patient": str(patient.pk), "kind": "parent", "name": "Rex Example"}
    shown = {"evidence": "A letter", "authority_from": "2025-01-01"}
    representatives.refuse(who | shown | BELIEF, **BY_OFFICER)


def end_representative(patient: Patient) -> None:
    row = office.link_representative(office.REPRESENTATIVE, patient)
    representative_endings.end(str(row.pk), BELIEF, **BY_OFFICER)


def untie_account(patient: Patient) -> None:
    office.link(office.STRANGER, patient)
    row = AccountLink.objects.get(account=office.STRANGER.id, patient=patient)
    links.end(str(row.pk), **BY_OFFICER)


def place_hold(patient: Patient) -> None:
    asked = office.taken_down(patient=str(patient.pk))
    waits = {"reason": "An old chart", "until": "2026-03-16"}
    casework.place_hold(asked.reference, waits, **BY_OFFICER)


#: What staff do beside moves, and in what way it goes against somebody.
AGAINST = {
    refuse_representative: "refused",
    end_representative: "ended",
    untie_account: "ended",
    place_hold: "held",
}


def test_whatever_it_watches_for_beside_moves_has_its_line() -> None:
    assert {act.__name__ for act in AGAINST} == watch.ACTS.keys()


@pytest.mark.parametrize("act", AGAINST, ids=lambda act: act.__name__)
def test_what_staff_do_beside_moves_is_flagged_too(
    clinic: office.Office, act: Callable[[Patient], None]
) -> None:
    complaint = complained()
    told = OutboxRow.objects.filter(request=complaint).count()

    act(clinic.patient)

    assert flagged(complaint) == [(act.__name__, AGAINST[act])]
    assert OutboxRow.objects.filter(request=complaint).count() == told + 1
    (row,) = complaints.follow_up(complaint.reference, actor=OFFICER, now=NOON).adverse
    assert (row.patient == clinic.patient) is (row.request is None)
    entry = log.find(log.Facet.NAME, events.ADVERSE_FLAGGED).entries[0].entry
    assert (entry.request, entry.object and entry.object.id) == (
        complaint.reference, str(row.thing),
    )  # fmt: skip


@pytest.mark.parametrize("act", AGAINST, ids=lambda act: act.__name__)
def test_what_staff_do_to_who_has_not_complained_is_not(
    clinic: office.Office, act: Callable[[Patient], None]
) -> None:
    complaint = complained()
    act(office.add_patient(clinic.site, number="MR-0002"))
    assert flagged(complaint) == []


def test_an_account_that_complained_and_is_untied_is_watched_over(clinic: office.Office) -> None:
    """It complained when no chart was known, and acts for somebody who never did."""
    complaint = office.filed("complaint", actor=office.STRANGER)
    untie_account(office.add_patient(clinic.site, number="MR-0002"))
    assert flagged(complaint) == [("untie_account", "ended")]


def test_authority_that_ends_on_its_own_day_is_nobodys_act(clinic: office.Office) -> None:
    complaint = complained()
    who = office.link_representative(
        office.REPRESENTATIVE, clinic.patient, authority_until="2026-03-10"
    )
    row = FallsDue.objects.get(what=AUTHORITY_ENDS.name, subject=who.pk)
    AUTHORITY_ENDS.act(row, office.day("2026-03-11"))
    assert AccountLink.objects.get(representative=who).ended_at
    assert flagged(complaint) == []


def test_a_complaint_under_one_chart_watches_over_the_other(clinic: office.Office) -> None:
    other = office.add_patient(clinic.site, number="MR-0002")
    both = {"patient": str(clinic.patient.pk), "other": str(other.pk), "why": "One telephone"}
    complaint = complained()
    asked = office.taken_down(patient=str(other.pk))
    do(asked, "could_not_verify")
    assert flagged(complaint) == []

    charts.link(both, actor=OFFICER, now=NOON)
    do(office.taken_down(patient=str(other.pk)), "could_not_verify")
    assert flagged(complaint) == [("could_not_verify", "refused")]


def test_what_is_given_in_time_or_withdrawn_is_not_flagged() -> None:
    complaint = complained()
    do(office.filed(), "grant", "deliver")
    act(office.filed(), "withdraw", actor=PATIENT, now=office.day("2026-05-01"))
    assert flagged(complaint) == []


def test_a_denial_before_the_complaint_or_of_somebody_else_is_not_flagged(
    clinic: office.Office,
) -> None:
    do(office.filed(), "deny")
    complaint = office.filed("complaint", now=office.day("2026-03-03"))
    other = office.add_patient(clinic.site, number="MR-0002")
    office.link(office.STRANGER, other)
    do(office.filed(actor=office.STRANGER), "deny", now=office.day("2026-03-04"))
    assert flagged(complaint) == []


def test_a_complaint_stops_nothing_else() -> None:
    asked = office.filed()
    complained()
    offers = {
        one.spec.name for one in door.possibilities(asked, actor=OFFICER, now=NOON) if one.allowed
    }
    assert {"grant", "deny", "extend"} <= offers


def test_what_names_an_account_must_be_one() -> None:
    with pytest.raises(BadInput) as refusal:
        complained(names_account="Olive")
    assert refusal.value.problems[0].field == "/details/names_account"
