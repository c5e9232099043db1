"""One's own accounting on demand, and the acknowledgment of the notice."""

import re

import pytest
from django.test import Client

from audit import clock
from requests_app.notices.models import Acknowledgment, Outcome
from tests.support import office
from tests.support.accounts import NOON
from tests.support.office import TO_THE_POLICE, day, disclosed, held_back
from tests.support.pages import get
from tests.support.patients import signed_in_visitor

_RANDOM = re.compile(r'value="[0-9A-Za-z]{32,64}"|nonce="[^"]+"')


@pytest.fixture(autouse=True)
def clinic(_noon: None, db: None) -> office.Office:
    return office.set_up(now=NOON)


def test_the_list_is_what_a_written_one_would_hold(clinic: office.Office) -> None:
    disclosed(clinic.patient, "2026-02-03", now=NOON)
    disclosed(clinic.patient, "2019-02-03", now=NOON, recipient_name="Long Ago County")
    other = office.add_patient(clinic.site, number="MR-0009", now=NOON)
    disclosed(other, "2026-02-05", now=NOON, recipient_name="Of Another County")
    visitor, _account = signed_in_visitor(clinic.patient)

    shown = visitor.open("/my/disclosures").main

    assert "Example County Health" in shown
    assert "from March 2, 2020 to March 2, 2026" in shown
    assert "Long Ago County" not in shown
    assert "Of Another County" not in shown
    assert "within 60 days" in shown


def test_what_an_agency_had_held_back_leaves_no_trace(clinic: office.Office) -> None:
    """45 CFR 164.528(a)(2): byte for byte the page of a patient of whom nothing is held back."""
    pages = []
    for number, held in (("MR-0101", True), ("MR-0102", False)):
        patient = office.add_patient(clinic.site, number=number, now=NOON)
        disclosed(patient, "2026-02-03", now=NOON)
        if held:
            line = disclosed(patient, "2026-02-04", now=NOON, **TO_THE_POLICE)
            held_back(patient, line, now=NOON)
        visitor, _account = signed_in_visitor(patient)
        pages.append(_RANDOM.sub("", visitor.open("/my/disclosures").text))

    assert pages[0] == pages[1]


def test_a_lapsed_statement_holds_nothing_back(clinic: office.Office) -> None:
    line = disclosed(clinic.patient, "2026-02-04", now=NOON, **TO_THE_POLICE)
    held_back(clinic.patient, line, now=NOON)
    with clock.frozen(day("2026-04-20")):
        visitor, _account = signed_in_visitor(clinic.patient)

        assert "Example Police Department" in visitor.open("/my/disclosures").main


def test_an_account_without_a_patient_is_told_so() -> None:
    visitor, _account = signed_in_visitor()

    assert "not tied to a patient yet" in visitor.open("/my/disclosures").main


# --- the notice ------------------------------------------------------------------------------------
def test_a_patient_confirms_the_notice_once(clinic: office.Office) -> None:
    """45 CFR 164.520(c)(2)(ii): of the version in force, however often the button is pressed."""
    version = office.publish("2026-01-01", now=NOON)
    visitor, _account = signed_in_visitor(clinic.patient)
    page = visitor.open("/notice")
    assert "I have received this notice" in page.main

    page = visitor.send("/notice/received")
    visitor.open("/my/requests")
    answer = visitor.browser.post("/notice/received", {})

    row = Acknowledgment.objects.get()
    assert (row.notice_id, row.outcome) == (version.pk, Outcome.CONFIRMED)
    assert answer.status_code == 302
    assert "You have confirmed that you received this notice, on March 2, 2026." in page.main
    assert "I have received this notice" not in page.main


def test_nobody_else_is_asked_to_confirm(clinic: office.Office) -> None:
    office.publish("2026-01-01", now=NOON)

    for browser in (Client(), signed_in_visitor()[0].browser):
        assert "I have received this notice" not in get(browser, "/notice").main
        browser.post("/notice/received", {})
    assert not Acknowledgment.objects.exists()
