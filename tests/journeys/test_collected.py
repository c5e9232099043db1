"""What the website says it collects, against what a browser really keeps, sends and asks for."""

from typing import TYPE_CHECKING

import pytest

from tests.journeys.browsing import Somebody, somebody
from tests.journeys.test_patient import ask
from tests.support.accounts import PASSWORD
from tests.support.patients import patient_account

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.journeys.conftest import Stage

pytestmark = pytest.mark.journey
#: Everything a page can keep in a browser beside cookies.
KEPT = """async () => ({
  local: Object.keys(localStorage), session: Object.keys(sessionStorage),
  databases: (await indexedDB.databases()).length, caches: (await caches.keys()).length,
  workers: (await navigator.serviceWorker.getRegistrations()).length,
})"""
NOTHING = {"local": [], "session": [], "databases": 0, "caches": 0, "workers": 0}
OWN = ("/my/requests", "/my/standing", "/my/disclosures", "/account", "/account/sessions")


def cookies(me: Somebody) -> set[str]:
    return {str(one.get("name")) for one in me.page.context.cookies()}


def test_a_browser_keeps_and_asks_for_what_the_page_names_and_nothing_else(
    chromium: "Browser", stage: "Stage"
) -> None:
    # given what the page says
    me = somebody(chromium, stage.url, judged=False)
    me.open("/privacy")
    told = set(me.page.locator("h2:text-is('Cookies') ~ dl").first.locator("dt").all_inner_texts())

    # when somebody only reads
    for path in ("/", "/notice", "/privacy"):
        me.open(path)
    # then there is no session
    assert cookies(me) <= told - {"session"}

    # when they ask, sign in and read what is their own
    ask(me, "restriction", errors=False)
    me.press("Send my request")
    account = patient_account(stage.clinic.patient)
    me.open("/sign-in")
    me.page.locator("[name=login]").fill(account.address)
    me.page.locator("[name=password]").fill(PASSWORD)
    me.press("Sign in")
    for path in OWN:
        me.open(path)

    # then the browser keeps what was named
    assert {"session", "csrftoken"} <= cookies(me) <= told
    assert all(one["httpOnly"] for one in me.page.context.cookies())
    assert me.page.evaluate(KEPT) == NOTHING
    # and asked nobody else for anything
    assert [one for one in me.asked if not one.startswith(stage.url + "/")] == []
