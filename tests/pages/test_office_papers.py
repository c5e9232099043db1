"""Letters and documents of a request: read word for word, fetched, and given to be read."""

import io
from pathlib import Path
from typing import Any

import pytest

from audit import log
from audit.log import Facet
from requests_app import events
from requests_app.actions import charts, documents, refile
from requests_app.documents.models import Document
from requests_app.kinds.base import Kind
from requests_app.permissions import Role
from tests.support import office
from tests.support.office import NOON, OFFICER, Office
from tests.support.office_pages import staff
from tests.support.pages import Page, Visitor, checked, expect_problem

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


# --- what the office adds -------------------------------------------------------------------------
def added(visitor: Visitor, content: bytes, status: int = 200, **fields: str) -> Page:
    assert visitor.page is not None
    chosen = io.BytesIO(content)
    chosen.name = "Letter of March 2.pdf"
    known = {name: values[0] for name, values in visitor.page.filled(**fields).items()}
    answer: Any = visitor.browser.post(visitor.path, known | {"file": chosen}, follow=True)
    assert answer.status_code == status, answer.content
    visitor.page = checked(answer)
    return visitor.page


def test_what_came_in_on_paper_is_added_and_what_it_is_stands_beside_it(officer: Visitor) -> None:
    found = office.filed("access")
    page = officer.open(f"/office/requests/{found.reference}/papers")
    officer.open(page.links("Add a document")[0])

    page = added(officer, PDF, description="Signed on the second page")

    assert "Letter of March 2.pdf" in page.main
    assert "What came in: a letter, a fax, a form. Kept." in page.main
    assert "Signed on the second page" in page.main
    assert Document.objects.get().request_id == found.pk


def test_what_is_wrong_with_a_file_comes_back_with_what_was_typed(officer: Visitor) -> None:
    found = office.filed("access")
    officer.open(f"/office/requests/{found.reference}/papers/add")

    page = added(officer, b"MZ\x90\0" + bytes(200), 422, sort="release", description="Signed")

    expect_problem(
        page,
        "file",
        "This kind of file cannot be kept here. "
        "Send one of these: PDF, JPEG, PNG, TIFF, HEIC, plain text.",
    )
    assert page.filled()["sort"] == ["release"]
    assert page.filled()["description"] == ["Signed"]
    assert not Document.objects.exists()
    page = added(officer, PDF, 422, sort="")
    expect_problem(page, "sort", "Choose what it is")


def test_a_file_added_by_mistake_is_deleted_with_a_reason_that_stays(officer: Visitor) -> None:
    found = office.filed("access")
    row = kept(found, "came_in")
    page = officer.open(f"/office/requests/{found.reference}/papers")
    officer.open(page.links("Delete the file")[0])
    expect_problem(officer.send(status=422, why=""), "why", "Enter why it is deleted")

    page = officer.send(why="It belongs to another request")

    assert "Deleted because: It belongs to another request" in page.main
    assert page.links("Delete the file") == []
    row.refresh_from_db()
    assert row.stage == "erased"


def test_nobody_is_offered_what_is_not_for_them(clinic: Office) -> None:
    found = office.filed("access")
    work = staff(Role.PRIVACY_STAFF, name="Sam Staff")
    page = work.open(f"/office/requests/{found.reference}/papers")
    kept(found, "came_in")
    assert "Delete the file" not in page.main
    offered = {one["value"] for one in work.open(f"/office/requests/{found.reference}/papers/add").all("input")
               if one.get("type") == "radio"}  # fmt: skip
    assert offered == {"came_in", "identity", "authority", "release"}
    desk = staff(Role.FRONT_DESK, name="Fern Desk")
    assert desk.browser.get(f"/office/requests/{found.reference}/papers/add").status_code == 404


