"""Nothing of a document is stored by halves, whatever breaks and whoever is quicker."""

import os
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, transaction

from privacy_portal.blobs import store
from requests_app.actions import document_sweep, documents
from requests_app.documents.models import Document, Stage
from requests_app.documents.store import Missing, Unreachable
from requests_app.errors import NotNow, TryLater
from tests.support import office
from tests.support.office import NOON, STAFF, Office

pytestmark = pytest.mark.django_db
BY: dict[str, Any] = {"actor": STAFF, "now": NOON}
TEXT = b"A letter of 2 March."


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    root = tmp_path / "documents"
    settings.DOCUMENTS_URL = f"file:{root}"
    return root


@pytest.fixture
def clinic(db: None) -> Office:
    return office.set_up()


@pytest.fixture
def announced(clinic: Office) -> Document:
    raw = {"sort": "came_in", "name": "Letter.txt"}
    return documents.announce(office.taken_down().reference, raw, **BY)


def receive(row: Document, content: bytes = TEXT) -> Document:
    return documents.receive(str(row.pk), [content], size=len(content), **BY)


def files(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.is_file()]


def test_of_two_who_send_the_file_at_once_one_is_told_and_its_file_is_swept(
    announced: Document, folder: Path
) -> None:
    def overtaken() -> Iterator[bytes]:
        yield TEXT[:5]
        receive(announced)
        yield TEXT[5:]

    with pytest.raises(NotNow):
        documents.receive(str(announced.pk), overtaken(), size=len(TEXT), **BY)
    assert len(files(folder)) == 2
    age(folder, days=6)
    assert document_sweep.remove_orphans(now=datetime.now(UTC)) == 0
    age(folder, days=8)
    assert document_sweep.remove_orphans(now=datetime.now(UTC)) == 1
    kept = Document.objects.get()
    assert [path.name for path in files(folder)] == [kept.blob]
    assert document_sweep.remove_orphans(now=datetime.now(UTC)) == 0


def age(root: Path, *, days: int) -> None:
    then = (datetime.now(UTC) - timedelta(days=days)).timestamp()
    for path in files(root):
        os.utime(path, (then, then))


def test_a_transaction_that_fails_at_the_last_leaves_the_document_waiting(
    announced: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("the database went away")

    with monkeypatch.context() as patch:
        patch.setattr(documents, "_log", broken)
        with pytest.raises(RuntimeError):
            receive(announced)
    assert Document.objects.get().stage == Stage.EXPECTED
    assert receive(announced).stage == Stage.KEPT


def test_a_storage_that_does_not_answer_is_said_and_nothing_changes(
    announced: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(*_: Any) -> None:
        raise Unreachable

    with monkeypatch.context() as patch:
        patch.setattr(type(store()), "put", silent)
        with pytest.raises(TryLater):
            receive(announced)
    assert receive(announced).stage == Stage.KEPT


def test_what_never_came_lapses_after_a_day(announced: Document) -> None:
    assert document_sweep.lapse(now=NOON + timedelta(hours=23)) == 0
    assert document_sweep.lapse(now=NOON + timedelta(hours=24)) == 1
    assert document_sweep.lapse(now=NOON + timedelta(hours=24)) == 0
    assert Document.objects.get().stage == Stage.LAPSED
    with pytest.raises(NotNow):
        receive(announced)


def test_a_lost_file_is_an_alarm_and_no_answer(announced: Document, folder: Path) -> None:
    receive(announced)
    leave = documents.allow_download(str(announced.pk), **BY)
    files(folder)[0].unlink()
    with pytest.raises(Missing), transaction.atomic():
        documents.fetch(str(leave.pk), **BY)


CHANGES = {
    "its file": {"blob": "0" * 32},
    "its length": {"size": 1},
    "what it is to the office": {"sort": "identity"},
    "kept to expected": {"stage": "expected"},
    "whose it is": {"announced_by": "somebody"},
}


@pytest.mark.parametrize("what", CHANGES)
def test_postgresql_refuses_what_no_action_does(announced: Document, what: str) -> None:
    receive(announced)
    with pytest.raises((IntegrityError, ProgrammingError)), transaction.atomic():
        Document.objects.filter(pk=announced.pk).update(**CHANGES[what])
    with pytest.raises(ProgrammingError), transaction.atomic():
        Document.objects.filter(pk=announced.pk)._raw_delete("default")


def _through(row: Document, megabytes: int) -> int:
    """The most memory that was held while a file went in and came out again."""
    piece = b"%PDF-1.7" + bytes(65_528)
    count = megabytes * 16
    tracemalloc.start()
    try:
        size = count * len(piece)
        documents.receive(str(row.pk), (piece for _ in range(count)), size=size, **BY)
        leave = documents.allow_download(str(row.pk), **BY)
        fetched = documents.fetch(str(leave.pk), **BY)
        assert sum(map(len, fetched.pieces)) == size
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_does_not_grow_with_the_file(announced: Document) -> None:
    assert _through(announced, 12) < 3_000_000


@pytest.mark.soak
def test_memory_does_not_grow_with_a_hundred_megabytes(announced: Document, settings: Any) -> None:
    settings.DOCUMENT_BYTES = 200_000_000
    assert _through(announced, 100) < 3_000_000
