"""Letters and documents of a request: read word for word, fetched, and given to be read."""

from pathlib import Path
from typing import Any

import pytest

from audit import log
from audit.log import Facet
from requests_app import events
from requests_app.actions import documents
from requests_app.documents.models import Document
from requests_app.kinds.base import Kind
from requests_app.permissions import Role
from tests.support import office
from tests.support.office import NOON, OFFICER, Office
from tests.support.office_pages import staff
from tests.support.pages import Visitor

PDF = b"%PDF-1.7\nAn invented page."


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    settings.DOCUMENTS_URL = f"file:{tmp_path / 'documents'}"


@pytest.fixture
def officer(clinic: Office) -> Visitor:
    return staff()


def kept(request: Kind, sort: str) -> Document:
    by: dict[str, Any] = {"actor": OFFICER, "now": NOON}
    row = documents.announce(request.reference, {"sort": sort, "name": "Notes.pdf"}, **by)
    return documents.receive(str(row.pk), [PDF], size=len(PDF), **by)


def test_a_document_is_fetched_byte_for_byte_and_the_log_says_so(officer: Visitor) -> None:
    found = office.filed("access")
    row = kept(found, "release")
    page = officer.open(f"/office/requests/{found.reference}/papers")
    assert "Download (pdf" in page.main

    answer: Any = officer.browser.post(f"/office/documents/{row.pk}")

    assert b"".join(answer.streaming_content) == PDF
    assert answer["Content-Type"] == "application/pdf"
    assert "Notes" not in answer["Content-Disposition"]
    assert len(log.find(Facet.NAME, events.READ_DOCUMENT).entries) == 1


def test_a_record_is_given_to_be_read_once_giving_it_is_decided(officer: Visitor) -> None:
    found = office.filed("access")
    row = kept(found, "release")
    where = f"/office/record/release-document/{row.pk}"
    officer.open(where)
    page = officer.send(status=409)
    assert "Records can be released once giving them has been decided." in page.main

    office.act(found, "grant", office.INPUT["grant"])
    officer.open(where)
    page = officer.send()

    assert "Given to read on March 2, 2026" in page.main


def test_who_may_not_see_the_request_fetches_nothing_of_it(clinic: Office) -> None:
    row = kept(office.filed("access"), "release")
    desk = staff(Role.FRONT_DESK, name="Fern Desk")

    assert desk.browser.post(f"/office/documents/{row.pk}").status_code == 404


def test_a_letter_is_read_word_for_word(officer: Visitor) -> None:
    found = office.filed("access")
    office.act(found, "deny", office.INPUT["deny"])
    letter = found.letters.get()

    page = officer.open(f"/office/requests/{found.reference}/papers")

    assert letter.text.subject in page.main
    assert letter.sha256 in page.main
