"""The office's own work: the right kind, holds, tasks, duplicates, several patients at once."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, transaction

from audit import log
from audit.log import Facet
from requests_app import events
from requests_app.actions import casework, door, refile, submissions
from requests_app.casework import selectors
from requests_app.casework.models import goes_on_as
from requests_app.errors import BadInput, NotFound, NotNow, NotPermitted
from requests_app.kinds.base import MOVED, Kind
from requests_app.kinds.models import Request
from tests.support import office
from tests.support.office import DESK, NOON, OFFICER, PATIENT, STAFF, Office

pytestmark = pytest.mark.django_db
BY: dict[str, Any] = {"actor": STAFF, "now": NOON}
LATER = {"actor": STAFF, "now": office.day("2026-03-10")}


@pytest.fixture
def clinic(db: None) -> Office:
    return office.set_up()


# --- the wrong kind ------------------------------------------------------------------------------
TO_ACCOUNTING = {"kind": "accounting", "details": {}, "why": "Asks to whom records went."}


def test_a_request_of_the_wrong_kind_goes_on_as_the_right_one_from_the_same_day(
    clinic: Office,
) -> None:
    wrong = office.taken_down(patient=str(clinic.patient.pk), channel="paper")
    right = refile.refile(wrong.reference, TO_ACCOUNTING, **LATER)
    assert (right.kind, right.received_on, right.received_at, right.channel) == (
        "accounting", wrong.received_on, wrong.received_at, "paper",
    )  # fmt: skip
    assert right.due_on == date(2026, 5, 1), "60 days from the first receipt (164.528(c)(1))"
    assert right.filed.asker == wrong.filed.asker
    assert right.patient_id == clinic.patient.pk
    ended = Request.objects.get(pk=wrong.pk)
    assert (ended.state, ended.answered_on) == (MOVED, date(2026, 3, 10))
    work = selectors.of(right, **LATER)
    assert (work.refiled_from, work.duplicates) == (wrong.reference, [])
    assert selectors.of(ended, **LATER).refiled_as == right.reference  # type: ignore[arg-type]
    (entry,) = log.find(Facet.NAME, events.REQUEST_REFILED).entries
    assert entry.entry.after == {"kind": "accounting", "request": right.reference}


def test_the_wrong_one_is_not_taken_up_again_beside_the_right_one(clinic: Office) -> None:
    moved = office.do(office.filed(actor=PATIENT), "refile")
    assert not [
        one for one in door.possibilities(moved, actor=office.OFFICER, now=NOON) if one.allowed
    ]
    with pytest.raises(NotNow) as refused:
        office.act(moved, "reopen", office.INPUT["reopen"])
    assert "“Moved”" in refused.value.sentence


def test_whoever_filed_the_wrong_kind_sees_the_right_one(clinic: Office) -> None:
    from requests_app.selectors import visible_requests

    wrong = office.filed(actor=PATIENT)
    right = refile.refile(wrong.reference, TO_ACCOUNTING, **BY)
    assert right.filed_by == PATIENT.id
    assert right.identity_confirmed_at is not None, "signed in to a linked account then, and now"
    assert visible_requests(PATIENT, now=NOON).filter(pk=right.pk).exists()


def test_how_they_wish_to_be_reached_goes_along(clinic: Office) -> None:
    wishes = {"safe_to_write": False, "language": "es", "large_print": True}
    wrong = office.taken_down(patient=str(clinic.patient.pk), wishes=wishes)
    right = refile.refile(wrong.reference, TO_ACCOUNTING, **BY)
    assert right.filed.wishes == wrong.filed.wishes
    assert right.filed.without_account == wrong.filed.without_account


def test_the_move_is_one_of_the_office_and_names_where_it_goes_on(clinic: Office) -> None:
    moved = office.do(office.filed(actor=PATIENT), "refile", actor=STAFF)
    assert goes_on_as(moved) == Request.objects.exclude(pk=moved.pk).get().reference
    row = moved.status_rows.get(version=moved.version)
    assert (row.move, row.by_patient) == ("refile", False)
    assert log.read(row.audit_eid).entry.name == "request:access:refile"


def test_nobody_moves_a_request_by_the_name_of_the_move(clinic: Office) -> None:
    request = office.filed(actor=PATIENT)
    with pytest.raises(NotNow, match="no such step"):
        door.act(request.reference, "refile", actor=OFFICER, now=NOON, raw={}, version=1)


def test_what_was_denied_keeps_the_rights_of_a_denial(clinic: Office) -> None:
    denied = office.do(office.filed("amendment", actor=PATIENT), "deny", "close", "reopen")
    with pytest.raises(NotNow, match="has been decided on"):
        refile.refile(denied.reference, TO_ACCOUNTING, **BY)
    assert office.act(denied, "disagree", office.usual("amendment", "disagree"), actor=PATIENT)


@pytest.mark.parametrize(
    ("raw", "at"),
    [
        pytest.param(TO_ACCOUNTING | {"kind": "access"}, "/kind", id="the same kind"),
        pytest.param(TO_ACCOUNTING | {"kind": "nothing"}, "/kind", id="no kind"),
        pytest.param(TO_ACCOUNTING | {"kind": "amendment"}, "/details/items", id="lacking"),
        pytest.param({"kind": "accounting", "details": {}}, "/why", id="without a reason"),
    ],
)
def test_a_move_to_another_kind_that_lacks_something_changes_nothing(
    clinic: Office, raw: dict[str, Any], at: str
) -> None:
    wrong = office.taken_down()
    with pytest.raises(BadInput) as refused, transaction.atomic():
        refile.refile(wrong.reference, raw, **BY)
    assert refused.value.problems[0].field == at
    assert Request.objects.get().state == wrong.state


def test_what_was_answered_is_not_of_another_kind_any_more(clinic: Office) -> None:
    wrong = office.filed(actor=PATIENT)
    office.act(wrong, "deny", office.INPUT["deny"])
    with pytest.raises(NotNow), transaction.atomic():
        refile.refile(wrong.reference, TO_ACCOUNTING, **BY)
    assert Request.objects.count() == 1


# --- holds ---------------------------------------------------------------------------------------
HOLD = {"reason": "The hospital sends the film.", "until": "2026-03-16"}


def test_a_hold_has_an_end_and_leaves_the_clock_alone(clinic: Office) -> None:
    request = office.taken_down()
    due = Request.objects.get().due_on
    hold = casework.place_hold(request.reference, HOLD, **BY)
    assert Request.objects.get().due_on == due
    last = office.day("2026-03-16") + timedelta(hours=10, minutes=59)  # summer time has begun
    assert last < hold.lapses_at < last + timedelta(minutes=2)
    assert selectors.of(request, **LATER).holds == [hold]


def test_a_hold_is_lifted_once_and_stays_on_record(clinic: Office) -> None:
    request = office.taken_down()
    hold = casework.place_hold(request.reference, HOLD, **BY)
    casework.lift_hold(str(hold.pk), **LATER)
    (kept,) = selectors.of(request, **LATER).holds
    assert kept.in_force_until == LATER["now"]
    with pytest.raises(NotNow):
        casework.lift_hold(str(hold.pk), **LATER)
    hold.refresh_from_db()
    hold.in_force_until = None
    with pytest.raises(ProgrammingError), transaction.atomic():
        hold.save(update_fields=["in_force_until"])


@pytest.mark.parametrize("until", ["2026-03-01", "2026-06-03"])
def test_no_hold_is_without_an_end_or_with_one_far_away(clinic: Office, until: str) -> None:
    request = office.taken_down()
    with pytest.raises(BadInput):
        casework.place_hold(request.reference, HOLD | {"until": until}, **BY)


# --- tasks ---------------------------------------------------------------------------------------
TASK = {"department": "Billing", "what": "Send the bill.", "due_on": "2026-03-09"}


def test_a_task_is_due_on_its_own_day_until_it_is_settled(clinic: Office) -> None:
    request = office.taken_down()
    task = casework.give_task(request.reference, TASK, **BY)
    (waiting,) = selectors.of(request, **LATER).tasks
    assert (waiting.due_on, hasattr(waiting, "settled")) == (date(2026, 3, 9), False)
    casework.settle_task(str(task.pk), {"outcome": "It came."}, **LATER)
    with pytest.raises(NotNow):
        casework.settle_task(str(task.pk), {"outcome": "Again."}, **LATER)
    (found,) = selectors.of(request, **LATER).tasks
    assert (found.facts.department, found.settled.facts.outcome) == ("Billing", "It came.")


def test_only_the_office_works_beside_a_request(clinic: Office) -> None:
    request = office.filed(actor=PATIENT)
    desk = office.taken_down()
    with pytest.raises(NotPermitted):
        casework.place_hold(request.reference, HOLD, actor=PATIENT, now=NOON)
    with pytest.raises(NotPermitted):
        casework.give_task(desk.reference, TASK, actor=DESK, now=NOON)
    with pytest.raises(NotFound):
        casework.lift_hold(str(request.pk), **BY)


# --- duplicates ----------------------------------------------------------------------------------
def warned(request: Kind) -> list[str]:
    return selectors.duplicates(request, actor=OFFICER, now=NOON)


def test_a_likely_duplicate_is_told_and_nothing_is_merged(clinic: Office) -> None:
    patient = str(clinic.patient.pk)
    first, again = office.taken_down(patient=patient), office.taken_down(patient=patient)
    office.taken_down("accounting", patient=patient)
    assert warned(first) == [again.reference]
    assert warned(again) == [first.reference]
    assert Request.objects.filter(answered_at__isnull=True).count() == 3


def test_one_that_is_matched_to_nobody_is_compared_by_who_asks(clinic: Office) -> None:
    own = office.filed(actor=PATIENT)
    unmatched = office.taken_down(asker={"name": "DEMO, Patricia", "birth_date": "1980-02-29"})
    other = office.taken_down(asker={"name": "Patricia Demo", "birth_date": "1981-01-01"})
    stranger = office.taken_down(asker={"name": "Ada Example"})
    assert warned(unmatched) == [own.reference]
    assert warned(own) == [unmatched.reference]
    assert warned(other) == []
    assert warned(stranger) == []


def test_half_a_year_apart_it_is_another_wish(clinic: Office) -> None:
    patient = str(clinic.patient.pk)
    early = office.taken_down(patient=patient, received=office.day("2025-09-01"), now=NOON)
    late = office.taken_down(patient=patient)
    assert warned(early) == warned(late) == []


# --- several patients ----------------------------------------------------------------------------
def several(*patients: Any, **more: Any) -> dict[str, Any]:
    return {
        "kind": "access",
        "details": office.DETAILS["access"],
        "channel": "paper",
        "received_at": office.day("2026-02-27").isoformat(),
        "asker": {"name": "Ada Example"},
        "patients": [str(patient.pk) for patient in patients],
        **more,
    }


def test_one_letter_for_two_children_is_two_requests_with_one_receipt(clinic: Office) -> None:
    second = office.add_patient(clinic.site, number="MR-0002", given_names="Ada")
    one, two = submissions.file_for_several(several(clinic.patient, second), **BY)
    assert {one.patient_id, two.patient_id} == {clinic.patient.pk, second.pk}
    assert one.received_on == two.received_on == date(2026, 2, 27)
    assert one.due_on == two.due_on
    work = selectors.of(one, **BY)
    assert (work.together_with, work.duplicates) == ([two.reference], [])


def test_all_or_none_are_filed(clinic: Office) -> None:
    raw = several(clinic.patient)
    raw["patients"].append("00000000-0000-4000-8000-000000000000")
    with pytest.raises(BadInput) as refused, transaction.atomic():
        submissions.file_for_several(raw, **BY)
    assert refused.value.problems[0].field == "/patients/1"
    assert not Request.objects.exists()


@pytest.mark.parametrize("patients", [None, [], "x", ["a"], ["a", "a"], [1, 2]])
def test_each_patient_is_named_once(clinic: Office, patients: Any) -> None:
    with pytest.raises(BadInput) as refused:
        submissions.file_for_several(several() | {"patients": patients}, **BY)
    assert refused.value.problems[0].field == "/patients"


def test_what_was_written_down_is_not_written_over(clinic: Office) -> None:
    request = office.taken_down()
    task = casework.give_task(request.reference, TASK, **BY)
    task.due_on = date(2027, 1, 1)
    with pytest.raises((ProgrammingError, IntegrityError)), transaction.atomic():
        task.save(update_fields=["due_on"])
