"""What an officer does with a request: from the queue to the letter and the end."""

from typing import TYPE_CHECKING, Any

import pytest

from audit import clock
from requests_app.actions import work
from requests_app.kinds.models import Request
from requests_app.permissions import Role
from tests.journeys import world
from tests.journeys.browsing import Somebody, somebody
from tests.journeys.test_patient import ask
from tests.support import accounts, office
from tests.support.factors import enrolled

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.journeys.conftest import Stage

pytestmark = pytest.mark.journey
ROLES = (Role.PRIVACY_OFFICER,)
PAID = {
    "item": "Dry needling, one session",
    "service_from_month": "3", "service_from_day": "2", "service_from_year": "2026",
    "plans": "Every health plan", "price": "35.00", "paid": "35.00",
}  # fmt: skip
WINDOWS = [
    pytest.param({"java_script_enabled": False}, id="without JavaScript"),
    pytest.param({"viewport": {"width": 320, "height": 640}}, id="320 px"),
    pytest.param(
        {"viewport": {"width": 320, "height": 256}, "device_scale_factor": 4}, id="400 % zoom"
    ),
]


def known(reference: str, stage: "Stage") -> None:
    """The desk ties a request to its chart and confirms who asks."""
    whom = {"patient": str(stage.clinic.patient.pk)}
    row = work.match(reference, whom, actor=office.OFFICER, now=clock.now())
    office.act(row, "confirm_identity", office.INPUT["confirm_identity"])


def state(reference: str) -> str:
    return str(Request.objects.get(reference=reference).state)


def test_a_request_goes_from_the_queue_to_its_letter_and_its_end_pictured(
    chromium: "Browser", stage: "Stage"
) -> None:
    # given a request taken down by telephone, and an officer with an authenticator app
    wanted = office.taken_down(now=clock.now())
    olive = accounts.staff(*ROLES, name="Olive Walker")
    app = enrolled(olive)

    # when the officer signs in with both steps
    me = somebody(chromium, stage.url)
    me.open("/sign-in")
    me.page.locator("[name=login]").fill(olive.address)
    me.page.locator("[name=password]").fill(olive.password)
    me.press("Sign in")
    me.page.locator("[name=code]").fill(app.code())
    me.send()

    # and takes the request out of the queue
    me.follow("Requests")
    me.page.get_by_label(f"Choose {wanted.reference}").check()
    me.page.locator("#person").last.select_option(label="Olive Walker")
    me.press("Assign")
    assert "Assigned to Olive Walker." in me.words

    # and finds out whose records it is about, and who asks
    me.follow(wanted.reference)
    me.follow("Work beside it")
    me.follow("Find the person it is about")
    me.press("Find")
    assert me.page.title().startswith("Error: ")
    me.fill(family_name="Demo", record_number="MR-0001")
    me.press("Find")
    me.press("It is about this person")
    me.follow("Confirm who is asking")
    me.choose("Photo identification seen")
    me.fill(evidence="Licence seen")
    me.press()
    me.press("Confirm who is asking")

    me.picture("officer-request")

    # and decides, reads the letter before it goes, gives the records and closes
    me.follow("Grant the request")
    me.fill(given="All visit notes as PDF")
    me.press()
    assert "This letter goes out" in me.words
    me.picture("officer-letter", at=".bar ~ h2")
    me.press("Grant the request")
    me.follow("Record that the records were given")
    me.press()
    assert me.page.title().startswith("Error: ")
    me.fill(given="Visit notes, one PDF")
    me.choose("Through this service")
    me.press()
    me.press("Record that the records were given")
    me.follow("Close the request")
    me.press("Close the request")

    # then it is closed, in the timeline with the officer's name, and the letter stands there
    assert state(wanted.reference) == "closed"
    assert "by Olive Walker" in me.words
    me.follow("Letters and documents")
    assert "All visit notes as PDF" in me.words


def test_a_restriction_is_filed_in_under_12_page_loads_and_agreed_to_in_under_6(
    chromium: "Browser", stage: "Stage"
) -> None:
    # given somebody who was never here, and paid for dry needling in cash
    ada = somebody(chromium, stage.url, judged=False)

    # when they ask that their health plan is not told
    ask(ada, "restriction", errors=False)
    ada.press("Send my request")
    reference = ada.page.locator(".panel strong").inner_text()
    assert ada.loads < 12

    # and the desk knows them, and an officer agrees
    known(reference, stage)
    olive = world.signed_in(
        chromium, stage, accounts.staff(*ROLES, name="Olive Agrees"), judged=False
    )
    agree(olive, reference)

    # then it is agreed to, after these pages
    assert state(reference) == "agreed_must"
    assert olive.loads < 6


def agree(me: Somebody, reference: str) -> None:
    me.open("/office/requests?kind=restriction")
    me.follow(reference)
    me.follow("Agree, because it was paid for in full")
    me.fill(**PAID)
    for question in ("separable", "for_payment_or_operations"):
        me.page.locator(f"[name={question}][value=true]").check()
    me.page.locator("[name=payer][value=individual]").check()
    me.page.locator("[name=payment][value=cleared]").check()
    me.press()
    me.press("Agree, because it was paid for in full")


@pytest.mark.parametrize("window", WINDOWS)
def test_an_officer_agrees_however_it_is_looked_at(
    window: dict[str, Any], chromium: "Browser", stage: "Stage"
) -> None:
    whom = {"patient": str(stage.clinic.patient.pk)}
    wanted = office.filed("restriction", now=clock.now(), **whom)
    olive = accounts.staff(*ROLES, name=f"Olive {wanted.reference[:4]}")
    me = world.signed_in(chromium, stage, olive, judged=False, **window)

    agree(me, wanted.reference)

    assert state(wanted.reference) == "agreed_must"
    assert "viewport" not in window or me.fits()
