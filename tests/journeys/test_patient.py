"""What a patient comes for, from the front page to the answer's day: a journey for each kind.

Every page on the way, errors included, is judged by axe in light and in dark.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from requests_app.kinds.models import Request
from tests.journeys.browsing import Somebody, somebody
from tests.support.accounts import PASSWORD
from tests.support.patients import patient_account

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.journeys.conftest import Stage

pytestmark = pytest.mark.journey
Filled = Callable[[Somebody], Any]

#: What is done on each page that needs an answer, by the page's place in the address.
PAGES: dict[str, dict[str, Filled]] = {
    "access": {
        "records": lambda me: me.fill(records="All visit notes"),
        "manner": lambda me: me.choose("Get a copy"),
        "form": lambda me: me.choose("Electronic (PDF)"),
        "send": lambda me: me.choose("Through this service"),
        "summary": lambda me: me.choose("No"),
    },
    "accounting": {
        "since": lambda me: me.fill(since_month="1", since_day="1", since_year="2025"),
    },
    "amendment": {
        "items": lambda me: me.fill(
            items_0_record="Visit of March 2", items_0_wrong="The left knee",
            items_0_should="The right knee",
        ),
    },
    "complaint": {
        "what": lambda me: me.fill(what="My name was called out in the waiting room."),
        "about": lambda me: me.choose("The practice, or its rules"),
    },
    "confidential_communications": {
        "means": lambda me: me.page.locator("[value=post]").check(),
        "email": lambda me: me.fill(address="P.O. Box 12, Sampletown, NC 00000"),
    },
    "materials_opt_out": {
        "wish": lambda me: me.choose("Do not send me this any more"),
        "materials": lambda me: me.choose("Marketing", "Fundraising"),
    },
    "notice_copy": {
        "send": lambda me: (me.choose("On paper, by post"), me.fill(send_to="3 Example Street")),
    },
    "objection": {
        "wish": lambda me: me.choose("I object"),
        "scopes": lambda me: me.page.locator("[value=family]").check(),
        "people": lambda me: me.fill(people_0_name="Dora Demo"),
    },
    "restriction": {
        "information": lambda me: me.fill(information="The dry needling of March 2"),
        "limit": lambda me: me.choose("Disclosure to others", "A health plan"),
        "paid": lambda me: me.choose("Yes, in full"),
    },
    "revocation": {
        "subject": lambda me: me.page.locator("[value=authorization]").check(),
    },
}  # fmt: skip


def _contact(me: Somebody) -> dict[str, str]:
    """Whoever is signed in is not asked how to reach them."""
    return {"contact": "3 Example Street"} if me.page.locator("#contact").count() else {}


BORN = {"birth_date_month": "2", "birth_date_day": "29", "birth_date_year": "1980"}
WHO: dict[str, Filled] = {
    "whom": lambda me: me.choose("For myself"),
    "you": lambda me: me.fill(name="Ada Example", **BORN),
    "reach": lambda me: me.fill(language="Spanish", **_contact(me)),
}


def ask(me: Somebody, kind: str, *, errors: bool = True) -> None:
    """From the front page to check answers; with `errors` each page is first sent as it stands."""
    me.open("/")
    me.follow("Ask for something")
    me.page.locator(f"[value={kind}]").check()
    me.press()
    for _page in range(20):
        if me.name == "check":
            return
        name = me.name
        if errors and name in PAGES[kind]:
            me.press()
            if me.name != name:  # Nothing there has to be answered.
                continue
        (PAGES[kind] | WHO).get(name, lambda me: None)(me)
        me.press()
    raise AssertionError(f"stuck at {me.page.url}: {me.words}")


@pytest.mark.parametrize("kind", sorted(PAGES))
def test_a_first_time_visitor_asks_and_knows_what_happens_next(
    kind: str, chromium: "Browser", stage: "Stage"
) -> None:
    # given somebody who has no account
    me = somebody(chromium, stage.url)

    # when they ask
    ask(me, kind)
    me.press("Send my request")

    # then they hold a reference and the day, and see where it stands
    assert me.heading == "We have your request"
    reference = me.page.locator(".panel strong").inner_text()
    assert Request.objects.get(reference=reference).kind == kind
    me.follow("See how it stands")
    assert "What happened so far" in me.words
    # and nothing was asked of anybody else
    assert all(asked.startswith(stage.url) for asked in me.asked)


def test_a_restriction_is_filed_in_under_twelve_page_loads(
    chromium: "Browser", stage: "Stage"
) -> None:
    me = somebody(chromium, stage.url, judged=False)

    ask(me, "restriction", errors=False)
    me.press("Send my request")

    assert me.heading == "We have your request"
    assert me.loads < 12


def test_a_patient_signs_in_asks_writes_and_withdraws_pictured(
    chromium: "Browser", stage: "Stage"
) -> None:
    # given a patient with an account
    account = patient_account(stage.clinic.patient)
    me = somebody(chromium, stage.url)
    me.open("/sign-in")
    me.page.locator("[name=login]").fill(account.address)
    me.page.locator("[name=password]").fill(PASSWORD)
    me.press("Sign in")

    # when they ask, write a message and withdraw
    ask(me, "access", errors=False)
    me.press("Send my request")
    me.picture("patient-sent")
    me.follow("See how it stands")
    me.picture("patient-status")
    me.press("Send this message")
    assert "There is a problem" in me.words
    me.fill(body="I need it for my new doctor.")
    me.press("Send this message")
    assert "I need it for my new doctor." in me.words
    me.follow("Withdraw this request")
    me.press("Withdraw this request")

    # then it says so, in the list as well
    assert "This request has ended." in me.words
    me.follow("My requests")
    assert "Withdrawn" in me.words


@pytest.mark.parametrize(
    "window",
    [
        pytest.param({"java_script_enabled": False}, id="without JavaScript"),
        pytest.param({"viewport": {"width": 320, "height": 640}}, id="320 px"),
        pytest.param(
            {"viewport": {"width": 320, "height": 256}, "device_scale_factor": 4}, id="400 % zoom"
        ),
    ],
)
def test_asking_works_however_it_is_looked_at(
    window: dict[str, Any], chromium: "Browser", stage: "Stage"
) -> None:
    me = somebody(chromium, stage.url, judged=False, **window)
    wide = "viewport" in window

    ask(me, "amendment")
    assert not wide or me.fits()
    me.press("Send my request")

    assert me.heading == "We have your request"
    assert not wide or me.fits()
