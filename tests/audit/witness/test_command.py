"""The witness as somebody runs it on another machine: a key, a file, a process that is killed."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from audit.note import Kind, Verifier
from audit.verify.pack import pack_witness
from audit.witness import cli, client
from audit.witness.client import Witness
from tests.support.logs import SIGNER
from tests.support.witnesses import Grown

LOG = Grown(20)
VKEY = str(SIGNER.verifier)


@pytest.fixture
def packed(tmp_path: Path) -> Path:
    pack_witness(tmp_path / "audit-witness.pyz")
    return tmp_path / "audit-witness.pyz"


@pytest.fixture
def key(tmp_path: Path, packed: Path) -> Verifier:
    """Made by the packed program, in a folder that holds nothing of the service."""
    made = _run(packed, "key", "--name", "witness.example/nas", "--out", tmp_path / "key")
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600
    return Verifier.parse(made.stdout.strip())


def _run(program: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-I", str(program), *map(str, arguments)],
        cwd=program.parent, env={}, capture_output=True, text=True, check=True,
    )  # fmt: skip


@pytest.fixture
def serve(packed: Path, key: Verifier) -> Iterator[Callable[[], tuple[Witness, int]]]:
    """Starts it on a free port; the witness, and the process's id."""
    started: list[subprocess.Popen[str]] = []

    def start() -> tuple[Witness, int]:
        process = subprocess.Popen(
            [sys.executable, "-I", str(packed), "serve", "--key", "key", "--state", "state",
             "--log", VKEY, "--listen", "127.0.0.1:0"],
            cwd=packed.parent, env={}, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        started.append(process)
        assert process.stdout is not None
        assert process.stdout.readline().strip() == str(key)
        port = process.stdout.readline().split()[-1]
        return Witness(f"http://127.0.0.1:{port}", key, 5.0), process.pid

    yield start
    for process in started:
        process.kill()
        process.communicate()


def test_killed_after_its_answer_it_still_knows_what_it_signed(
    serve: Callable[[], tuple[Witness, int]],
) -> None:
    witness, pid = serve()
    done = client.cosigned(witness, LOG.head(7), LOG.way)
    os.kill(pid, 9)
    again, _ = serve()
    shown = client.last_signed(again, SIGNER.name, [SIGNER.verifier])
    assert shown is not None
    assert (shown.checkpoint.size, shown.witnesses) == (7, {"witness.example/nas": done.time})


def test_a_key_is_of_a_witness_and_is_never_written_over(tmp_path: Path, key: Verifier) -> None:
    assert (key.name, key.kind) == ("witness.example/nas", Kind.COSIGNATURE)
    before = (tmp_path / "key").read_bytes()
    arguments = ["key", "--name", "witness.example/nas", "--out", str(tmp_path / "key")]
    assert cli.main(arguments) == 3
    assert (tmp_path / "key").read_bytes() == before


def _shared(path: Path) -> None:
    path.chmod(0o640)


def _of_a_log(path: Path) -> None:
    path.write_text(SIGNER.secret())


def _nonsense(path: Path) -> None:
    path.write_text("hello")


@pytest.mark.parametrize("spoil", [_shared, _of_a_log, _nonsense])
def test_a_key_file_that_cannot_be_trusted_is_not_used(
    tmp_path: Path, key: Verifier, spoil: Callable[[Path], None],
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    spoil(tmp_path / "key")
    state = str(tmp_path / "state")
    assert cli.main(["serve", "--key", str(tmp_path / "key"), "--state", state, "--log", VKEY]) == 3
    assert SIGNER.secret()[-20:] not in capsys.readouterr().err


@pytest.mark.parametrize("log", ["nonsense", "the witness's own"])
def test_it_signs_for_logs_only(tmp_path: Path, key: Verifier, log: str) -> None:
    vkey = log if log == "nonsense" else str(key)
    arguments = ["--key", str(tmp_path / "key"), "--state", str(tmp_path / "s"), "--log", vkey]
    assert cli.main(["serve", *arguments]) == 3
