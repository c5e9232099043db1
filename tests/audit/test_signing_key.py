"""The signing key's file: closed to others, of this log, whole."""

import stat
from pathlib import Path

import pytest

from audit.errors import UnsafeKeyFile
from audit.note import Kind, Signer
from audit.sealer import keys

ORIGIN = "log.example/1"


def test_a_key_is_made_once_and_readable_by_its_owner_alone(tmp_path: Path) -> None:
    file = keys.make(tmp_path / "sealer", ORIGIN)
    first = keys.read(file, ORIGIN)
    assert keys.read(keys.make(tmp_path / "sealer", ORIGIN), ORIGIN) == first
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert [one.name for one in first] == [ORIGIN]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("", id="nothing"),
        pytest.param("nonsense\n", id="something else"),
        pytest.param(Signer("log.example/2", bytes(32)).secret(), id="another log's"),
        pytest.param(Signer(ORIGIN, bytes(32), Kind.COSIGNATURE).secret(), id="a witness's"),
        pytest.param("\n".join(Signer(ORIGIN, bytes([n]) * 32).secret() for n in range(3)),
                     id="three at once"),
    ],
)  # fmt: skip
def test_what_is_no_key_of_this_log_is_refused(tmp_path: Path, content: str) -> None:
    file = keys.make(tmp_path, ORIGIN)
    file.write_text(content)
    with pytest.raises(UnsafeKeyFile) as refused:
        keys.read(file, ORIGIN)
    assert "PRIVATE" not in str(refused.value)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644])
def test_a_key_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    file = keys.make(tmp_path, ORIGIN)
    file.chmod(mode)
    with pytest.raises(UnsafeKeyFile, match="chmod 600"):
        keys.read(file, ORIGIN)


def test_a_missing_key_is_not_made_anew_by_whoever_reads(tmp_path: Path) -> None:
    with pytest.raises(UnsafeKeyFile, match="cannot be read"):
        keys.read(tmp_path / "signing-key", ORIGIN)
