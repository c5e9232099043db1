"""Asking, as somebody does it in a browser: every kind, with an account and without one."""

from typing import Any

import pytest
from django.test import Client

from privacy_portal.pages.patient import ask
from requests_app.drafts.models import Draft
from requests_app.kinds import registry
from requests_app.kinds.models import Request
from requests_app.permissions import Role
from tests.support import office
from tests.support.accounts import NOON, signed_in, staff
from tests.support.pages import Page, Visitor, expect_problem, get
from tests.support.patients import signed_in_visitor

KINDS = sorted(kind.name for kind in registry.all_kinds())
#: What is typed on each page, by the name of the page; pages that are not here are left as they are.
ANSWERS: dict[str, dict[str, dict[str, Any]]] = {
    "access": {"records": {"records": "All visit notes"}, "manner": {"manner": "copy"},
               "form": {"form": "pdf"}, "send": {"send": "portal"}, "summary": {"summary": "false"}},
    "accounting": {},
    "amendment": {"items": {"items__0__record": "Visit of March 2", "items__0__wrong": "The left knee",
                            "items__0__should": "The right knee"}},
    "complaint": {"what": {"what": "My name was called out."}, "about": {"about": "practice"}},
    "confidential_communications": {"means": {"means": ["email", "post"]},
                                    "email": {"email": "elsewhere@example.org"}},
    "materials_opt_out": {"wish": {"wish": "stop"}, "materials": {"materials": ["marketing"]}},
    "notice_copy": {"send": {"send": "post", "send_to": "3 Example Street"}},
    "objection": {"wish": {"wish": "object"}, "scopes": {"scopes": ["family"]},
                  "people": {"people__0__name": "Dora Demo"}},
    "restriction": {"information": {"information": "The dry needling of March 2"},
                    "limit": {"limit": "disclosure", "recipients": ["health_plan"]},
                    "paid": {"paid": "in_full"}},
    "revocation": {"subject": {"subject": "authorization", "words": "For the insurer"}},
}  # fmt: skip
YOU = {"name": "Ada Example", "birth_date__month": "2", "birth_date__day": "29",
       "birth_date__year": "1980"}  # fmt: skip
REACH = {"contact": "3 Example Street", "safe_to_write": "true", "language": "Spanish"}


@pytest.fixture(autouse=True)
def clinic(_noon: None, db: None) -> office.Office:
    return office.set_up(now=NOON)


def written(visitor: Visitor, kind: str, whom: str = "myself", **more: dict[str, Any]) -> Page:
    """From the front page to check answers; what was typed page by page."""
    answers = ANSWERS[kind] | {"you": YOU, "reach": REACH} | more
    visitor.open("/ask/")
    page = visitor.send(kind=kind)
    page = visitor.send(whom=whom)
    for _ in range(20):
        name = visitor.path.rpartition("/")[2]
        if name == "check":
            return page
        page = visitor.send(**answers.get(name, {}))
    raise AssertionError(f"stuck at {visitor.path}: {page.main}")


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_filed_without_an_account(kind: str) -> None:
    visitor = Visitor(Client())

    check = written(visitor, kind)
    assert check.words["h1"] == "Check your answers"
    done = visitor.send()

    request = Request.objects.get()
    assert request.reference in done.main
    assert request.patient_id is None
    assert request.filed.asker.name == "Ada Example"
    assert request.filed.asker.contact == "3 Example Street"
    assert request.filed.wishes.language == "Spanish"
    assert request.filed.without_account
    if request.due_on:
        assert request.due_on.strftime("%B %-d, %Y") in done.main
    visitor.open(f"/my/requests/{request.reference}")


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_filed_signed_in(kind: str, clinic: office.Office) -> None:
    visitor, account = signed_in_visitor(clinic.patient)

    written(visitor, kind, whom=str(clinic.patient.pk), reach={"safe_to_write": "false"})
    done = visitor.send()

    request = Request.objects.get()
    assert request.patient_id == clinic.patient.pk
    assert request.filed_by == str(account.user.pk)
    assert request.filed.wishes.safe_to_write is False
    assert visitor.page is not None
    assert f"/my/requests/{request.reference}" in done.links("See how it stands")
    assert request.reference in visitor.open("/my/requests").main
    shown = visitor.open(f"/my/requests/{request.reference}")
    assert "What happened so far" in shown.main


def test_a_complaint_is_filed_without_a_name() -> None:
    visitor = Visitor(Client())
    nothing = dict.fromkeys(YOU, "")

    check = written(visitor, "complaint", you=nothing)
    visitor.send()

    assert "How can we reach you?" not in check.main
    assert Request.objects.get().filed.asker.name == ""


