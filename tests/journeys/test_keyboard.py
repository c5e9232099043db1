"""A request from the front page to its reference, and a way through the office, with keys alone."""

from typing import TYPE_CHECKING, Any

import pytest

from requests_app.permissions import Role
from tests.journeys import world
from tests.journeys.browsing import Somebody, somebody
from tests.support import accounts

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.journeys.conftest import Stage

pytestmark = pytest.mark.journey
#: What has the focus is seen: it is outlined, in the window, and nothing lies on it.
SEEN = """() => {
  const one = document.activeElement, box = one.getBoundingClientRect(), look = getComputedStyle(one);
  const x = box.left + Math.min(box.width, innerWidth - box.left) / 2, y = box.top + box.height / 2;
  const top = document.elementFromPoint(x, y);
  return {
    what: one.outerHTML.slice(0, 80),
    outlined: look.outlineStyle !== 'none' && parseFloat(look.outlineWidth) >= 2,
    inside: box.width > 0 && y > 0 && y < innerHeight && x > 0 && x < innerWidth,
    bare: !!top && (one.contains(top) || top.contains(one)),
  };
}"""


def tab_to(me: Somebody, selector: str) -> None:
    """Tab until the focus is there; on the way, and there, it can be seen."""
    for _press in range(60):
        me.page.keyboard.press("Tab")
        if me.page.evaluate("document.activeElement === document.body"):
            continue  # round through the browser's own bar
        seen: Any = me.page.evaluate(SEEN)
        assert seen["outlined"], seen
        assert seen["inside"], seen
        assert seen["bare"], seen
        if me.page.evaluate("s => document.activeElement.matches(s)", selector):
            return
    raise AssertionError(f"never came to {selector} on {me.page.url}")


def press(me: Somebody, key: str = "Enter") -> None:
    """A key that leads to another page."""
    with me.page.expect_navigation():
        me.page.keyboard.press(key)


def test_a_request_is_made_with_keys_alone(chromium: "Browser", stage: "Stage") -> None:
    me = somebody(chromium, stage.url, judged=False)
    keys = me.page.keyboard
    me.open("/")

    # the way past the navigation stands first
    tab_to(me, ".skip-link")
    keys.press("Enter")
    me.comes_to("#main")

    # which kind
    tab_to(me, "main a[href='/ask/']")
    press(me)
    tab_to(me, "input[name=kind]")
    while me.page.evaluate("document.activeElement.value") != "notice_copy":
        keys.press("ArrowDown")
    press(me)

    # for whom; sent empty it says what to do, and its link leads to the field
    press_continue(me)
    assert me.page.title().startswith("Error: ")
    me.comes_to(".error-summary")
    tab_to(me, ".error-summary a")
    keys.press("Enter")
    me.comes_to("[name=whom]")
    keys.press("Space")
    press(me)

    # every page that follows
    for _page in range(10):
        if me.name == "check":
            break
        answer(me)
    tab_to(me, "main button:not([tabindex])")
    press(me, "Space")
    assert me.heading == "We have your request"


def press_continue(me: Somebody) -> None:
    tab_to(me, "main button:not([tabindex])")
    press(me, "Space")


TYPED = {
    "#name": "Ada Example",
    "#birth-date-month": "February",
    "#birth-date-day": "29",
    "#birth-date-year": "1980",
    "#contact": "3 Example Street",
    "#send-to": "3 Example Street",
}


def answer(me: Somebody) -> None:
    """Fill in what this page asks, in the order in which Tab comes to it."""
    if me.page.locator("input[name=send]").count():
        tab_to(me, "input[name=send]")
        while me.page.evaluate("document.activeElement.value") != "post":
            me.page.keyboard.press("ArrowDown")
    for selector, words in TYPED.items():
        if me.page.locator(selector).count():
            tab_to(me, selector)
            me.page.keyboard.type(words)
    press_continue(me)


def test_the_offices_shortcuts_lead_where_they_say(chromium: "Browser", stage: "Stage") -> None:
    olive = accounts.staff(Role.PRIVACY_OFFICER, name="Olive Keys")
    me = world.signed_in(chromium, stage, olive, judged=False)
    me.open("/office/requests")

    # g and a letter lead to a place, but not while somebody types
    me.page.keyboard.press("g")
    press(me, "f")
    assert me.heading == "Find a patient"
    tab_to(me, "#family-name")
    me.page.keyboard.type("gq")
    assert me.path == "/office/find"
    assert me.page.locator("#family-name").input_value() == "gq"

    # a menu opens and closes with a key
    tab_to(me, ".rooms summary")
    me.page.keyboard.press("Enter")
    tab_to(me, ".rooms details[open] a")
    press(me)
    assert me.path != "/office/find"
