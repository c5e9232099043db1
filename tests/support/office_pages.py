"""Browsers of the office's staff, and how much a page may cost."""

from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from requests_app.permissions import Role
from tests.support import accounts
from tests.support.pages import Page, Visitor, checked

#: What pages.md and the issue allow a page.
QUERIES, BYTES = 20, 60_000


def staff(role: Role = Role.PRIVACY_OFFICER, name: str = "Olive Officer") -> Visitor:
    """Somebody of the office, signed in."""
    return Visitor(accounts.signed_in(accounts.staff(role, name=name)))


def thrifty(visitor: Visitor, path: str) -> Page:
    """The page, opened with fewer than 20 queries and 60 kB."""
    with CaptureQueriesContext(connection) as asked:
        answer: Any = visitor.browser.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    said = "\n".join(one["sql"][:120] for one in asked.captured_queries)
    assert len(asked) < QUERIES, f"{len(asked)} queries for {path}:\n{said}"
    assert len(answer.content) < BYTES
    visitor.page, visitor.path = checked(answer), path
    return visitor.page
