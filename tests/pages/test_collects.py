"""The page that says what the website collects, against what a browser and the log really get."""

import json
import logging
import re
from typing import Any

import pytest
from django.test import Client

from privacy_portal.logging import ACCESS, JsonFormatter
from privacy_portal.pages.patient import collects
from tests.support import office
from tests.support.accounts import NOON, PASSWORD
from tests.support.pages import Page, Visitor, said
from tests.support.patients import patient_account

#: What a browser sends or loads of its own accord, and what it follows when somebody presses it.
LOADED = (("link", "href"), ("script", "src"), ("img", "src"), ("form", "action"))
LINES = {"at", "level", "logger", "message", "event", "place"}


@pytest.fixture(autouse=True)
def clinic(_noon: None, db: None) -> office.Office:
    found = office.set_up(now=NOON)
    office.publish("2026-01-01", now=NOON)
    return found


def walk(visitor: Visitor, clinic: office.Office) -> list[Page]:
    """A visitor's round, and a patient's who signs in."""
    pages = [visitor.open(path) for path in ("/", "/notice", "/privacy", "/lookup", "/sign-in")]
    visitor.open("/language/en")
    visitor.open("/ask/")
    pages += [visitor.send(kind="notice_copy"), visitor.send(whom="myself")]
    account = patient_account(clinic.patient)
    visitor.open("/sign-in")
    pages.append(visitor.send(login=account.address, password=PASSWORD))
    own = ("/my/requests", "/my/standing", "/my/disclosures", "/account")
    return pages + [visitor.open(path) for path in own]


def named(page: Page, heading: str) -> set[str]:
    """The names in the list below this heading."""
    main = list(page.nodes("main")[0])
    at = next(n for n, node in enumerate(main) if said(node) == heading)
    listed = next(node for node in main[at:] if str(node.tag).endswith("}dl"))
    return {said(one) for one in listed.iter() if str(one.tag).endswith("}dt")}


def test_the_cookies_named_are_those_that_are_set(clinic: office.Office) -> None:
    visitor = Visitor(Client())
    pages = walk(visitor, clinic)

    told = next(page for page in pages if page.words["h1"] == "What this website collects")
    assert named(told, "Cookies") == set(visitor.browser.cookies)
    assert {one["domain"] for one in visitor.browser.cookies.values()} == {""}


def test_a_page_that_is_only_read_sets_no_session_cookie() -> None:
    browser = Client()
    for path in ("/", "/notice", "/privacy"):
        browser.get(path)

    assert "session" not in browser.cookies


def test_no_other_host_is_asked_for_anything(clinic: office.Office) -> None:
    """By the page's own words, and by the policy that stands in every answer."""
    visitor = Visitor(Client())
    for page in walk(visitor, clinic):
        asked = [a.get(name, "") for tag, name in LOADED for a in page.all(tag)]
        assert [one for one in asked if re.match(r"(\w+:)?//", one)] == []
    policy = visitor.browser.get("/privacy")["Content-Security-Policy"]
    allowed = {word for part in policy.split(";") for word in part.split()[1:]}
    assert {one for one in allowed if not one.startswith("'nonce-")} == {"'self'", "'none'"}


class Lines(logging.Handler):
    """What would be written, line by line."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(JsonFormatter())
        self.lines: list[dict[str, Any]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(json.loads(self.format(record)))


def test_the_log_lines_hold_what_is_named() -> None:
    written = Lines()
    ACCESS.addHandler(written)
    try:
        page = Visitor(Client()).open("/privacy")
    finally:
        ACCESS.removeHandler(written)
    (line,) = written.lines

    told = named(page, "The service's own log lines")
    assert told == {one.name for one in collects.LOGGED}
    assert set(line) - LINES - told == set()
    assert told - set(line) <= {"actor"}
    assert "127.0.0.1" not in json.dumps(line)
