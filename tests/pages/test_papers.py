"""Papers that whoever asked adds to their request: with an account and without, one thing a page."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pypdf import PdfWriter

from privacy_portal.pages.patient import papers
from requests_app.documents import store
from requests_app.documents.models import Document, Sort, Stage
from requests_app.kinds.base import Kind
from requests_app.kinds.models import Request
from tests.pages.test_asking import YOU, written
from tests.support import office, pictures
from tests.support.accounts import NOON
from tests.support.pages import Page, Visitor, checked, expect_problem
from tests.support.patients import signed_in_visitor

PDF = b"%PDF-1.7\nAn invented page."
IDENTITY, AUTHORITY = (
    "Add a paper that shows who you are",
    "Add a paper that shows you may act for them",
)


@pytest.fixture(autouse=True)
def clinic(_noon: None, db: None, settings: Any, tmp_path: Path) -> office.Office:
    settings.DOCUMENTS_URL = f"file:{tmp_path / 'documents'}"
    return office.set_up(now=NOON)


def file_of(content: bytes, name: str = "Licence of Ada.pdf") -> io.BytesIO:
    found = io.BytesIO(content)
    found.name = name
    return found


def sent(
    visitor: Visitor,
    content: bytes | None = PDF,
    name: str = "Licence of Ada.pdf",
    *,
    status: int = 0,
) -> Page:
    """Send the form that stands here, its file last, as a browser does; none where nothing was chosen."""
    assert visitor.page is not None
    fields: dict[str, Any] = {k: v[0] for k, v in visitor.page.filled().items()}
    if content is None:
        body = (
            b'--x\r\nContent-Disposition: form-data; name="file"; filename=""\r\n\r\n\r\n--x--\r\n'
        )
        media = "multipart/form-data; boundary=x"
        answer: Any = visitor.browser.post(visitor.path, body, content_type=media)
    else:
        sending = fields | {"file": file_of(content, name)}
        answer = visitor.browser.post(visitor.path, sending, follow=True)
    assert answer.status_code in ({status} if status else {200, 422}), answer.content
    visitor.page = checked(answer)
    return visitor.page


def stored(settings: Any) -> list[Path]:
    folder = Path(settings.DOCUMENTS_URL.removeprefix("file:"))
    return [one for one in folder.rglob("*") if one.is_file()] if folder.exists() else []


def filed(clinic: office.Office, kind: str = "access") -> tuple[Visitor, Kind]:
    request = office.filed(kind, actor=office.PATIENT, now=NOON)
    return signed_in_visitor(clinic.patient)[0], request


def at(request: Any, name: str) -> str:
    return f"/my/requests/{request.reference}/papers/{name}"


# --- where it is asked for ------------------------------------------------------------------------
def test_without_an_account_papers_follow_the_filing_and_are_no_condition(settings: Any) -> None:
    visitor = Visitor(Client())
    you = YOU | {"on_behalf": "My mother, Patricia Demo"}
    written(visitor, "amendment", whom="somebody-else", you=you)
    done = visitor.send()

    request = Request.objects.get()
    assert done.links(AUTHORITY) == [at(request, "authority")]
    assert done.links(IDENTITY) == [at(request, "identity")]
    assert done.links("Add a paper that supports the correction") == [at(request, "supporting")]

    page = visitor.open(at(request, "authority"))
    assert page.links("Continue without") == [f"/my/requests/{request.reference}"]
    page = sent(visitor, pictures.heic(orientation=6), "Power of attorney.heic")

    assert "We have:Power of attorney.heic (JPEG," in page.main
    assert page.links("Continue") == [f"/my/requests/{request.reference}"]
    row = Document.objects.get()
    assert (row.request_id, row.sort, row.stage, row.type) == (
        request.pk, Sort.AUTHORITY, Stage.KEPT, "jpeg")  # fmt: skip
    shown = visitor.open(f"/my/requests/{request.reference}")
    assert "Power of attorney.heic" in shown.main


ASKED = {
    "access": {"identity", "other"},
    "amendment": {"identity", "supporting"},
    "complaint": {"complaint"},
    "notice_copy": {"other"},
}


@pytest.mark.parametrize("kind", ASKED)
def test_only_what_a_kind_asks_for_is_offered(kind: str) -> None:
    request = office.taken_down(kind)
    offered = {one["href"].rpartition("/")[2] for one in papers.offered(request)}
    assert offered == ASKED[kind]


@pytest.mark.parametrize("move", ["withdraw", "refile"])
def test_nothing_more_is_asked_for_once_it_is_over(move: str) -> None:
    over = office.do(office.filed("access"), move)
    assert papers.offered(over) == []


@pytest.mark.parametrize("move", ["withdraw", "refile"])
def test_a_page_that_was_open_when_it_ended_takes_nothing_and_says_why(
    move: str, clinic: office.Office
) -> None:
    visitor, request = filed(clinic)
    visitor.open(at(request, "other"))
    office.do(request, move)

    page = sent(visitor, status=409)

    assert "This request has ended, so no paper is needed for it any more." in page.main
    assert not Document.objects.exists()
    assert "no paper is needed" in visitor.open(at(request, "other"), status=409).main
    visitor.open(at(request, "nonsense"), status=404)


def test_who_is_asking_is_not_asked_again_once_it_is_confirmed(clinic: office.Office) -> None:
    visitor, request = filed(clinic)
    assert request.identity_confirmed_at is not None
    visitor.open(at(request, "identity"), status=404)
    assert visitor.open(f"/my/requests/{request.reference}").links(IDENTITY) == []


def test_what_was_sent_comes_back_to_whoever_sent_it(clinic: office.Office) -> None:
    visitor, request = filed(clinic, "amendment")
    visitor.open(at(request, "supporting"))
    sent(visitor)
    sent(visitor, b"Said on the telephone.", "Note.txt")

    page = visitor.open(f"/my/requests/{request.reference}")
    assert "Download Licence of Ada.pdf" in page.main
    assert "Note.txt" in page.main
    row = Document.objects.order_by("kept_at", "announced_at").first()
    assert row is not None
    leave = visitor.browser.post(f"/my/requests/{request.reference}/documents/{row.pk}")
    answer: Any = visitor.browser.get(leave["Location"])
    assert b"".join(answer.streaming_content) in {PDF, b"Said on the telephone."}


# --- what can be wrong with a file ----------------------------------------------------------------
def locked() -> bytes:
    writer, out = PdfWriter(), io.BytesIO()
    writer.add_blank_page(width=72, height=72)
    writer.encrypt(user_password="secret", algorithm="AES-256")
    writer.write(out)
    return out.getvalue()


WRONG = {
    "nothing chosen": (lambda: None, "Choose a file."),
    "of another kind": (
        lambda: b"MZ\x90\0" + bytes(300),
        "This kind of file cannot be kept here. "
        "Send one of these: PDF, JPEG, PNG, TIFF, HEIC, plain text."),
    "too big": (
        lambda: PDF + bytes(1_400_000), "The file must be 1 MB or smaller. Send it in several parts."),
    "empty": (lambda: b"", "The file is empty. Choose another file."),
    "locked": (
        locked, "The PDF is locked with a password. Save it without one and send it again."),
    "a photograph cut short": (
        lambda: pictures.jpeg()[:-30],
        "The picture could not be opened. Take it again, or send it as a PDF."),
    "a bomb": (
        lambda: pictures.png_that_says(60_000, 60_000),
        "The picture must have 65 megapixels or fewer. "
        "Take it again with a smaller size, or send it as a PDF."),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_with_a_file_is_said_above_and_at_the_field(
    what: str, settings: Any, clinic: office.Office
) -> None:
    settings.DOCUMENT_BYTES = 1_000_000
    visitor, request = filed(clinic, "amendment")
    visitor.open(at(request, "supporting"))
    make, sentence = WRONG[what]

    page = sent(visitor, make())

    expect_problem(page, "file", sentence)
    assert not Document.objects.exists()
    assert stored(settings) == []
    assert "We have:" in sent(visitor).main


def test_a_file_that_does_not_arrive_is_said_at_the_field(
    settings: Any, clinic: office.Office
) -> None:
    visitor, request = filed(clinic, "amendment")
    where = at(request, "supporting")
    visitor.open(where)
    body = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n' + PDF

    answer: Any = visitor.browser.post(where, body, content_type="multipart/form-data; boundary=x")

    expect_problem(checked(answer), "file", "The file did not arrive whole. Send it again.")
    assert stored(settings) == []


def test_a_storage_that_does_not_answer_is_said_at_the_field(
    monkeypatch: pytest.MonkeyPatch, clinic: office.Office
) -> None:
    class Down:
        def put(self, name: str, pieces: Any) -> None:
            raise store.Unreachable

    visitor, request = filed(clinic, "amendment")
    visitor.open(at(request, "supporting"))
    monkeypatch.setattr(store, "_find", Down)

    page = sent(visitor, status=503)

    sentence = "Documents cannot be reached at the moment. Try again in a few minutes."
    expect_problem(page, "file", sentence)
    assert not Document.objects.exists()


# --- who ----------------------------------------------------------------------------------------
def test_nobody_else_adds_to_a_request_or_sees_that_there_is_one(clinic: office.Office) -> None:
    _visitor, request = filed(clinic, "amendment")
    for browser in (Client(), signed_in_visitor()[0].browser):
        for answer in (
            browser.get(at(request, "supporting")),
            browser.post(at(request, "supporting"), {"file": file_of(PDF)}),
        ):
            assert answer.status_code == 404
    assert not Document.objects.exists()


def test_the_form_is_closed_against_forgery(clinic: office.Office) -> None:
    visitor, request = filed(clinic, "amendment")
    careful = Client(enforce_csrf_checks=True)
    careful.cookies = visitor.browser.cookies
    answer = careful.post(at(request, "supporting"), {"file": file_of(PDF)})
    assert answer.status_code == 403
    assert not Document.objects.exists()


def test_without_an_account_a_handful_is_taken_and_not_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(papers, "MOST_SENT", 1)
    visitor = Visitor(Client())
    written(visitor, "amendment")
    visitor.send()
    request = Request.objects.get()
    visitor.open(at(request, "supporting"))
    sent(visitor)
    fields = {k: v[0] for k, v in visitor.page.filled().items()} if visitor.page else {}

    answer = visitor.browser.post(visitor.path, fields | {"file": file_of(PDF)})

    assert answer.status_code == 429
    assert Document.objects.count() == 1
