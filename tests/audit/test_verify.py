"""`python -m audit.verify`: what it accepts, what it finds, and how it says so."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from audit import checkpoint, merkle, proof, publish, tiles
from audit.checkpoint import Checkpoint
from audit.note import Signer
from audit.tiles import Folder
from audit.verify import cli
from audit.verify.pack import pack
from tests.audit.support import every_flip
from tests.audit.vectors import LEAVES
from tests.support.logs import SIGNER, TIME, WITNESS, altered, grow, random_entries

ROOT = Path(__file__).resolve().parents[2]
VKEYS = ("--vkey", str(SIGNER.verifier))
SIZE = 700
ENTRIES = random_entries(SIZE)
OLD = 300


@pytest.fixture(scope="session")
def _made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log that was published at 300 entries, and now is at 700."""
    folder = tmp_path_factory.mktemp("log")
    head = grow(folder, 0, ENTRIES[:OLD])
    (folder / "old").write_bytes(head)
    grow(folder, OLD, ENTRIES[OLD:])
    return folder


@pytest.fixture
def log(_made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(_made, tmp_path / "log"))


@pytest.fixture
def verify(capsys: pytest.CaptureFixture[str]) -> Callable[..., dict[str, Any]]:
    def run(*arguments: object) -> dict[str, Any]:
        code = cli.main([*map(str, arguments), *VKEYS, "--json"])
        told: dict[str, Any] = json.loads(capsys.readouterr().out)
        assert told["exit"] == code
        return told

    return run


Verify = Callable[..., dict[str, Any]]


def first(told: dict[str, Any]) -> tuple[str, int | None, int | None]:
    found = told["first"]
    return found["fault"], found["first"], found["last"]


# --- a log as it was signed ----------------------------------------------------------------------
def test_a_log_as_signed_is_accepted_with_every_entry_and_tile_counted(
    log: Path, verify: Verify
) -> None:
    told = verify("log", log)
    assert (told["result"], told["first"], told["findings"]) == ("ok", None, [])
    assert (told["entries_checked"], told["size"], told["origin"]) == (SIZE, SIZE, SIGNER.name)
    # Three of level 0, one of level 1, and the one of level 1 that the older head needed.
    assert told["tiles_checked"] == 5


def test_the_head_seen_earlier_is_found_again(log: Path, verify: Verify) -> None:
    assert verify("log", log, "--seen", log / "old")["result"] == "ok"


def test_the_witnesses_time_is_told(log: Path, verify: Verify) -> None:
    told = verify("log", log, "--witness-vkey", WITNESS.verifier)
    assert (told["result"], told["witnesses"]) == ("ok", {WITNESS.name: TIME})


@pytest.mark.parametrize("size", [0, 1, 8, 256, 257, 512])
def test_logs_of_awkward_sizes_are_accepted(tmp_path: Path, verify: Verify, size: int) -> None:
    grow(tmp_path, 0, random_entries(size))
    assert verify("log", tmp_path)["result"] == "ok"


def test_a_log_that_is_ahead_of_its_head_is_accepted_up_to_it(log: Path, verify: Verify) -> None:
    """Bundles and tiles are published before the head that covers them."""
    publish.extend(log, SIZE, random_entries(200))
    publish.drop_partials(log, old=SIZE, new=SIZE + 200)
    told = verify("log", log)
    assert (told["result"], told["entries_checked"]) == ("ok", SIZE)


def test_words_say_it_in_a_line(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["log", str(log), *VKEYS]) == 0
    assert capsys.readouterr().out.startswith("log: OK\n")


# --- one fault, and where it is --------------------------------------------------------------
def _entry(log: Path) -> None:
    altered(log / "tile/entries/001", 40)


def _two_entries(log: Path) -> None:
    _entry(log)
    altered(log / "tile/entries/000", -1)


