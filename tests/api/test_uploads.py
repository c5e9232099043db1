"""A form with a file: its fields first, its file sealed as it comes, nothing of it in the clear."""

import io
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.test import Client, RequestFactory
from django.urls import path

from privacy_portal import uploads
from privacy_portal.accounts.access import open_to_all
from privacy_portal.blobs import store
from privacy_portal.urls import urlpatterns as _pages
from requests_app.actions import documents
from requests_app.documents.models import Document, Stage
from requests_app.errors import BadInput, NotNow, NotPermitted
from tests.support import office
from tests.support.office import NOON, OFFICER, Office

PDF = b"%PDF-1.7\n" + bytes(range(256)) * 900 + b"\r\n--\r\n"
PIECES = 65_536


def add(request: HttpRequest) -> HttpResponse:
    fields = request.POST.dict()
    reference = fields.pop("reference", "")
    fields.pop("csrfmiddlewaretoken", None)
    try:
        upload = uploads.upload_of(request)
        raw = {"name": upload.name} | fields
        documents.add(reference, raw, upload.pieces, actor=OFFICER, now=NOON)
    except BadInput as refused:
        return HttpResponse(refused.problems[0].sentence, status=422)
    return HttpResponse("kept")


def other(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"fields": request.POST.dict(), "files": list(request.FILES)})


_OPEN = "A page of this test."
urlpatterns = [
    *_pages,
    path("test/add", open_to_all(uploads.takes_a_file(add), why=_OPEN)),
    path("test/other", open_to_all(other, why=_OPEN)),
]
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    settings.DOCUMENTS_URL = f"file:{tmp_path / 'documents'}"
    settings.ROOT_URLCONF = __name__


@pytest.fixture
def reference(clinic: Office) -> str:
    return office.taken_down().reference


def file_of(content: bytes, name: str = "Letter of 2 March.pdf") -> io.BytesIO:
    found = io.BytesIO(content)
    found.name = name
    return found


def sent(client: Client, reference: str, content: bytes = PDF, **fields: Any) -> Any:
    form = {"reference": reference, "sort": "came_in"} | fields | {"file": file_of(content)}
    return client.post("/test/add", form)


def call(body: bytes, *, boundary: str = "x", length: int | None = None) -> HttpRequest:
    made = RequestFactory().generic(
        "POST", "/", body, content_type=f"multipart/form-data; boundary={boundary}"
    )
    if length is not None:
        made.META["CONTENT_LENGTH"] = str(length)
    return made


def part(name: str, value: bytes, file: str | None = None) -> bytes:
    ending = "" if file is None else f'; filename="{file}"'
    head = f'--x\r\nContent-Disposition: form-data; name="{name}"{ending}\r\n\r\n'
    return head.encode() + value + b"\r\n"


# --- a page of a browser without script ------------------------------------------------------------
def test_a_form_of_a_page_is_kept_sealed_with_what_its_fields_say(reference: str) -> None:
    answer = sent(Client(), reference, description="Signed on the second page")
    assert (answer.status_code, answer.content) == (200, b"kept")
    row = Document.objects.get()
    assert (row.stage, row.type, row.size) == (Stage.KEPT, "pdf", len(PDF))
    assert (row.facts.name, row.facts.description) == (
        "Letter of 2 March.pdf",
        "Signed on the second page",
    )
    leave = documents.allow_download(str(row.pk), actor=OFFICER, now=NOON)
    fetched = documents.fetch(str(leave.pk), actor=OFFICER, now=NOON)
    assert b"".join(fetched.pieces) == PDF


def test_the_token_is_compared_before_a_byte_of_the_file_is_read(reference: str) -> None:
    client = Client(enforce_csrf_checks=True)
    refused = sent(client, reference, PDF[:9] + b"\0" * 2_000_000)
    assert refused.status_code == 403
    assert refused.wsgi_request._stream._pos < 2 * PIECES
    assert list(store().older_than(NOON.replace(year=2100))) == []
    client.cookies["csrftoken"] = "a" * 32
    assert sent(client, reference, csrfmiddlewaretoken="a" * 32).content == b"kept"


def test_nothing_is_written_in_the_clear(reference: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """No temporary file, on the way that expects a file and on every other."""

    def opened(*_args: Any, **_kwargs: Any) -> Any:
        raise AssertionError("a temporary file")

    monkeypatch.setattr(tempfile, "NamedTemporaryFile", opened)
    monkeypatch.setattr("django.core.files.uploadedfile.tempfile.NamedTemporaryFile", opened)
    big = PDF[:9] + b"\0" * 4_000_000
    assert sent(Client(), reference, big).content == b"kept"
    answer = Client().post("/test/other", {"name": "x", "file": file_of(big)})
    assert answer.json() == {"fields": {"name": "x"}, "files": []}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty. Choose another file."),
        (b"MZ\x90\0" + b"\0" * 300, "This kind of file cannot be kept here."),
        (PDF[:9] + b"\0" * 1_000_000, "The file must be 1 MB or smaller."),
    ],
)
def test_what_is_wrong_with_a_file_is_said_and_nothing_is_on_record(
    reference: str, settings: Any, content: bytes, sentence: str
) -> None:
    settings.DOCUMENT_BYTES = 1_000_000
    answer = sent(Client(), reference, content)
    assert (answer.status_code, answer.content.decode()[: len(sentence)]) == (422, sentence)
    assert not Document.objects.exists()
    assert list(store().older_than(NOON.replace(year=2100))) == []


