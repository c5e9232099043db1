"""Looking a request up without an account: what opens it, for whom, and what a miss tells."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from audit import clock
from privacy_portal.accounts import looking_up, refusals
from privacy_portal.accounts.model_factors import MailedCode
from privacy_portal.mail import codes
from requests_app.kinds.models import Request
from requests_app.looked_up import LookUp
from requests_app.messages.models import Message
from tests.pages.test_asking import REACH, YOU, written
from tests.support import office
from tests.support.accounts import NOON
from tests.support.pages import Visitor, expect_problem, get
from tests.support.patients import signed_in_visitor

MAIL = {**REACH, "contact": "ada@example.org"}
NONE = "7KQW-3HTM-X9DP-2VRU"
BORN = {key: value for key, value in YOU.items() if key != "name"}
pytestmark = pytest.mark.usefixtures("post")


@pytest.fixture(autouse=True)
def clinic(_noon: None, db: None) -> office.Office:
    return office.set_up(now=NOON)


def filed(kind: str = "access", **reach: str) -> tuple[Request, str]:
    """A request by somebody without an account, and what the confirmation said."""
    visitor = Visitor(Client())
    written(visitor, kind, reach={**MAIL, **reach})
    page = visitor.send()
    found = re.search("([0-9A-Z]{4}-){3}[0-9A-Z]{4}", page.main)
    assert found, page.main
    return Request.objects.get(reference=found[0]), page.main


def looked(reference: str, **born: str) -> Visitor:
    """Another browser, after both answers."""
    visitor = Visitor(Client())
    visitor.open("/lookup")
    visitor.send(reference=reference, **{**BORN, **born})
    return visitor


def sent_code(post: list[Any]) -> str:
    assert codes.drain(seconds=5) == 1
    return str(post[-1].body.partition("Your code: ")[2].split()[0])


def test_the_code_opens_that_request_and_no_other(post: list[Any]) -> None:
    request, said = filed()
    other, _said = filed("notice_copy")
    assert "With the reference and your date of birth you can look here" in said
    visitor = looked(request.reference.lower().replace("-", " "))

    code = sent_code(post)
    page = visitor.send(one_time_code=code)

    assert visitor.path == f"/my/requests/{request.reference}"
    assert "We must answer by" in page.main
    visitor.send(f"{visitor.path}/messages", body="Is there news?")
    assert Message.objects.get().request_id == request.pk
    for path in (f"/my/requests/{other.reference}", f"/my/requests/{request.reference}x"):
        visitor.open(path, status=404)
    assert visitor.browser.get("/my/requests").status_code == 302


def test_the_message_says_nothing_of_the_request(post: list[Any]) -> None:
    request, _said = filed()
    looked(request.reference)
    sent_code(post)

    (message,) = post
    assert message.to == ["ada@example.org"]
    whole = f"{message.subject} {message.body}"
    for word in (request.reference, "record", "Ada", "1980", "lookup"):
        assert word not in whole


def test_it_is_open_for_an_hour_in_that_browser_alone(post: list[Any]) -> None:
    request, _said = filed()
    visitor = looked(request.reference)
    visitor.send(one_time_code=sent_code(post))

    assert Client().get(visitor.path).status_code == 404
    with clock.frozen(NOON + timedelta(minutes=61)):
        assert visitor.browser.get(visitor.path).status_code == 404


@pytest.mark.parametrize(
    ("reference", "born", "reach"),
    [
        pytest.param(NONE, {}, {}, id="no such request"),
        pytest.param("", {"birth_date__day": "28"}, {}, id="another day of birth"),
        pytest.param("", {}, {"contact": "919-555-0142"}, id="no address to write to"),
        pytest.param("", {}, {"contact": ""}, id="nothing was named"),
        pytest.param("", {}, {"safe_to_write": "false"}, id="it is not safe to write"),
    ],
)
def test_a_miss_is_told_by_nothing(
    reference: str, born: dict[str, str], reach: dict[str, str], post: list[Any]
) -> None:
    hit, _said = filed()
    request, said = filed(**reach) if reach else (hit, "")
    right, wrong = looked(hit.reference), looked(reference or request.reference, **born)

    assert right.page
    assert wrong.page
    assert (wrong.path, wrong.page.main) == (right.path, right.page.main)
    assert "919-555-0100" in wrong.page.main or "919-555-0101" in wrong.page.main
    assert codes.drain(seconds=5) == 1
    assert [one.to for one in post] == [["ada@example.org"]]
    assert MailedCode.objects.filter(sent_at=None).count() == 0
    assert "you can look here" not in said


def test_the_code_of_a_miss_opens_nothing(post: list[Any]) -> None:
    """Though it was read out of the database: the answers themselves must still fit."""
    visitor = looked(NONE)
    letter = MailedCode.objects.get().letter
    assert letter is not None

    page = visitor.send(one_time_code=letter.code)

    expect_problem(page, "one-time-code", "Enter the code from the newest message.")


def test_neither_takes_more_statements() -> None:
    request, _said = filed()

    def statements(reference: str) -> int:
        typed = LookUp(reference=reference, birth_date=clock.now().date())
        with CaptureQueriesContext(connection) as seen:
            looking_up.ask(typed, source="192.0.2.1", now=NOON)
        return len(seen)

    statements(NONE)  # reads keys
    assert statements(request.reference) == statements(NONE)


def test_a_code_lapses_and_a_wrong_one_opens_nothing(post: list[Any]) -> None:
    request, _said = filed()
    visitor = looked(request.reference)
    code = sent_code(post)
    expect_problem(
        visitor.send(one_time_code="WRONGONE"),
        "one-time-code",
        "Enter the code from the newest message.",
    )
    with clock.frozen(NOON + timedelta(minutes=15)):
        page = visitor.send(one_time_code=code)

    expect_problem(page, "one-time-code", "Enter the code from the newest message.")


def test_so_often_one_reference_and_no_more() -> None:
    for _each in range(5):
        looked(NONE)
    visitor = Visitor(Client())
    visitor.open("/lookup")

    page = visitor.send(reference=NONE, **BORN)

    assert page.words["title"].startswith("Error: ")
    assert refusals.RefusalCount.objects.exists()


def test_what_cannot_be_a_reference_is_said(clinic: office.Office) -> None:
    visitor = Visitor(Client())
    visitor.open("/lookup")

    expect_problem(visitor.send(reference="7KQW", **BORN), "reference", "Check the reference")
    visitor.open("/lookup")
    expect_problem(visitor.send(reference=NONE), "birth-date-month", "Enter your date of birth")


def test_a_confirmed_wish_says_where_the_code_goes(clinic: office.Office, post: list[Any]) -> None:
    """45 CFR 164.522(b): the address asked for, and none other, whatever is on file."""
    wish = office.filed("confidential_communications", actor=office.PATIENT, now=NOON)
    request = office.filed("access", actor=office.PATIENT, now=NOON)
    born = clinic.patient.identity.birth_date
    typed = {"birth_date__month": str(born.month), "birth_date__day": str(born.day),
             "birth_date__year": str(born.year)}  # fmt: skip
    looked(request.reference, **typed)
    sent_code(post)

    assert wish.filed.details["email"] == "elsewhere@example.org"
    assert [one.to for one in post] == [["elsewhere@example.org"]]


def test_whoever_is_signed_in_goes_to_their_own_list(clinic: office.Office) -> None:
    visitor, _account = signed_in_visitor(clinic.patient)

    assert visitor.open("/lookup").words["h1"] == "My requests"


def test_the_front_page_leads_there() -> None:
    assert get(Client(), "/").links("See how your request stands") == ["/lookup"]