def test_what_came_with_a_moved_request_stands_with_the_one_in_its_place(
    officer: Visitor,
) -> None:
    wrong = office.taken_down()
    kept(wrong, "came_in")
    raw = {"kind": "accounting", "details": {}, "why": "Asks to whom records went."}
    right = refile.refile(wrong.reference, raw, actor=OFFICER, now=NOON)

    page = officer.open(f"/office/requests/{right.reference}/papers")

    assert f"Came with the request moved from {wrong.reference}." in page.main
    officer.open(page.links("Delete the file")[0])
    officer.send(why="It belongs to another request")
    assert officer.path == f"/office/requests/{right.reference}/papers"


# --- of a person, where no request is -------------------------------------------------------------
POWER = "Power of attorney.pdf"


def shelf(clinic: Office) -> str:
    return f"/office/patients/{clinic.patient.pk}/stands/papers"


def paper(clinic: Office, **who: Any) -> Document:
    raw = {"sort": "authority", "name": POWER, "description": "Seen at the counter"}
    by = {"actor": OFFICER, "now": NOON} | who
    return documents.add_of_patient(str(clinic.patient.pk), raw, [PDF], **by)


def test_a_paper_of_a_patient_is_added_and_stands_on_the_shelf(
    clinic: Office, officer: Visitor
) -> None:
    page = officer.open(shelf(clinic))
    assert "Nothing on record." in page.main
    page = officer.open(page.links("Add a paper")[0])
    assert "sort" not in page.filled()

    page = added(officer, PDF, description="Seen at the counter")

    row = Document.objects.get()
    assert (row.patient_id, row.request_id, row.sort) == (clinic.patient.pk, None, "authority")
    assert "Papers that show who may act for them" in page.main
    assert "Letter of March 2.pdf" in page.main
    assert "Seen at the counter" in page.main


def test_a_paper_of_a_patient_is_fetched_and_deleted_and_the_log_says_so(
    clinic: Office, officer: Visitor
) -> None:
    row = paper(clinic)
    page = officer.open(shelf(clinic))
    (read,) = log.find(Facet.NAME, events.READ_DOCUMENTS).entries
    assert read.entry.patient == str(clinic.patient.pk)
    answer: Any = officer.browser.post(f"/office/documents/{row.pk}")
    assert b"".join(answer.streaming_content) == PDF

    officer.open(page.links("Delete the file")[0])
    page = officer.send(why="It is another person's")

    assert officer.path == shelf(clinic)
    assert "Deleted because: It is another person's" in page.main
    assert page.links("Delete the file") == []


def test_the_shelf_holds_the_papers_of_every_chart_of_the_person(
    clinic: Office, officer: Visitor
) -> None:
    paper(clinic)
    other = office.add_patient(clinic.site, number="MR-0002")
    both = {"patient": str(clinic.patient.pk), "other": str(other.pk), "why": "She says so."}
    charts.link(both, actor=OFFICER, now=NOON)

    assert POWER in officer.open(f"/office/patients/{other.pk}/stands/papers").main


#: Role → whether the shelf is shown, may be added to, and may be deleted from.
SHELF = {
    Role.PRIVACY_OFFICER: (True, True, True),
    Role.PRIVACY_STAFF: (True, True, True),
    Role.FRONT_DESK: (True, True, False),
    Role.AUDITOR: (False, False, False),
    Role.ADMINISTRATOR: (False, False, False),
}


@pytest.mark.parametrize("role", SHELF)
def test_who_finds_what_on_the_shelf(role: Role, clinic: Office) -> None:
    row = paper(clinic)
    visitor = staff(role, name="Somebody Else")
    shown, adds, deletes = SHELF[role]
    add, erase = f"{shelf(clinic)[:-13]}papers/add", f"/office/record/erase-paper/{row.pk}"

    statuses = {one: visitor.browser.get(one).status_code for one in (shelf(clinic), add, erase)}

    expected = {shelf(clinic): shown, add: adds, erase: deletes}
    assert statuses == {one: 200 if may else 403 for one, may in expected.items()}
    if shown:
        page = visitor.open(shelf(clinic))
        assert bool(page.links("Add a paper")) is adds
        assert bool(page.links("Delete the file")) is deletes
