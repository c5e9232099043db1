"""A storage keeps a file whole under its name, or not at all; a folder and a bucket alike."""

import os
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from privacy_portal import blobs
from privacy_portal.blobs import folder, s3
from privacy_portal.env import Misconfigured
from requests_app.documents.store import Missing, Store, Unreachable

BEYOND = datetime(2999, 1, 1, tzinfo=UTC)
LONG = s3.PART + 3 * 65_536


@pytest.fixture
def store(documents_url: str) -> Store:
    return blobs.located(documents_url)


def name() -> str:
    return uuid4().hex


def pieces(size: int) -> Iterator[bytes]:
    for at in range(0, size, 65_536):
        yield bytes([at // 65_536 % 251]) * min(65_536, size - at)


@pytest.mark.parametrize("size", [1, 65_536, LONG], ids=["one byte", "one piece", "in parts"])
def test_a_file_comes_back_as_it_was_stored(store: Store, size: int) -> None:
    called = name()
    store.put(called, pieces(size))
    assert b"".join(store.read(called)) == b"".join(pieces(size))


@pytest.mark.parametrize("after", [10, LONG], ids=["early", "in the second part"])
def test_what_breaks_off_is_not_stored(store: Store, after: int) -> None:
    def broken() -> Iterator[bytes]:
        yield from pieces(after)
        raise ValueError("broken off")

    called = name()
    with pytest.raises(ValueError, match="broken off"):
        store.put(called, broken())
    with pytest.raises(Missing):
        next(store.read(called))
    assert list(store.older_than(BEYOND)) == []


def test_a_deleted_file_is_gone_and_deleting_it_again_is_no_fault(store: Store) -> None:
    called = name()
    store.put(called, [b"x"])
    store.delete(called)
    store.delete(called)
    with pytest.raises(Missing):
        next(store.read(called))


def test_files_are_listed_by_their_age(store: Store) -> None:
    called = {name() for _ in range(3)}
    for one in called:
        store.put(one, [b"x"])
    assert set(store.older_than(BEYOND)) == called
    assert list(store.older_than(datetime.now(UTC) - timedelta(hours=1))) == []


# --- a folder ------------------------------------------------------------------------------------
def test_a_folder_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    root = tmp_path / "documents"
    blobs.located(f"file:{root}").put(name(), [b"x"])
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (root, *root.rglob("*"))}
    assert modes == {0o700, 0o600}


def test_what_a_killed_process_began_is_found_and_deleted(tmp_path: Path) -> None:
    root, called = tmp_path / "documents", name()
    store = folder.Folder(root)
    store.put(called, [b"x"])
    place = root / called[:2] / called
    place.rename(place.with_name(f"{called}.part"))
    (root / called[:2] / "something else").touch()
    assert list(store.older_than(BEYOND)) == [called]
    store.delete(called)
    assert [path.name for path in root.rglob("*") if path.is_file()] == ["something else"]


def test_a_full_disk_is_said_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Unreachable):
        folder.Folder(tmp_path).put(name(), [b"x"])
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("called", ["", "../../etc/passwd", "a" * 31, "A" * 32, "a" * 32 + "\n"])
def test_no_other_name_leads_anywhere(tmp_path: Path, called: str) -> None:
    store = folder.Folder(tmp_path)
    with pytest.raises(Missing):
        next(store.read(called))
    with pytest.raises(Missing):
        store.put(called, [b"x"])


# --- a bucket ------------------------------------------------------------------------------------
def test_an_upload_in_parts_that_was_never_ended_is_found_and_given_up(bucket_url: str) -> None:
    store: Any = blobs.located(bucket_url)
    called = name()
    store._client.create_multipart_upload(Bucket=store._bucket, Key=store._key(called))
    assert list(store.older_than(BEYOND)) == [called]
    store.delete(called)
    assert list(store.older_than(BEYOND)) == []


def test_two_practices_in_one_bucket_do_not_see_each_other(bucket_url: str) -> None:
    ours, theirs = blobs.located(bucket_url), blobs.located(f"{bucket_url}-2")
    theirs.put(name(), [b"x"])
    assert list(ours.older_than(BEYOND)) == []


def test_no_more_than_a_part_is_read_ahead(bucket_url: str) -> None:
    """What is asked of the source before the storage has taken what came before."""
    store: Any = blobs.located(bucket_url)
    asked, largest = 0, 0
    upload = store._client.upload_part

    def taken(**part: Any) -> Any:
        nonlocal asked, largest
        largest, asked = max(largest, asked), 0
        return upload(**part)

    def counted() -> Iterator[bytes]:
        nonlocal asked
        for piece in pieces(3 * s3.PART):
            asked += len(piece)
            yield piece

    store._client.upload_part = taken
    store.put(name(), counted())
    assert s3.PART <= largest <= s3.PART + 2 * 65_536


@pytest.mark.parametrize("what", ["nobody listens", "no such bucket"])
def test_a_storage_that_does_not_answer_is_said_without_its_words(
    s3_server: str, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = "127.0.0.1:9" if what == "nobody listens" else s3_server
    store: Any = blobs.located(f"s3+http://example:example@{where}/no-such-bucket")
    with pytest.raises(Unreachable) as refused:
        store.put(name(), [b"x"])
    assert str(refused.value) == ""
    assert refused.value.__cause__ is None


# --- DOCUMENTS_URL -------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "url",
    [
        "", "documents", "file:documents", "file://host/folder", "s3://bucket",
        "s3://KEY:s3cret@host", "s3://host/bucket", "ftp://KEY:s3cret@host/bucket",
        "s3://KEY:s3cret@host:port/bucket",
    ],
)  # fmt: skip
def test_an_address_that_names_no_storage_stops_the_start(url: str, settings: Any) -> None:
    settings.DOCUMENTS_URL = url
    with pytest.raises(Misconfigured) as refused:
        blobs.check()
    assert "s3cret" not in str(refused.value)


@pytest.mark.parametrize(
    ("url", "endpoint"),
    [
        ("s3://KEY:s3cret@s3.example.org/bucket", "https://s3.example.org"),
        ("s3://KEY:s3%2Fcret@s3.example.org:9000/bucket/a/b", "https://s3.example.org:9000"),
        ("s3+http://KEY:s3cret@minio:9000/bucket?region=eu-1", "http://minio:9000"),
    ],
)
def test_an_address_is_read_to_the_letter(url: str, endpoint: str) -> None:
    store: Any = blobs.located(url)
    assert store._client.meta.endpoint_url == endpoint
    assert store._bucket == "bucket"
    assert store._client.meta.region_name == ("eu-1" if "region" in url else "us-east-1")


def test_a_kind_of_file_nobody_knows_stops_the_start(settings: Any) -> None:
    settings.DOCUMENT_TYPES = ["pdf", "exe"]
    with pytest.raises(Misconfigured, match="PRIVACY_DOCUMENT_TYPES"):
        blobs.check()
