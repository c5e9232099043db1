"""Telephone, counter and paper: found by two facts, spoken to or not, and a call that broke off."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from audit import clock
from privacy_portal.pages.officer.models import Kept
from requests_app.disclosures.models import Disclosure
from requests_app.disclosures.suspensions import Suspension
from requests_app.kinds.models import Request
from requests_app.permissions import Role
from tests.pages.test_office_papers import added
from tests.support import office
from tests.support.office import NOON, Office
from tests.support.office_pages import staff
from tests.support.pages import Visitor

ASKED = {
    "asker__name": "Patricia Demo",
    "details__records": "All visit notes",
    "details__manner": "copy",
    "details__form": "paper",
    "details__send": "pick_up",
    "details__summary": "false",
}


@pytest.fixture
def officer(clinic: Office) -> Visitor:
    return staff()


@pytest.fixture
def desk(clinic: Office) -> Visitor:
    return staff(Role.FRONT_DESK, name="Fern Desk")


def begin(visitor: Visitor, **more: str) -> None:
    visitor.open("/office/desk")
    visitor.send("/office/desk/begin", kind="access", channel="telephone", **more)


def test_a_call_that_broke_off_keeps_what_was_said_and_the_time_of_the_call(
    desk: Visitor,
) -> None:
    begin(desk)
    desk.send(later="1", asker__name="Patricia Demo")
    with clock.frozen(NOON + timedelta(minutes=10)):
        page = desk.open("/office/desk")
        page = desk.open(page.links("See or get a copy of my records")[0])
        assert 'value="Patricia Demo"' in page.text
        sent = {name: value for name, value in ASKED.items() if name != "asker__name"}
        desk.send(**sent)

    filed = Request.objects.get()
    assert filed.received_at == NOON
    assert filed.entered_at == NOON + timedelta(minutes=10)
    assert not Kept.objects.exists()


def test_what_is_to_be_put_right_loses_nothing(desk: Visitor) -> None:
    begin(desk)

    page = desk.send(status=422, **ASKED | {"details__records": ""})

    assert "There is a problem" in page.main
    assert 'value="Patricia Demo"' in page.text
    kept = Kept.objects.get()
    assert kept.content is not None
    assert kept.content.answers["asked"]["asker"]["name"] == "Patricia Demo"


def test_a_status_is_read_aloud_with_its_day(officer: Visitor, clinic: Office) -> None:
    office.filed("access", patient=str(clinic.patient.pk))

    page = officer.open(f"/office/desk/people/{clinic.patient.pk}")

    assert "came in on Monday, March 2, 2026." in page.main
    assert "We answer it by Wednesday, April 1, 2026 at the latest." in page.main


def test_whom_one_may_speak_to_is_answered_with_its_rule(desk: Visitor, clinic: Office) -> None:
    desk.open(f"/office/desk/people/{clinic.patient.pk}")

    page = desk.send(f"/office/desk/people/{clinic.patient.pk}", name="Dora Demo")

    assert "Nothing is recorded about this person." in page.main
    assert "45 CFR 164.510(b)(2)-(3)" in page.main


def test_an_agency_is_heard_by_word_of_mouth(officer: Visitor, clinic: Office) -> None:
    office.disclosed(clinic.patient, "2026-02-01", **office.TO_THE_POLICE)
    officer.open(f"/office/record/suspension/{clinic.patient.pk}")

    officer.send(
        authority="law_enforcement",
        form="oral",
        agency="Example Police Department",
        official="Detective Dan Example",
        identity="Called back",
        words="An accounting would impede an open case",
        would_impede="true",
        stated_on__month="3",
        stated_on__day="2",
        stated_on__year="2026",
    )

    assert Suspension.objects.get().applied


def test_a_disclosure_is_decided_before_it_is_entered(officer: Visitor, clinic: Office) -> None:
    where = f"/office/patients/{clinic.patient.pk}/disclose"
    officer.open(where)
    page = officer.send(
        basis="TRT",
        recipient="Dr. Example",
        recipient_kind="provider",
        purpose="Treatment of the same injury",
        contents=["visit_notes"],
    )
    assert "It may go" in page.main
    officer.open(page.links("Record that it was disclosed")[0])
    officer.send(description="Visit notes of February")

    line = Disclosure.objects.get()
    assert line.basis == "TRT"
    assert line.facts.recipient_name == "Dr. Example"


def test_a_disclosure_that_must_not_be_made_offers_no_entry(
    officer: Visitor, clinic: Office
) -> None:
    where = f"/office/patients/{clinic.patient.pk}/disclose"
    officer.open(where)

    page = officer.send(
        basis="AUTH",
        recipient="Example Shop",
        recipient_kind="other",
        purpose="Advertising",
        contents=["demographic"],
    )

    assert "It may go" not in page.main

    assert not page.links("Record that it was disclosed")


def test_a_form_sent_twice_does_its_thing_once(officer: Visitor, clinic: Office) -> None:
    found = office.filed("access")
    page = officer.open(f"/office/record/note/{found.reference}")
    sent = page.filled(body="The archive has the film")

    for _time in range(2):
        officer.browser.post(officer.path, sent)

    assert found.messages.count() == 1


def test_messages_and_notes_say_who_reads_them(officer: Visitor) -> None:
    found = office.filed("access")
    officer.open(f"/office/record/write/{found.reference}")
    officer.send(body="Which years do you want?")
    with clock.frozen(NOON + timedelta(minutes=1)):
        officer.open(f"/office/record/note/{found.reference}")
        page = officer.send(body="The archive has the film")

    looks = [one["class"] for name, one in page.elements if name == "article"]
    assert looks == ["message out", "message note"]
    assert "To the person who asked, who reads it" in page.main
    assert "Only the privacy office reads it." in page.main


@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.PRIVACY_OFFICER])
def test_what_came_in_writing_is_added_while_the_paper_lies_there(
    role: Role, clinic: Office, settings: Any, tmp_path: Path
) -> None:
    settings.DOCUMENTS_URL = f"file:{tmp_path / 'documents'}"
    desk = staff(role, name="Fern Desk")
    begin(desk)

    page = desk.send(**ASKED, channel="paper")

    request = Request.objects.get()
    assert page.words["h1"] == "Add a document"
    assert page.links("Continue without") == [f"/office/requests/{request.reference}"]
    page = added(desk, b"%PDF-1.7\nAn invented letter.")
    assert "Letter of March 2.pdf" in page.main
    assert request.documents.get().sort == "came_in"
