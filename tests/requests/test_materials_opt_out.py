"""Opting out of materials, marketing and fundraising, and back in; never of what is needed."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError

from requests_app.actions import work
from requests_app.errors import NotNow
from requests_app.kinds.base import Kind
from requests_app.standing.opt_outs import OptOut, Sending, stopped
from tests.support import office
from tests.support.office import DESK, NOON, OFFICER, PATIENT, act, do

pytestmark = pytest.mark.django_db

KIND = "materials_opt_out"
SECOND = timedelta(seconds=1)
ALL = {"wish": "stop", "materials": ["treatment_alternatives", "marketing", "fundraising"]}
RESUME = {"wish": "resume", "materials": ["fundraising"]}
NEVER_STOPPED = ["appointment_reminder", "result", "bill", "breach_notice", "privacy_letter"]


@pytest.fixture
def clinic(db: None) -> office.Office:
    return office.set_up()


def told(clinic: office.Office, **more: Any) -> Kind:
    """Said at the desk by somebody whose identity nobody has checked."""
    return office.taken_down(KIND, patient=str(clinic.patient.pk), **more)


def stops(clinic: office.Office, sending: str = "fundraising", *, at: Any = NOON) -> bool:
    return stopped(clinic.patient.pk, Sending(sending), at=at) is not None


def test_it_is_in_force_the_moment_it_is_filed(clinic: office.Office) -> None:
    request = office.filed(KIND)
    assert (request.state, request.due_on) == ("carried_out", None)
    assert request.answered_at == NOON
    assert stops(clinic)
    assert not stops(clinic, at=NOON - SECOND)


def test_said_at_the_desk_it_is_in_force_before_anybody_is_verified(
    clinic: office.Office,
) -> None:
    request = told(clinic, received=office.day("2026-02-27"), now=NOON)
    assert (request.state, request.identity_confirmed_at) == ("received", None)
    assert stops(clinic, at=office.day("2026-02-27"))


def test_one_not_matched_yet_reaches_back_to_its_receipt(clinic: office.Office) -> None:
    heard = office.day("2026-02-27")
    request = office.taken_down(KIND, received=heard, now=NOON)
    assert not stops(clinic)
    with pytest.raises(NotNow, match="Find first whose records"):
        act(request, "carry_out", actor=DESK)
    work.match(request.reference, {"patient": str(clinic.patient.pk)}, actor=OFFICER, now=NOON)
    act(request, "carry_out", actor=DESK)
    assert stops(clinic, at=heard)


@pytest.mark.parametrize("sending", NEVER_STOPPED)
def test_what_a_patient_needs_is_never_stopped(sending: str, clinic: office.Office) -> None:
    office.filed(KIND, details=ALL)
    assert not stops(clinic, sending)


def test_it_stops_what_it_names_and_says_on_which_rule(clinic: office.Office) -> None:
    office.filed(KIND, details={"wish": "stop", "materials": ["treatment_alternatives"]})
    stop = stopped(clinic.patient.pk, Sending.TREATMENT_ALTERNATIVES, at=NOON)
    assert stop is not None
    assert (stop.citation, stop.because) == ("45 CFR 164.502(i)", OptOut.objects.get().pk)
    assert not stops(clinic, "marketing")


def test_it_stops_nothing_for_another_patient(clinic: office.Office) -> None:
    other = office.add_patient(clinic.site, number="MR-0002")
    office.filed(KIND, details=ALL)
    assert stopped(other.pk, Sending.MARKETING, at=NOON) is None


def test_opting_back_in_ends_it_and_keeps_what_was(clinic: office.Office) -> None:
    office.filed(KIND, details=ALL)
    later = office.day("2026-03-09")
    office.filed(KIND, details=RESUME, now=later)
    assert not stops(clinic, at=later)
    assert stops(clinic, at=later - SECOND)
    assert stops(clinic, "marketing", at=later)


def test_opting_back_in_at_the_desk_waits_until_it_is_known_who_asks(
    clinic: office.Office,
) -> None:
    office.filed(KIND, details=ALL)
    request = told(clinic, details=RESUME)
    with pytest.raises(NotNow, match="Confirm first who is asking"):
        act(request, "carry_out", actor=DESK)
    assert stops(clinic)
    do(request, "confirm_identity", "carry_out", actor=DESK)
    assert not stops(clinic)


def test_an_old_wish_carried_out_late_does_not_undo_a_newer_one(clinic: office.Office) -> None:
    resume = told(clinic, details=RESUME)
    later = office.day("2026-03-09")
    office.filed(KIND, details=ALL, now=later)
    do(resume, "confirm_identity", "carry_out", now=office.day("2026-03-10"))
    assert stops(clinic, at=office.day("2026-03-11"))


def test_taken_up_again_it_begins_nothing_twice(clinic: office.Office) -> None:
    request = do(office.filed(KIND, details=ALL), "close")
    office.filed(KIND, details=RESUME, now=office.day("2026-03-09"))
    do(request, "reopen", "carry_out", now=office.day("2026-03-10"))
    assert OptOut.objects.count() == 3
    assert not stops(clinic, at=office.day("2026-03-11"))


def test_what_is_in_force_is_not_withdrawn_by_accident(clinic: office.Office) -> None:
    request = told(clinic)
    for move in ("withdraw", "could_not_verify"):
        with pytest.raises(NotNow, match="in force already"):
            do(request, move)
    assert do(request, "carry_out", "close").state == "closed"
    assert stops(clinic)


def test_a_representative_whose_authority_ended_puts_nothing_in_force(
    clinic: office.Office,
) -> None:
    row = office.recognise(clinic.patient, authority_until="2026-01-31")
    request = told(clinic, representative=str(row.pk))
    assert not stops(clinic)
    with pytest.raises(NotNow, match="authority ended"):
        act(request, "carry_out")


def test_the_letter_says_what_still_comes(clinic: office.Office) -> None:
    body = office.filed(KIND, details=ALL).letters.get().text.body
    assert "- Treatment alternatives and health benefits" in body
    assert "You still get reminders of appointments, results, bills" in body
    back = office.filed(KIND, details=RESUME, actor=PATIENT).letters.get().text.body
    assert "We may send you this again" in back
    assert "You still get" not in back


def test_an_opt_out_does_not_end_before_it_began(clinic: office.Office) -> None:
    office.filed(KIND)
    with pytest.raises(IntegrityError, match="opt_out_in_order"):
        OptOut.objects.update(in_force_until=NOON - SECOND)