def test_what_is_missing_is_said_above_and_at_the_field_and_nothing_is_lost() -> None:
    visitor = Visitor(Client())
    visitor.open("/ask/")

    expect_problem(visitor.send(), "kind", "Choose what you want to happen")
    visitor.send(kind="access")
    expect_problem(visitor.send(), "whom", "Choose for whom you ask")
    visitor.send(whom="myself")
    page = visitor.send(name="Ada Example", birth_date__month="2", birth_date__year="1980")
    expect_problem(page, "birth-date-day", "The date of birth must include a day")
    assert 'value="Ada Example"' in page.text


def test_a_combination_is_said_on_the_page_that_asks() -> None:
    visitor = Visitor(Client())
    visitor.open("/ask/")
    visitor.send(kind="accounting")
    visitor.send(whom="myself")
    visitor.send(**YOU)

    dates = {"since__month": "3", "since__day": "2", "since__year": "2025",
             "until__month": "3", "until__day": "1", "until__year": "2025"}  # fmt: skip
    page = visitor.send(**dates)

    expect_problem(page, "until-month", "The last day must be on or after the first day.")


def test_change_leads_back_to_check_answers() -> None:
    visitor = Visitor(Client())
    check = written(visitor, "restriction")

    (address,) = check.links("Change the information")
    visitor.open(address)
    check = visitor.send(information="The visit of March 3")

    assert check.words["h1"] == "Check your answers"
    assert "The visit of March 3" in check.main


def test_a_change_asks_what_is_newly_needed_and_forgets_what_no_longer_applies() -> None:
    visitor = Visitor(Client())
    check = written(visitor, "access", manner={"manner": "inspect"})
    assert "In what form" not in check.main

    visitor.open(check.links("Change what you want to do")[0])
    page = visitor.send(manner="copy")
    assert page.words["h1"] == "In what form do you want the copy?"
    visitor.send(form="pdf")
    visitor.send(send="email", send_to="ada@example.org")
    check = visitor.send(accepts_risk="true")
    check = visitor.send() if "check" not in visitor.path else check
    visitor.open(check.links("Change how you want to get it")[0])
    visitor.send(send="portal", send_to="")
    visitor.send()

    assert "accepts_risk" not in {
        name for name, value in Request.objects.get().filed.details.items() if value is not None
    }


def test_sent_twice_it_is_filed_once() -> None:
    visitor = Visitor(Client())
    written(visitor, "access")
    at = visitor.path

    visitor.send()
    answer = visitor.browser.post(at, {})

    assert answer.status_code == 302
    assert Request.objects.count() == 1


def test_for_somebody_else_it_asks_for_whom_and_why() -> None:
    visitor = Visitor(Client())

    written(visitor, "access", whom="somebody-else", you=YOU | {"on_behalf": "My mother, by power"})
    visitor.send()

    assert Request.objects.get().filed.asker.on_behalf == "My mother, by power"


def test_a_draft_is_gone_on_with_after_signing_in_again(clinic: office.Office) -> None:
    visitor, account = signed_in_visitor(clinic.patient)
    visitor.open("/ask/")
    visitor.send(kind="accounting")
    address = visitor.path

    page = signed_in_visitor(clinic.patient, account)[0].open("/my/requests")

    (onward,) = page.links("Go on with")
    assert onward.split("/")[2] == address.split("/")[2]


def test_nobody_else_opens_a_draft(clinic: office.Office) -> None:
    visitor = Visitor(Client())
    visitor.open("/ask/")
    visitor.send(kind="access")

    for browser in (Client(), signed_in_visitor(clinic.patient)[0].browser):
        get(browser, visitor.path, status=404)


def test_throwing_away_says_first_what_will_be_gone() -> None:
    visitor = Visitor(Client())
    visitor.open("/ask/")
    visitor.send(kind="access")

    page = visitor.open(f"/ask/{visitor.path.split('/')[2]}/drop")
    assert "cannot be brought back" in page.main
    visitor.send()

    assert not Draft.objects.exists()


def test_a_flood_is_turned_away_with_the_telephone() -> None:
    visitor = Visitor(Client())
    for _ in range(ask.MOST_FILED):
        written(visitor, "accounting")
        visitor.send()
    written(visitor, "accounting")

    page = visitor.send(status=429)

    assert "919-555-0101" in page.main
    assert Request.objects.count() == ask.MOST_FILED


def test_staff_are_led_to_the_desk(db: None) -> None:
    browser = signed_in(staff(Role.PRIVACY_OFFICER))
    page = Visitor(browser).open("/ask/")
    answer = browser.post("/ask/", {"kind": "access"})
    assert page.words["h1"] == "What do you want to happen?"
    assert answer.status_code == 403


def test_whoever_is_unsure_is_helped(db: None) -> None:
    visitor = Visitor(Client())
    visitor.open("/ask/")

    page = visitor.send(kind="unsure")

    assert "919-555-0101" in page.main
