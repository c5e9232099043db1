"""The auditor's samples and searches by person, the administrator's systems, the patient's code."""

import pytest

from audit.log import Facet, find
from privacy_portal.accounts.model_tokens import ApiToken
from requests_app import events
from requests_app.actions import links
from requests_app.people.models import AccountLink
from requests_app.permissions import Role
from requests_app.subscriptions import Subscription
from tests.support import office, patients
from tests.support.office import Office
from tests.support.office_pages import staff, thrifty
from tests.support.pages import Visitor, expect_problem

WHY = "Yearly review of who was told"


@pytest.fixture
def auditor(clinic: Office) -> Visitor:
    return staff(Role.AUDITOR, name="Audra Auditor")


@pytest.fixture
def administrator(clinic: Office) -> Visitor:
    return staff(Role.ADMINISTRATOR, name="Adam Administrator")


# --- the auditor -----------------------------------------------------------------------------------
def test_lines_of_one_person_are_searched_for_a_reason_and_named_in_no_address(
    auditor: Visitor, clinic: Office
) -> None:
    office.disclosed(clinic.patient, "2026-02-01")
    office.disclosed(clinic.patient, "2026-02-02", recipient_name="Example Plan")
    patient = str(clinic.patient.pk)
    page = thrifty(auditor, "/audit/disclosures/of-person")
    assert "Every search here is itself an entry" in page.main
    before = len(find(Facet.NAME, events.READ_DISCLOSURES).entries)

    page = auditor.send(patient=patient, recipient="county", reason=WHY)

    assert "Example County Health" in page.main
    assert "Example Plan" not in page.main
    assert patient not in auditor.path
    entries = find(Facet.NAME, events.READ_DISCLOSURES).entries
    assert len(entries) == before + 1
    assert (entries[0].entry.reason, entries[0].entry.patient) == (WHY, patient)


def test_a_search_by_person_needs_its_reason(auditor: Visitor, clinic: Office) -> None:
    auditor.open("/audit/disclosures/of-person")

    page = auditor.send(status=422, patient=str(clinic.patient.pk))

    expect_problem(page, "reason", "Enter the reason")


def test_what_somebody_else_looks_for_is_not_there(auditor: Visitor, clinic: Office) -> None:
    auditor.open("/audit/disclosures/of-person")
    auditor.send(patient=str(clinic.patient.pk), reason=WHY)
    other = staff(Role.AUDITOR, name="Aldo Auditor")

    other.open(auditor.path, status=404)


def test_the_same_seed_draws_the_same_sample_and_the_log_says_so(
    auditor: Visitor, clinic: Office
) -> None:
    for _ in range(3):
        found = office.filed("access", patient=str(clinic.patient.pk))
        office.act(found, "deny", office.INPUT["deny"])
    page = thrifty(auditor, "/audit/populations")
    name = next(
        one["href"] for one in page.all("a") if one["href"].startswith("/audit/populations/")
    )
    thrifty(auditor, name)

    first = auditor.open(f"{name}?draw=1&seed=ten&size=2").nodes("tbody")[0]
    again = auditor.open(f"{name}?draw=1&seed=ten&size=2").nodes("tbody")[0]

    assert [row[0][0].text if len(row[0]) else row[0].text for row in first] == [
        row[0][0].text if len(row[0]) else row[0].text for row in again
    ]
    assert len(find(Facet.NAME, events.READ_POPULATION).entries) == 2


def test_a_line_says_what_the_check_said_of_it(auditor: Visitor, clinic: Office) -> None:
    line = office.disclosed(clinic.patient, "2026-02-01")

    page = thrifty(auditor, f"/audit/disclosures/{line.pk}")

    assert "What the check said of it" not in page.main
    assert not page.links("Correct this line")
    assert "What the check said of it" in auditor.send(reason=WHY).main
    auditor.open(page.links("Receipt of this line")[0], status=202)


# --- the administrator -----------------------------------------------------------------------------
def test_a_system_listens_gets_a_new_secret_and_is_ended(administrator: Visitor) -> None:
    page = thrifty(administrator, "/administration/listeners")
    administrator.open(page.links("Let a system hear of events")[0])
    page = administrator.send(status=422, url="http://records.example.org")
    expect_problem(page, "url", "Enter an https address")
    page = administrator.send(url="https://records.example.org/events", kinds=["access"])
    secret = page.nodes("code")[0].text or ""
    assert secret.startswith("whsec_")

    page = administrator.open("/administration/listeners")
    assert secret not in page.text
    administrator.open(page.links("New secret")[0])
    assert secret not in administrator.send().text
    administrator.open(page.links("End https://records.example.org/events")[0])
    administrator.send()

    assert Subscription.objects.get().ended_at is not None


def test_a_token_of_a_machine_is_shown_once_and_ended(administrator: Visitor) -> None:
    page = thrifty(administrator, "/administration/machines")
    administrator.open(page.links("Make a token")[0])
    page = administrator.send(client="Example chart system", scopes=["ask_check"], days="90")
    token = page.nodes("code")[0].text or ""
    assert token.startswith("ppt_")

    page = thrifty(administrator, "/administration/machines")
    assert token not in page.text
    administrator.open(page.links("End the token")[0])
    administrator.send()

    assert ApiToken.objects.get(scopes__isnull=False).ended_at is not None


def test_what_only_a_command_changes_is_shown_with_the_command(administrator: Visitor) -> None:
    assert (
        "python -m privacy_portal prune --dry-run"
        in thrifty(administrator, "/administration/keeping").main
    )
    assert "rotate signing" in thrifty(administrator, "/administration/keys").main
    assert "What falls due" in thrifty(administrator, "/administration/service").main


@pytest.mark.parametrize("place", ["listeners", "machines", "keeping"])
def test_pages_of_the_administrator_are_not_for_the_desk(clinic: Office, place: str) -> None:
    staff(Role.FRONT_DESK, name="Fern Desk").open(f"/administration/{place}", status=403)


# --- the patient -----------------------------------------------------------------------------------
def test_a_code_ties_the_account_of_whoever_enters_it(clinic: Office) -> None:
    other = office.add_patient(clinic.site, number="MR-0002")
    code = links.make_code({"patient": str(other.pk)}, actor=office.OFFICER, now=office.NOON)
    visitor, somebody = patients.signed_in_visitor()
    page = visitor.open("/my/requests")
    thrifty(visitor, page.links("I have a code from the practice")[0])

    page = visitor.send(status=422, code="AAAA-AAAA-AAAA-AAAA")
    expect_problem(page, "code", "This code cannot be used.")
    visitor.send(code=code)

    assert AccountLink.objects.get(account=somebody.user.pk).patient_id == other.pk
