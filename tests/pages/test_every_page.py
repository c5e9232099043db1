"""Every page of every audience: few queries, few bytes, and nothing that keeps a reader waiting."""

from collections.abc import Iterator
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from requests_app.actions import refile
from tests.support import office, page_places
from tests.support.office import Office
from tests.support.office_pages import BYTES, QUERIES, staff
from tests.support.page_places import Pages
from tests.support.pages import Page, Visitor, checked

#: They open and close a transaction, or mark a place in it; they ask for nothing.
BRACKETS = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")


def test_every_page_is_thrifty_and_blocks_nobody(clinic: Office) -> None:
    faults = [
        f"{name} ({path}): {fault}"
        for name, path, browser in page_places.walked(Pages(clinic))
        for fault in faults_of(browser, path)
    ]
    assert not faults, "\n".join(faults)


def test_the_pages_of_asking_are_thrifty_too(clinic: Office) -> None:
    visitor = Visitor(Client())
    visitor.open("/ask/")
    visitor.send(kind="complaint")
    draft = visitor.path.rpartition("/")[0]
    paths = ["/ask/", visitor.path, f"{draft}/drop"]
    assert [fault for path in paths for fault in faults_of(visitor.browser, path)] == []


def test_requests_that_belong_together_lead_to_each_other(clinic: Office) -> None:
    wrong = office.taken_down(patient=str(clinic.patient.pk), channel="paper")
    raw = {"kind": "accounting", "details": {}, "why": "Asks to whom records went."}
    right = refile.refile(wrong.reference, raw, actor=office.OFFICER, now=office.NOON)
    officer = staff()
    for here, there in ((wrong, right), (right, wrong)):
        page = officer.open(f"/office/requests/{here.reference}")
        assert page.links(there.reference) == [f"/office/requests/{there.reference}"]


def faults_of(browser: Client, path: str) -> Iterator[str]:
    """What is wrong with the page there, in words."""
    with CaptureQueriesContext(connection) as asked:
        answer: Any = browser.get(path)
    if answer.status_code not in {200, 202}:  # a receipt is there once the log is sealed
        yield f"answers {answer.status_code} {answer.get('Location', '')}"
        return
    queries = [one["sql"] for one in asked.captured_queries if not one["sql"].startswith(BRACKETS)]
    if len(queries) >= QUERIES:
        yield f"{len(queries)} queries:\n" + "\n".join(one[:100] for one in queries)
    if len(answer.content) >= BYTES:
        yield f"{len(answer.content)} bytes"
    yield from (f"waits for {one.get('src')}" for one in blocking(checked(answer)))


def blocking(page: Page) -> list[dict[str, str]]:
    """Scripts that the page waits for: neither put off, nor beside, nor a module; and any without a file."""
    late = {"defer", "async"}
    return [
        one
        for one in page.all("script")
        if "src" not in one or not (late & one.keys() or one.get("type") == "module")
    ]


def test_a_blocking_script_is_seen() -> None:
    head = '<!doctype html><html lang="en"><head><title>x</title>{}</head><body></body></html>'
    assert blocking(Page(head.format('<script src="/a.js"></script>')))
    assert not blocking(Page(head.format('<script src="/a.js" defer></script>')))
