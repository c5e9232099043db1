"""Which pages a browser looks at, as whom: those of tests/support/page_places.py, and the rest by steps."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from tests.support import page_places

if TYPE_CHECKING:
    from tests.journeys.browsing import Somebody
    from tests.journeys.world import Peopled

Where = Callable[["Peopled"], str]


#: Pages that only a browser comes to, and those that show more by another address.
ALSO: dict[str, tuple[str, Where]] = {
    "api_docs": ("visitor", lambda world: "/api/docs/"),
    "audit_log": ("auditor", lambda world: "/audit/log?search=1"),
    "office_check": ("officer", lambda world: f"/office/requests/{world.family}/do/consider"),
}
WHO = ("visitor", "patient", "officer", "auditor", "administrator")


def _places() -> Iterator[tuple[str, str, Where]]:
    """Who looks, the name of the route, and where it is."""
    for name, who in page_places.opened():
        yield (who, name, partial(page_places.address, name))
    for name, (who, where) in ALSO.items():
        yield (who, name, where)


#: By who looks, the name of the route and what is looked at.
PLACES: dict[str, dict[str, Where]] = {
    who: {name: where for whose, name, where in _places() if whose == who} for who in WHO
}


def _begin(me: "Somebody") -> None:
    me.open("/ask/")
    me.page.locator("[value=notice_copy]").check()
    me.press()


def _drop(me: "Somebody") -> None:
    _begin(me)
    me.open(me.path.rpartition("/")[0] + "/drop")


def _send(me: "Somebody") -> None:
    _begin(me)
    for _page in range(10):
        if me.name == "check":
            break
        FILLED.get(me.name, lambda one: None)(me)
        me.press()
    me.press("Send my request")


def _code(me: "Somebody", path: str) -> None:
    me.open(path)
    me.page.locator("[name=address]").fill("nobody@example.org")
    if me.page.locator("[name=password]").count():
        me.page.locator("[name=password]").fill("four plain words together")
    me.page.locator("main button").click()
    me.page.wait_for_load_state()


def _look_up(me: "Somebody", world: "Peopled") -> None:
    me.open("/lookup")
    me.fill(reference=world.answered, **BORN)
    me.press("Send me a code")


def _half(me: "Somebody", world: "Peopled") -> None:
    account = world.accounts["officer"]
    me.open("/sign-in")
    me.page.locator("[name=login]").fill(account.address)
    me.page.locator("[name=password]").fill(account.password)
    me.press("Sign in")


BORN = {"birth_date_month": "2", "birth_date_day": "29", "birth_date_year": "1980"}
FILLED: dict[str, Callable[["Somebody"], object]] = {
    "whom": lambda me: me.choose("For myself"),
    "you": lambda me: me.fill(name="Ada Example", **BORN),
    "reach": lambda me: me.fill(contact="3 Example Street"),
    "send": lambda me: (me.choose("On paper, by post"), me.fill(send_to="3 Example Street")),
}
#: Pages that one comes to by doing something, as somebody who is not signed in.
STEPS: dict[str, Callable[["Somebody", "Peopled"], None]] = {
    "ask_step": lambda me, world: _begin(me),
    "ask_drop": lambda me, world: _drop(me),
    "ask_sent": lambda me, world: _send(me),
    "look_up_code": _look_up,
    "sign_in_code": lambda me, world: _code(me, "/sign-in/code"),
    "sign_up_confirm": lambda me, world: _code(me, "/sign-up"),
    "mfa_authenticate": _half,
}  # fmt: skip
#: Whose form, sent as it stands, says what to put right: who, route, and the button where it is not the last.
REFUSED = [
    ("visitor", "account_login", ""),
    ("visitor", "sign_in_by_code", ""),
    ("visitor", "sign_up", ""),
    ("visitor", "ask", ""),
    ("visitor", "look_up", ""),
    ("patient", "account_change_password", ""),
    ("patient", "account_confirm", ""),
    ("patient", "second_step_app", ""),
    ("patient", "my_request", ""),
    ("officer", "office_find", ""),
    ("officer", "office_move", ""),
    ("officer", "office_desk_person", "Ask"),
    ("officer", "office_draft", "File the request"),
    ("officer", "office_cover", ""),
    ("officer", "office_errand", ""),
    ("officer", "office_errand_about", ""),
    ("auditor", "audit_entry", ""),
    ("auditor", "audit_disclosure", ""),
    ("auditor", "audit_export_ask", ""),
    ("administrator", "office_leave", ""),
    ("administrator", "admin_invite", ""),
    ("administrator", "admin_user", ""),
]  # fmt: skip
#: What is not there, not for one, or not possible now.
EXPLAINED = [
    ("visitor", "/nothing/is/here"),
    ("patient", "/nothing/is/here"),
    ("patient", "/office/requests"),
    ("officer", "/administration/users"),
    ("auditor", "/office/find"),
    ("administrator", "/audit/log"),
    ("desk", "/audit/exports"),
]
