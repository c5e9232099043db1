"""A patient who reads Spanish, on a telephone: signs in, asks for their records, sees how it stands."""

import re
from typing import TYPE_CHECKING

import pytest
from django.conf import settings

from requests_app.kinds.models import Request
from tests.journeys.browsing import Somebody, somebody
from tests.pages.test_spanish import ENGLISH, SAME
from tests.support.accounts import PASSWORD
from tests.support.patients import patient_account

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.journeys.conftest import Stage

pytestmark = pytest.mark.journey
TELEPHONE = {"width": 360, "height": 740}
#: Every piece of text that stands on the page, seen or read out, but for what is in a language of its own.
_TEXTS = """() => {
  const walk = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT);
  const found = [document.title];
  for (let at = walk.nextNode(); at; at = walk.nextNode()) {
    if (!at.parentElement.closest('script, style, a[hreflang]')) found.push(at.data);
  }
  for (const one of document.querySelectorAll('[aria-label], [alt], [title], [placeholder]')) {
    for (const name of ['aria-label', 'alt', 'title', 'placeholder']) found.push(one.getAttribute(name));
  }
  return found.filter(Boolean).map(one => one.replace(/\\s+/g, ' ').trim()).filter(Boolean);
}"""
#: What the patient typed, and what the invented practice is called.
TYPED = {"All visit notes", "Example Physical Therapy"}
_WORD = re.compile(r"[A-Za-z]{2,}")


def read(me: Somebody) -> None:
    """The page is in Spanish, and fits the telephone; no sentence of it is one of the English ones."""
    assert me.page.locator("html").get_attribute("lang") == "es"
    assert me.fits(), me.page.url
    said = set(me.page.evaluate(_TEXTS))
    left = {one for one in said & ENGLISH if _WORD.search(one)} - SAME - TYPED
    assert not left, f"{me.page.url}: {sorted(left)}"


def test_a_patient_asks_in_spanish_on_a_telephone_and_sees_how_it_stands(
    chromium: "Browser", stage: "Stage"
) -> None:
    # given a patient with an account, and a telephone
    account = patient_account(stage.clinic.patient)
    me = somebody(chromium, stage.url, viewport=TELEPHONE, judged=False)
    me.open("/sign-in")
    me.page.locator("[name=login]").fill(account.address)
    me.page.locator("[name=password]").fill(PASSWORD)
    me.press("Sign in")

    # when they choose Spanish
    me.page.get_by_role("button", name="Español").or_(
        me.page.get_by_role("link", name="Español")
    ).click()
    me.page.wait_for_load_state()
    read(me)

    # and ask for their records, a page a question
    me.open("/ask/")
    read(me)
    me.page.locator("[value=access]").check()
    me.press("Continuar")
    for _page in range(20):
        read(me)
        if me.name == "check":
            break
        answer(me)
        me.press("Continuar")
    else:
        raise AssertionError(f"stuck at {me.page.url}: {me.words}")
    me.press("Enviar mi solicitud")

    # then they hold a reference, and the page of the request says in Spanish how it stands
    read(me)
    reference = me.page.locator(".panel strong").inner_text()
    assert Request.objects.get(reference=reference).kind == "access"
    me.open(f"/my/requests/{reference}")
    read(me)
    # and whoever sends nothing reads what to do in Spanish too
    me.send()
    assert me.page.title().startswith("Error: ")
    read(me)


def answer(me: Somebody) -> None:
    """What this page asks, as somebody who wants a copy of their notes."""
    if me.name == "records":
        me.fill(records="All visit notes")
    if me.name == "whom":
        me.page.locator("main [type=radio]").first.check()
    if me.name == "summary":
        me.page.locator("main [type=radio][value=false]").check()
    for value in ("copy", "pdf", "portal"):
        offered = me.page.locator(f"main [type=radio][value={value}]")
        if offered.count():
            offered.first.check()


def test_english_that_is_left_behind_is_seen(chromium: "Browser", stage: "Stage") -> None:
    me = somebody(chromium, stage.url, viewport=TELEPHONE, judged=False)
    me.page.context.add_cookies(
        [{"name": settings.LANGUAGE_COOKIE_NAME, "value": "es", "url": stage.url}]
    )
    me.open("/ask/")
    read(me)
    me.page.evaluate("document.querySelector('main').append('Make an account')")

    with pytest.raises(AssertionError, match="Make an account"):
        read(me)