def _entry_and_hash(log: Path) -> None:
    """As a superuser would: entry and leaf hash fit each other, and not the tree."""
    held = Folder(log, SIZE).entries(tiles.Tile(tiles.ENTRIES, 1))
    held[7] = b"another story"
    (log / "tile/entries/001").write_bytes(tiles.pack_bundle(held))
    (log / "tile/0/001").write_bytes(b"".join(map(merkle.leaf_hash, held)))


def _last_tile(log: Path) -> None:
    held = Folder(log, SIZE).entries(tiles.Tile(tiles.ENTRIES, 2, SIZE - 512))
    held[-1] = b"another story"
    (log / f"tile/entries/002.p/{SIZE - 512}").write_bytes(tiles.pack_bundle(held))
    row = b"".join(map(merkle.leaf_hash, held))
    (log / f"tile/0/002.p/{SIZE - 512}").write_bytes(row)


def _hash(log: Path) -> None:
    altered(log / "tile/0/001", 32 * 3)


def _upper(log: Path) -> None:
    altered(log / "tile/1/000.p/2", 33)


def _earlier(log: Path) -> None:
    altered(log / "tile/1/000.p/1", 0)


def _swap(log: Path) -> None:
    held = Folder(log, SIZE).entries(tiles.Tile(tiles.ENTRIES, 0))
    held[10], held[20] = held[20], held[10]
    (log / "tile/entries/000").write_bytes(tiles.pack_bundle(held))


def _cut_bundle(log: Path) -> None:
    path = log / "tile/entries/001"
    path.write_bytes(path.read_bytes()[:-1])


def _longer_bundle(log: Path) -> None:
    path = log / "tile/entries/001"
    path.write_bytes(path.read_bytes() + b"\0\0")


def _cut_tile(log: Path) -> None:
    (log / "tile/0/001").write_bytes(bytes(32 * 255))


def _longer_tile(log: Path) -> None:
    path = log / "tile/0/001"
    path.write_bytes(path.read_bytes() + bytes(32))


def _resigned(log: Path) -> None:
    """By somebody who stole the key, over another tree of the same size."""
    head = Checkpoint(SIGNER.name, SIZE, bytes(32))
    (log / "checkpoint").write_bytes(checkpoint.sign(head, SIGNER))


def _stranger(log: Path) -> None:
    head = checkpoint.read_unsigned((log / "checkpoint").read_bytes())
    signer = Signer(SIGNER.name, bytes([8]) * 32)
    (log / "checkpoint").write_bytes(checkpoint.sign(head, signer))


TAMPERED = {
    "an entry": (_entry, "entry", 256, 511, {"entry": 1}),
    "two entries": (_two_entries, "entry", 255, 255, {"entry": 2}),
    "an entry with its hash": (_entry_and_hash, "tile", 256, 511, {"tile": 1}),
    "the last entry with its hash": (_last_tile, "root", None, None, {"root": 1}),
    "a leaf hash": (_hash, "entry", 259, 259, {"entry": 1, "tile": 1}),
    "a hash above": (_upper, "tile", 256, 511, {"tile": 1, "root": 1}),
    "a tile of an older head": (_earlier, "earlier", 0, 255, {"earlier": 1}),
    "two entries changed round": (_swap, "entry", 10, 10, {"entry": 2}),
    "a bundle cut short": (_cut_bundle, "bundle", 511, 511, {"bundle": 1}),
    "a bundle that goes on": (_longer_bundle, "bundle", 511, 511, {"bundle": 1}),
    "a tile cut short": (_cut_tile, "tile", 256, 511, {"tile": 1}),
    "a tile that goes on": (_longer_tile, "tile", 256, 511, {"tile": 1}),
    "another head": (_resigned, "root", None, None, {"root": 1}),
    "a stranger's head": (_stranger, "head", None, None, {"head": 1}),
}


