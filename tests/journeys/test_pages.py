"""Every page there is, as everybody who may see it: nothing bars anybody's way, light or dark."""

from typing import TYPE_CHECKING

import pytest
from django.urls import resolve

from requests_app.permissions import Role
from tests.journeys import places, world
from tests.journeys.browsing import Somebody, somebody
from tests.journeys.world import Peopled
from tests.support import accounts, page_places

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.journeys.conftest import Stage

pytestmark = pytest.mark.journey
LAPTOP = {"width": 1280, "height": 720}
PLACES = [(who, route) for who, routes in places.PLACES.items() for route in routes]


@pytest.fixture(scope="session")
def peopled(stage: "Stage") -> Peopled:
    return Peopled(stage.clinic)


@pytest.fixture(scope="session")
def browsers(chromium: "Browser", stage: "Stage", peopled: Peopled) -> dict[str, Somebody]:
    """A browser of each of them."""
    return {
        who: world.signed_in(chromium, stage, peopled.accounts.get(who), judged=False, stays=True)
        for who in [*places.PLACES, "desk"]
    }


def test_a_page_of_steps_has_no_address_of_its_own() -> None:
    by_steps = {*places.STEPS, *places.ALSO} - {"audit_log"}
    assert by_steps <= set(page_places.NO_PAGES), "tests/support/page_places.py says why"


def _arrived(me: Somebody, route: str) -> None:
    """The page is the one that was meant."""
    assert resolve(me.path.partition("?")[0]).url_name == route, me.page.url
    me.look()


@pytest.mark.parametrize(("who", "route"), PLACES)
def test_a_page_bars_nobodys_way(
    who: str, route: str, browsers: dict[str, Somebody], peopled: Peopled
) -> None:
    me = browsers[who]

    me.open(places.PLACES[who][route](peopled))

    _arrived(me, route)


@pytest.mark.parametrize("route", places.STEPS)
def test_a_page_that_one_comes_to_bars_nobodys_way(
    route: str, chromium: "Browser", stage: "Stage", peopled: Peopled
) -> None:
    me = somebody(chromium, stage.url, judged=False)

    places.STEPS[route](me, peopled)

    _arrived(me, route)


@pytest.mark.parametrize(("who", "route", "button"), places.REFUSED)
def test_a_page_that_says_what_to_put_right_bars_nobodys_way(
    who: str, route: str, button: str, browsers: dict[str, Somebody], peopled: Peopled
) -> None:
    me = browsers[who]
    me.open(places.PLACES[who][route](peopled))

    me.press(button) if button else me.send()

    assert me.page.title().startswith("Error: ")
    me.comes_to(".error-summary")
    me.look()


@pytest.mark.parametrize(("who", "path"), places.EXPLAINED)
def test_a_page_that_explains_a_refusal_bars_nobodys_way(
    who: str, path: str, browsers: dict[str, Somebody], peopled: Peopled
) -> None:
    me = browsers[who]

    me.open(path)

    assert me.page.locator("main").get_by_role("link").count()
    me.look()


CHANGE = "() => { const html = document.documentElement; const main = document.body; %s }"
BARRED = {
    "a picture without words": ("main.append(new Image())", "image-alt"),
    "words as light as the paper": ("html.style.setProperty('--ink', '#f0f0f0')", r"\(light\)"),
    "words as dark as the night": ("html.style.setProperty('--ink', '#1b1b1b')", r"\(dark\)"),
}


@pytest.mark.parametrize("fault", BARRED)
def test_what_bars_somebodys_way_is_seen(fault: str, chromium: "Browser", stage: "Stage") -> None:
    me = somebody(chromium, stage.url)
    me.open("/")
    change, said = BARRED[fault]
    me.page.evaluate(CHANGE % change)

    with pytest.raises(AssertionError, match=said):
        me.judge()


def test_the_navigation_of_somebody_with_every_role_is_one_line(
    chromium: "Browser", stage: "Stage"
) -> None:
    roles = [role for role in Role if role not in {Role.PATIENT, Role.MACHINE}]
    me = world.signed_in(
        chromium, stage, accounts.staff(*roles, name="Every Role"), viewport=LAPTOP
    )
    for path in ("/office/requests", "/office/set-up", "/audit/log", "/administration/users"):
        me.open(path)
        tops = me.page.locator(".rooms .wrap > details, .rooms .wrap > ul > li").evaluate_all(
            "all => all.map(one => Math.round(one.getBoundingClientRect().bottom / 20))"
        )
        assert len(set(tops)) == 1, path


#: Who, route, name of the picture, and how it is looked at.
PICTURES: list[tuple[str, str, str, dict[str, str]]] = [
    ("visitor", "ask", "patient-front", {}),
    ("officer", "office_queue", "officer-queue", {}),
    ("officer", "office_queue", "officer-queue-dark", {"scheme": "dark"}),
    ("officer", "office_dashboard", "officer-report", {}),
    ("officer", "office_patient", "officer-patient", {}),
    ("auditor", "audit_log", "auditor-log", {"at": "main h2"}),
    ("administrator", "admin_policies", "administrator-time-limits", {}),
]


@pytest.mark.parametrize(("who", "route", "name", "how"), PICTURES)
def test_a_page_is_shown_in_the_documents_pictured(
    who: str,
    route: str,
    name: str,
    how: dict[str, str],
    browsers: dict[str, Somebody],
    peopled: Peopled,
) -> None:
    me = browsers[who]

    me.open(places.PLACES[who][route](peopled))
    me.picture(name, **how)

    assert resolve(me.path.partition("?")[0]).url_name == route