def test_a_form_without_a_file_asks_for_one(reference: str) -> None:
    without, unchosen = BEFORE + ENDED, BEFORE + part("file", b"", "") + ENDED
    for body in (without, unchosen):
        answer = Client().post("/test/add", body, content_type="multipart/form-data; boundary=x")
        assert answer.content == b"Choose a file."


def test_what_may_not_be_is_refused_before_the_file_is_read(reference: str, settings: Any) -> None:
    settings.DOCUMENTS_EACH = 0
    read: list[bytes] = []

    def pieces() -> Any:
        read.append(b"")
        yield PDF

    raw = {"sort": "came_in", "name": "Letter.pdf"}
    with pytest.raises(NotNow):
        documents.add(reference, raw, pieces(), actor=OFFICER, now=NOON)
    with pytest.raises(NotPermitted):
        documents.add(reference, raw, pieces(), actor=office.AUDITOR, now=NOON)
    assert not read


# --- how it is read --------------------------------------------------------------------------------
BEFORE = part("sort", b"came_in")
ENDED = b"--x--\r\n"
BROKEN = {
    "cut off in a field": BEFORE[:-9],
    "cut off in a header": BEFORE + b"--x\r\nContent-Disposition: form-da",
    "no boundary at all": b"sort=came_in",
    "something before the first part": b"hello\r\n" + BEFORE + ENDED,
    "a part without a name": b"--x\r\nContent-Disposition: form-data\r\n\r\nx\r\n" + ENDED,
    "a part that is no form's": b'--x\r\nContent-Disposition: inline; name="a"\r\n\r\nx\r\n'
    + ENDED,
    "headers without end": b"--x\r\n" + b"a" * 5_000,
    "a field that is no text": part("sort", b"\xff") + ENDED,
    "a boundary that goes on": BEFORE + b"--xy\r\n",
    "too many fields": b"".join(part(f"a{n}", b"") for n in range(101)) + ENDED,
    "too much in fields": part("a", b"a" * 300_000) + ENDED,
}


@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN)
def test_what_reads_as_no_form_is_none(body: bytes) -> None:
    with pytest.raises(uploads.NotAForm):
        uploads.read(call(body))


@pytest.mark.parametrize("boundary", ["", "y" * 71])
def test_a_boundary_is_short_and_there(boundary: str) -> None:
    with pytest.raises(uploads.NotAForm):
        uploads.read(call(b"--\r\n", boundary=boundary))


def test_a_broken_form_is_a_bad_request(reference: str) -> None:
    answer = Client().post(
        "/test/add", b"sort=came_in", content_type="multipart/form-data; boundary=x"
    )
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("rest", "sentence"),
    [
        (b"", "The file did not arrive whole. Send it again."),
        (b"\r\n--x", "The file did not arrive whole. Send it again."),
        (b"\r\n--xx--", "The file did not arrive whole. Send it again."),
        (b"\r\n" + BEFORE + ENDED, "Send one file, after everything else in the form."),
    ],
)
def test_a_file_is_whole_and_comes_last(rest: bytes, sentence: str) -> None:
    body = BEFORE + part("file", b"", "a.pdf").removesuffix(b"\r\n") + PDF + rest
    found = uploads.read(call(body))
    with pytest.raises(BadInput) as refused:
        list(found.pieces)
    assert refused.value.problems[0].sentence == sentence


def test_a_file_that_holds_what_looks_like_a_boundary_comes_whole() -> None:
    content = b"--x\r\n\r\n-x\r\n--\r\n--y--\n--x--" * 9_000
    found = uploads.read(call(part("file", content, "a.txt") + ENDED))
    assert (found.fields, found.file, found.name) == ({}, "file", "a.txt")
    assert b"".join(found.pieces) == content


def test_wherever_the_pieces_break_the_same_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    content = b"%PDF-\r\n--\r\n-x--x\r\n"
    for length in range(1, 40):
        monkeypatch.setattr(uploads, "PIECE", length)
        found = uploads.read(call(BEFORE + part("file", content, "a.pdf") + ENDED))
        assert found.fields == {"sort": "came_in"}
        assert b"".join(found.pieces) == content


def test_a_file_passes_without_being_held() -> None:
    """What is held never exceeds two pieces, however long the file is."""
    content = b"a" * 3_000_000
    found = uploads.read(call(part("file", content, "a.txt") + ENDED))
    longest = 0
    for piece in found.pieces:
        longest = max(longest, sys.getsizeof(piece))
    assert longest < 2 * PIECES + 1_000


def test_without_a_length_there_is_no_form() -> None:
    made = call(BEFORE + ENDED)
    del made.META["CONTENT_LENGTH"]
    with pytest.raises(uploads.NotAForm):
        uploads.read(made)