@pytest.mark.parametrize(
    ("fault", "code", "begin", "end", "counts"),
    [pytest.param(*case, id=label) for label, case in TAMPERED.items()],
)
def test_one_fault_is_found_named_and_the_rest_still_counted(
    log: Path, verify: Verify, fault: Callable[[Path], None], code: str,
    begin: int | None, end: int | None, counts: dict[str, int],
) -> None:  # fmt: skip
    fault(log)
    told = verify("log", log)
    assert (told["exit"], told["result"]) == (1, "tampered")
    named, low, high = first(told)
    assert named == code
    assert low is None if begin is None else begin <= low <= high <= end
    assert told["counts"] == counts
    assert told["entries_checked"] >= SIZE - 1


def _no_bundle(log: Path) -> None:
    (log / "tile/entries/001").unlink()


def _no_tile(log: Path) -> None:
    (log / "tile/0/001").unlink()


def _neither(log: Path) -> None:
    _no_bundle(log)
    _no_tile(log)


def _nothing_known(log: Path) -> None:
    _neither(log)
    shutil.rmtree(log / "tile/1")


def _last_entries(log: Path) -> None:
    shutil.rmtree(log / "tile/entries/002.p")
    shutil.rmtree(log / "tile/0/002.p")


def _no_head(log: Path) -> None:
    (log / "checkpoint").unlink()


INCOMPLETE = {
    "a bundle": (_no_bundle, 1),
    "a tile": (_no_tile, 1),
    "bundle and tile": (_neither, 2),
    "bundle, tile and what stood above": (_nothing_known, 3),
    "the last entries": (_last_entries, 1),
    "the head": (_no_head, 1),
}


@pytest.mark.parametrize(
    ("fault", "missing"), [pytest.param(*case, id=label) for label, case in INCOMPLETE.items()]
)
def test_what_is_missing_is_incomplete_and_not_tampered(
    log: Path, verify: Verify, fault: Callable[[Path], None], missing: int
) -> None:
    fault(log)
    told = verify("log", log)
    assert (told["exit"], told["counts"]) == (2, {"missing": missing})


def test_tampering_outweighs_what_is_missing(log: Path, verify: Verify) -> None:
    (log / "tile/entries/000").unlink()
    _entry(log)
    told = verify("log", log)
    assert (told["exit"], first(told)[0]) == (1, "entry")


def test_entries_below_the_minimum_may_be_gone_and_their_hashes_not(
    log: Path, verify: Verify
) -> None:
    (log / "tile/entries/000").unlink()
    assert verify("log", log, "--minimum-index", 255)["exit"] == 2
    told = verify("log", log, "--minimum-index", 256)
    # With the event that tells of it, nothing is left to say: tests/audit/test_bundle.py.
    assert (told["exit"], told["entries_pruned"], told["counts"]) == (2, 256, {"pruned": 1})
    (log / "tile/0/000").unlink()
    told = verify("log", log, "--minimum-index", 256)
    assert (told["exit"], told["counts"]) == (2, {"pruned": 1, "missing": 1})


def test_a_log_that_lost_what_was_seen_is_rolled_back(
    log: Path, tmp_path: Path, verify: Verify
) -> None:
    """Yesterday's folder, put back; and a rewritten one of the right length."""
    seen = log / "checkpoint"
    for number, entries in enumerate((ENTRIES[:OLD], random_entries(900))):
        other = tmp_path / str(number)
        grow(other, 0, entries)
        told = verify("log", other, "--seen", seen)
        assert (told["exit"], told["counts"]) == (1, {"rollback": 1})


def test_a_head_that_claims_more_than_there_can_be_is_answered_at_once(
    log: Path, verify: Verify
) -> None:
    for signer in (SIGNER, Signer(SIGNER.name, bytes([8]) * 32)):
        head = Checkpoint(SIGNER.name, 2**63 - 1, bytes(32))
        (log / "checkpoint").write_bytes(checkpoint.sign(head, signer))
        told = verify("log", log)
        assert told["counts"]["missing"] >= 1
        assert told["exit"] == (2 if signer is SIGNER else 1)


