"""The page that leads through the demo's stories: it exists in the demo alone, and its links lead there."""

from datetime import UTC, datetime

import pytest
from django.conf import LazySettings
from django.test import Client
from psycopg import connect

from audit import clock
from privacy_portal import demo
from privacy_portal.accounts import addresses, sessions
from privacy_portal.commands import marks
from privacy_portal.demo import look_around
from privacy_portal.demo.cases import CASES, Case
from requests_app.practice import selectors as practice
from tests.support import pages
from tests.support.database import OwnDatabase
from tests.support.pages import Page

NOON = datetime(2026, 3, 10, 17, 0, tzinfo=UTC)


def browser_of(address: str) -> Client:
    """Somebody of the cast, signed in and past the second step; anybody without an address."""
    browser = Client()
    if address:
        account = addresses.find(address)
        assert account is not None
        browser.force_login(account)
        session = browser.session
        sessions.opened(session, clock.now())
        session[sessions.SECOND_STEP] = True
        session.save()
    return browser


def mark(own: OwnDatabase) -> None:
    marks.make(own.url("portal_migrator"))
    practice.forget()


def test_each_link_leads_where_it_says_for_whom_it_says(
    own_database: OwnDatabase, settings: LazySettings
) -> None:
    settings.DEMO = True
    mark(own_database)
    with clock.frozen(NOON):
        shown = demo.fill(NOON)
        with connect(own_database.url()) as connection:
            connection.execute("UPDATE public.demo_mark SET filled = true")

        assert "/look-around" in pages.get(Client(), "/").links("Look around")
        page = pages.get(Client(), "/look-around")

        _says_whom_to_sign_in_as(page)
        assert not any(one.password in page.text for one in shown)
        people: dict[str, Client] = {}
        for address, path in _links(page):
            visitor = people.setdefault(address, browser_of(address))
            assert visitor.get(path).status_code == 200, f"{address or 'anybody'} opens no {path}"
        settings.DEMO = False
        _is_not_there()


def _says_whom_to_sign_in_as(page: Page) -> None:
    for address in demo.SIGN_INS:
        assert address in page.main


def _links(page: Page) -> list[tuple[str, str]]:
    """With which address each link of a story is to be opened."""
    known, found = look_around.addresses(), []
    for case in CASES:
        for way in case.ways:
            (path,) = page.links(str(way.words))
            found.append((known.get(way.whom, ""), path))
    return found


@pytest.mark.parametrize(
    ("flag", "marked"),
    [
        pytest.param(False, False, id="a clinic's"),
        pytest.param(True, False, id="the setting, and no mark"),
        pytest.param(True, True, id="a mark, and no stories yet"),
    ],
)
def test_anywhere_else_there_is_no_such_page(
    own_database: OwnDatabase, settings: LazySettings, flag: bool, marked: bool
) -> None:
    settings.DEMO = flag
    if marked:
        mark(own_database)
    _is_not_there()


def _is_not_there() -> None:
    pages.get(Client(), "/look-around", status=404)
    assert not pages.get(Client(), "/").links("Look around")


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case.heading))
def test_each_story_is_told_in_few_sentences(case: Case) -> None:
    assert str(case.happened).count(".") == 1, "what happened is one sentence"
    assert case.ways


def test_no_two_links_say_the_same() -> None:
    words = [str(way.words) for case in CASES for way in case.ways]
    assert len(words) == len(set(words))
