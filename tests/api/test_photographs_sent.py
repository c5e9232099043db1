"""Photographs and PDFs that are sent in: what is kept of them, and that nothing is where it is refused."""

import hashlib
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfWriter

from audit import log
from audit.log import Facet
from requests_app import events
from requests_app.documents.models import Document, Stage
from tests.api.test_documents import downloaded, kept, read_all
from tests.support import office, pictures
from tests.support.api import Caller
from tests.support.office import Office

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.DOCUMENTS_URL = f"file:{tmp_path / 'documents'}"
    return tmp_path / "documents"


@pytest.fixture
def reference(clinic: Office, folder: Path) -> str:
    return office.taken_down().reference


def stored(folder: Path) -> list[Path]:
    return [one for one in folder.rglob("*") if one.is_file()] if folder.exists() else []


def locked(*, user: str, algorithm: str) -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(width=72, height=72)
    writer.encrypt(user_password=user, owner_password="owner", algorithm=algorithm)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def refused(officer: Caller, reference: str, content: bytes) -> str:
    body = {"sort": "came_in", "name": "Paper"}
    row = officer.post(f"/requests/{reference}/documents", body).json()
    answer = officer.send_file(row["content_url"], content)
    assert answer.status_code == 422, answer.content
    assert Document.objects.get(pk=row["id"]).stage == Stage.EXPECTED
    (error,) = answer.json()["errors"]
    return str(error["detail"])


@pytest.mark.parametrize("sort", ["came_in", "identity", "authority"])
def test_what_a_telephone_wrote_is_not_kept_and_the_log_tells_what_came(
    officer: Caller, reference: str, sort: str
) -> None:
    came = pictures.heic(orientation=6)
    row = kept(officer, reference, sort, came)
    content = read_all(downloaded(officer, row["id"]))

    assert (row["type"], row["bytes"]) == ("image/jpeg", len(content))
    assert row["sha256"] == hashlib.sha256(content).hexdigest()
    assert not [trace for trace in pictures.TRACES if trace in content]
    assert pictures.opened(content).size == (32, 64)
    (entry,) = log.find(Facet.NAME, events.DOCUMENT_KEPT).entries
    assert entry.entry.extra == {
        "type": "jpeg",
        "bytes": len(content),
        "sha256": row["sha256"],
        "came_as": "heic",
        "came_sha256": hashlib.sha256(came).hexdigest(),
    }


def test_a_record_to_be_given_is_given_as_it_is_held(officer: Caller, reference: str) -> None:
    """45 CFR 164.524(c)(2): a picture that is part of the record is not drawn anew."""
    came = pictures.jpeg(orientation=6)
    row = kept(officer, reference, "release", came)
    assert read_all(downloaded(officer, row["id"])) == came


def test_nothing_is_kept_of_a_picture_that_cannot_be_opened(
    officer: Caller, reference: str, folder: Path
) -> None:
    sentence = refused(officer, reference, pictures.jpeg()[:-40])
    assert sentence == "The picture could not be opened. Take it again, or send it as a PDF."
    assert stored(folder) == []


@pytest.mark.parametrize("algorithm", ["RC4-128", "AES-128", "AES-256"])
def test_a_pdf_that_a_password_locks_is_refused_and_not_kept(
    officer: Caller, reference: str, folder: Path, algorithm: str
) -> None:
    sentence = refused(officer, reference, locked(user="secret", algorithm=algorithm))
    assert sentence == "The PDF is locked with a password. Save it without one and send it again."
    assert stored(folder) == []


@pytest.mark.parametrize("algorithm", ["RC4-128", "AES-256"])
def test_a_pdf_that_only_must_not_be_changed_is_kept_byte_for_byte(
    officer: Caller, reference: str, algorithm: str
) -> None:
    content = locked(user="", algorithm=algorithm)
    row = kept(officer, reference, content=content)
    assert read_all(downloaded(officer, row["id"])) == content


def test_a_pdf_whose_lock_cannot_be_read_is_refused_in_a_sentence(
    officer: Caller, reference: str, folder: Path
) -> None:
    broken = b"%PDF-1.7\n" + b"\n" * 65_520 + b"/Encrypt 7 0 R" + b"\n" * 9
    sentence = refused(officer, reference, broken)
    assert sentence == "The PDF could not be opened. Save it anew and send it again."
    assert stored(folder) == []


def test_a_locked_record_may_be_given(officer: Caller, reference: str) -> None:
    content = locked(user="secret", algorithm="AES-256")
    row = kept(officer, reference, "release", content)
    assert read_all(downloaded(officer, row["id"])) == content