def _folder_for_file(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def _loop(path: Path) -> None:
    path.unlink()
    path.symlink_to(path)


def _endless(path: Path) -> None:
    os.truncate(path, 2**40)


@pytest.mark.parametrize("trick", [_folder_for_file, _pipe, _loop, _endless])
@pytest.mark.parametrize("path", ["checkpoint", "tile/0/001", "tile/entries/001"])
def test_a_file_that_is_none_is_missing_and_keeps_nobody_waiting(
    log: Path, verify: Verify, trick: Callable[[Path], None], path: str
) -> None:
    trick(log / path)
    assert verify("log", log)["counts"] == {"missing": 1}


def test_too_few_witnesses_are_incomplete(log: Path, verify: Verify) -> None:
    other = Signer("witness.example/other", bytes([6]) * 32, WITNESS.kind)
    both = ("--witness-vkey", WITNESS.verifier, "--witness-vkey", other.verifier)
    assert verify("log", log, *both)["counts"] == {"cosigned": 1}
    assert verify("log", log, *both, "--quorum", 1)["exit"] == 0


def test_every_flip_of_a_small_logs_files_is_caught(tmp_path: Path, verify: Verify) -> None:
    grow(tmp_path, 0, LEAVES)
    for path in ("checkpoint", "tile/0/000.p/8", "tile/entries/000.p/8"):
        right = (tmp_path / path).read_bytes()
        for wrong in every_flip(right):
            (tmp_path / path).write_bytes(wrong)
            told = verify("log", tmp_path, "--witness-vkey", WITNESS.verifier)
            assert told["exit"] in {1, 2}, path
            # Only a flip that makes a witness's line another's leaves the log's own word good.
            assert told["exit"] == 1 or told["counts"] == {"cosigned": 1}
        (tmp_path / path).write_bytes(right)
    assert verify("log", tmp_path)["exit"] == 0


# --- one entry, two heads ----------------------------------------------------------------------
@pytest.fixture
def receipt(log: Path, tmp_path: Path) -> Path:
    """The proof of entry 123, and the entry beside it."""
    head = (log / "checkpoint").read_bytes()
    made = proof.make(123, Folder(log, SIZE).node, head)
    (tmp_path / "entry").write_bytes(ENTRIES[123])
    (tmp_path / "123.tlog-proof").write_bytes(made.to_bytes())
    return tmp_path / "123.tlog-proof"


def test_a_proof_holds_for_its_entry(receipt: Path, verify: Verify) -> None:
    told = verify("proof", receipt, "--entry", receipt.parent / "entry")
    assert (told["exit"], told["index"], told["size"]) == (0, 123, SIZE)
    leaf = merkle.leaf_hash(ENTRIES[123]).hex()
    assert verify("proof", receipt, "--leaf-hash", leaf)["exit"] == 0


def test_a_proof_holds_for_no_other_entry(receipt: Path, verify: Verify) -> None:
    leaf = merkle.leaf_hash(ENTRIES[124]).hex()
    told = verify("proof", receipt, "--leaf-hash", leaf)
    assert (told["exit"], first(told)[0]) == (1, "proof")


def test_a_file_that_is_no_proof_is_told_so(receipt: Path, verify: Verify) -> None:
    receipt.write_bytes(b"hello\n")
    assert verify("proof", receipt, "--leaf-hash", "00" * 32)["exit"] == 1


def test_two_heads_of_one_log_are_consistent(log: Path, tmp_path: Path, verify: Verify) -> None:
    path = merkle.consistency_path(OLD, SIZE, Folder(log, SIZE).node)
    (tmp_path / "way").write_bytes(proof.consistency_to_bytes(path))
    heads = (log / "old", log / "checkpoint")
    assert verify("consistency", *heads, "--log", log)["exit"] == 0
    told = verify("consistency", *heads, "--proof", tmp_path / "way")
    assert (told["exit"], told["old_size"], told["size"]) == (0, OLD, SIZE)


def test_heads_the_wrong_way_round_are_a_rollback(log: Path, verify: Verify) -> None:
    told = verify("consistency", log / "checkpoint", log / "old", "--log", log)
    assert (told["exit"], first(told)[0]) == (1, "rollback")


def test_heads_of_a_fork_are_not_consistent(log: Path, tmp_path: Path, verify: Verify) -> None:
    grow(tmp_path / "fork", 0, random_entries(OLD))
    told = verify("consistency", tmp_path / "fork/checkpoint", log / "checkpoint", "--log", log)
    assert (told["exit"], first(told)[0]) == (1, "proof")


# --- how it is called --------------------------------------------------------------------------
@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param([], id="nothing"),
        pytest.param(["log"], id="no folder"),
        pytest.param(["log", "."], id="no key"),
        pytest.param(["log", "nowhere", *VKEYS], id="a folder that is not there"),
        pytest.param(["log", ".", "--vkey", "nonsense"], id="not a key"),
        pytest.param(["log", ".", "--vkey", str(WITNESS.verifier)], id="a witness as the log"),
        pytest.param(["log", ".", *VKEYS, "--quorum", "1"], id="a quorum of nobody"),
        pytest.param(["log", ".", *VKEYS, "--seen", "nowhere"], id="a head that is not there"),
        pytest.param(["proof", "nowhere", "--leaf-hash", "00" * 32, *VKEYS], id="no proof there"),
        pytest.param(["proof", "pyproject.toml", "--leaf-hash", "0", *VKEYS], id="half a hash"),
        pytest.param(["proof", "pyproject.toml", *VKEYS], id="no entry"),
        pytest.param(["consistency", "a", "b", *VKEYS], id="no way between"),
    ],
)
def test_a_command_that_is_not_understood_ends_with_3(
    arguments: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    assert ended.value.code == 3
    assert "audit.verify" in capsys.readouterr().err


def _as_a_stranger(*arguments: object, without: str) -> subprocess.CompletedProcess[str]:
    """In a process of its own, where some packages cannot be imported."""
    blocked = "; ".join(f"sys.modules[{name!r}] = None" for name in without.split())
    program = (
        f"import sys; {blocked}; from audit.verify.cli import main; sys.exit(main(sys.argv[1:]))"
    )
    return subprocess.run(
        [sys.executable, "-c", program, *map(str, arguments), *VKEYS, "--json"],
        cwd=ROOT, env={"PATH": os.environ["PATH"]}, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_it_needs_neither_django_nor_a_database_nor_a_parser(log: Path) -> None:
    done = _as_a_stranger("log", log, without="django psycopg msgspec")
    assert done.returncode == 0, done.stderr


def test_without_cryptography_hashes_are_checked_and_the_rest_is_said(log: Path) -> None:
    done = _as_a_stranger("log", log, without="cryptography")
    told = json.loads(done.stdout)
    assert (done.returncode, told["counts"]) == (2, {"unsigned": 1})
    assert told["entries_checked"] == SIZE
    _entry(log)
    assert _as_a_stranger("log", log, without="cryptography").returncode == 1


def test_as_a_module(log: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "audit.verify", "log", str(log), *VKEYS],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout.splitlines()[0]) == (0, "log: OK")


def test_packed_into_one_file_it_needs_nothing_of_the_service(log: Path, tmp_path: Path) -> None:
    packed = [tmp_path / "one" / "verify.pyz", tmp_path / "two" / "verify.pyz"]
    for path in packed:
        pack(path)
    assert packed[0].read_bytes() == packed[1].read_bytes()
    done = subprocess.run(
        [sys.executable, "-I", str(packed[0]), "log", str(log), *VKEYS],
        cwd=tmp_path, env={}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout.splitlines()[:1]) == (0, ["log: OK"]), done.stderr
