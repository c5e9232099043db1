from pathlib import Path

import pytest

from audit.crypto import providers
from audit.crypto.providers import LocalFile
from audit.errors import SealBroken, UnknownKey, UnsafeKeyFile
from tests.audit.support import every_flip

KEY = bytes(range(32))


def only_key(folder: Path) -> Path:
    return next(folder.glob("kek-*.key"))


def test_a_made_key_wraps_and_unwraps(tmp_path: Path) -> None:
    kek_id = providers.make_kek(tmp_path)
    keeper = LocalFile(tmp_path)
    assert keeper.id == kek_id
    assert keeper.unwrap(keeper.wrap(KEY, b"dek 1"), b"dek 1", kek_id=kek_id) == KEY


def test_key_files_are_readable_by_the_owner_only(tmp_path: Path) -> None:
    providers.make_kek(tmp_path)
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o666, 0o700 | 0o010])
def test_a_key_file_open_to_others_is_not_used(tmp_path: Path, mode: int) -> None:
    providers.make_kek(tmp_path)
    only_key(tmp_path).chmod(mode)
    with pytest.raises(UnsafeKeyFile, match="chmod 600"):
        LocalFile(tmp_path)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(bytes(31), id="too short"),
        pytest.param(bytes(33), id="too long"),
        pytest.param(bytes(32), id="another key than the name says"),
    ],
)
def test_a_file_that_is_not_its_key_is_not_used(tmp_path: Path, content: bytes) -> None:
    providers.make_kek(tmp_path)
    only_key(tmp_path).write_bytes(content)
    with pytest.raises(UnsafeKeyFile):
        LocalFile(tmp_path)


def test_a_missing_key_is_not_replaced(tmp_path: Path) -> None:
    with pytest.raises(UnknownKey, match="no active"):
        LocalFile(tmp_path)
    providers.make_kek(tmp_path)
    only_key(tmp_path).unlink()
    with pytest.raises(UnknownKey, match="not in the key folder"):
        LocalFile(tmp_path)


@pytest.mark.parametrize("name", ["../../etc/passwd", "local:0/../0", "local:ABCDEF0123456789", ""])
def test_the_active_key_is_named_by_its_fingerprint_alone(tmp_path: Path, name: str) -> None:
    (tmp_path / "kek-active").write_text(name)
    with pytest.raises(UnknownKey):
        LocalFile(tmp_path)


def test_an_older_key_still_unwraps(tmp_path: Path) -> None:
    older = providers.make_kek(tmp_path)
    wrapped = LocalFile(tmp_path).wrap(KEY, b"dek 1")
    newer = LocalFile(providers.make_kek(tmp_path) and tmp_path)
    assert newer.id != older
    assert newer.unwrap(wrapped, b"dek 1", kek_id=older) == KEY
    with pytest.raises(SealBroken):
        newer.unwrap(wrapped, b"dek 1", kek_id=newer.id)


def test_a_key_of_another_context_is_refused(tmp_path: Path) -> None:
    kek_id = providers.make_kek(tmp_path)
    keeper = LocalFile(tmp_path)
    with pytest.raises(SealBroken):
        keeper.unwrap(keeper.wrap(KEY, b"dek 1"), b"dek 2", kek_id=kek_id)


def test_every_changed_byte_of_a_wrapped_key_is_refused(tmp_path: Path) -> None:
    kek_id = providers.make_kek(tmp_path)
    keeper = LocalFile(tmp_path)
    for changed in [*every_flip(keeper.wrap(KEY, b"dek 1")), b"", bytes(7)]:
        with pytest.raises(SealBroken):
            keeper.unwrap(changed, b"dek 1", kek_id=kek_id)


def test_a_provider_never_prints_a_key(tmp_path: Path) -> None:
    providers.make_kek(tmp_path)
    keeper = LocalFile(tmp_path)
    keeper.wrap(KEY, b"dek 1")
    assert repr(keeper) == f"<LocalFile {keeper.id}>"
