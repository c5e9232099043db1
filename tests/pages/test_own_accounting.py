"""One's own accounting on demand, and the acknowledgment of the notice."""

import re
from typing import Any

import pytest
from django.test import Client

from audit import clock
from privacy_portal.accounts.actors import actor_for
from requests_app.actions import charts, representative_endings
from requests_app.notices.models import Acknowledgment, Outcome
from requests_app.people.models import Representative
from tests.support import office
from tests.support.accounts import NOON
from tests.support.office import TO_THE_POLICE, day, disclosed, held_back
from tests.support.pages import Visitor, get
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


# --- of whom one acts for --------------------------------------------------------------------------
def acting(clinic: office.Office, **more: Any) -> tuple[Visitor, Representative]:
    visitor, account = signed_in_visitor()
    actor = actor_for(account.user, via="session")
    return visitor, office.link_representative(actor, clinic.patient, now=NOON, **more)


def test_a_personal_representative_sees_the_list_of_whom_they_act_for(
    clinic: office.Office,
) -> None:
    """45 CFR 164.502(g)(1): treated as the individual; 164.528(a)."""
    disclosed(clinic.patient, "2026-02-03", now=NOON)
    line = disclosed(clinic.patient, "2026-02-04", now=NOON, **TO_THE_POLICE)
    held_back(clinic.patient, line, now=NOON)
    visitor, acts = acting(clinic)

    page = visitor.open("/my/disclosures")
    (link,) = page.links("Who got the information of Patricia Demo")
    shown = visitor.open(link).main

    assert "not tied to a patient yet" in page.main
    assert link == f"/my/disclosures/{acts.pk}"
    assert "Example County Health" in shown
    assert "Example Police Department" not in shown


@pytest.mark.parametrize(("begins", "status"), [("2026-03-03", 409), ("2026-03-02", 200)])
def test_before_the_authority_begins_nothing_is_seen(
    begins: str, status: int, clinic: office.Office
) -> None:
    """45 CFR 164.502(g): treated as the individual while the authority lasts, and not before."""
    visitor, acts = acting(clinic, authority_from=begins)
    visitor.open(f"/my/disclosures/{acts.pk}", status=status)


def test_once_the_authority_is_over_there_is_no_such_page(clinic: office.Office) -> None:
    """45 CFR 164.502(g)(5): nor where the practice no longer treats them so."""
    visitor, acts = acting(clinic)
    visitor.open(f"/my/disclosures/{acts.pk}")
    refused = {"why": "abuse", "facts": "Told by the patient.", "judged_by": "Dr. Lee Example"}

    representative_endings.end(str(acts.pk), refused, actor=office.OFFICER, now=NOON)

    visitor.open(f"/my/disclosures/{acts.pk}", status=404)


def test_a_parent_is_not_told_of_care_that_the_minor_controls(clinic: office.Office) -> None:
    """45 CFR 164.502(g)(3)(i): the same lines are left out as of a written accounting."""
    visitor, acts = acting(clinic, kind="parent")
    line = disclosed(clinic.patient, "2026-02-03", now=NOON)
    visitor.open(f"/my/disclosures/{acts.pk}")
    assert "Example County Health" in visitor.open(f"/my/disclosures/{acts.pk}").main

    by: dict[str, Any] = {"actor": office.OFFICER, "now": NOON}
    part = {"patient": str(clinic.patient.pk), "because": "consented", "care": "Counselling"}
    charts.mark(str(charts.split(part, **by).pk), {"disclosure": str(line.pk)}, **by)

    assert "Example County Health" not in visitor.open(f"/my/disclosures/{acts.pk}").main


def test_nobody_sees_the_list_of_whom_another_acts_for(clinic: office.Office) -> None:
    _visitor, acts = acting(clinic)
    for browser in (
        Client(),
        signed_in_visitor()[0].browser,
        signed_in_visitor(clinic.patient)[0].browser,
    ):
        answer = browser.get(f"/my/disclosures/{acts.pk}", follow=True)
        assert "Who got the information of" not in answer.content.decode()


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
