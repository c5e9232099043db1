"""What we write is checked by programs that are not ours, and so is every way of falsifying it."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings

from audit import checkpoint, clock, keys, merkle, proof, tiles
from audit.checkpoint import Checkpoint
from audit.note import Signer, Verifier
from audit.tiles import ENTRIES, Folder, Tile
from audit.verify.heads import Trust, check_proof
from audit.verify.logdir import check_log
from audit.verify.source import Local
from tests.audit import vectors
from tests.audit.support import every_flip
from tests.audit.test_note import malformed
from tests.conftest import pointing_at
from tests.outside.strangers import GO, NODE, Stranger
from tests.support import database
from tests.support.database import OwnDatabase
from tests.support.logs import SIGNER, altered
from tests.support.sealed_logs import (
    append,
    keep_partials,
    put_partials_back,
    sealing,
    wait_until_signed,
)

VKEY = SIGNER.verifier
SIZE, OLD = 70_000, 41_000
each_stranger = pytest.mark.parametrize("stranger", [GO, NODE], ids=["x/mod", "sigstore"])


@pytest.fixture(scope="module")
def made(
    tmp_path_factory: pytest.TempPathFactory, django_test_environment: None, django_db_blocker: Any
) -> Path:
    """70,000 entries of the running service, signed twice; the tiles of the older head are still there.

    Made once a run, whichever process is first.
    """
    whole = database.run_folder() / "strangers"
    with database._lock("strangers"):
        if not whole.exists():
            work = tmp_path_factory.mktemp("made")
            name = f"strangers_{database.worker()}"
            with (
                database.clone(name) as own, pointing_at(name), django_db_blocker.unblock()
            ):  # fmt: skip
                _seal(own, work)
            shutil.copytree(work, whole)
    return whole / "log"


def _seal(own: OwnDatabase, work: Path) -> None:
    """Through the log's own door and the sealer's own process."""
    folder = work / "log"
    folder.mkdir()
    keys.forget()
    keys.ensure_periods(clock.now())
    with override_settings(LOG_ORIGIN=SIGNER.name), sealing(own, folder, SIGNER):
        append(OLD)
        (work / "old").write_bytes(wait_until_signed(folder, OLD, SIGNER))
        keep_partials(folder, work / "kept")
        append(SIZE - OLD, begun=OLD)
        wait_until_signed(folder, SIZE, SIGNER)
    put_partials_back(work / "kept", folder)
    keys.forget()


@pytest.fixture
def log(made: Path) -> Iterator[Path]:
    """A copy to be falsified; some thirty megabytes, beside the log itself, which do not stay."""
    copy = Path(tempfile.mkdtemp(prefix="falsified-", dir=made.parent))
    yield Path(shutil.copytree(made, copy, dirs_exist_ok=True))
    shutil.rmtree(copy)


def ours(folder: Path) -> bool:
    return not check_log(Local(folder), Trust((VKEY,))).findings


# --- a log of 70,000 entries -------------------------------------------------------------------
def test_both_accept_the_log_with_every_tile(made: Path) -> None:
    assert ours(made)
    levels = [one for one in (made / "tile").iterdir() if one.name != "entries"]
    files = sum(file.is_file() for level in levels for file in level.rglob("*"))
    assert files > 277
    assert GO.ask([("log", made, VKEY)]) == [
        f"ok 70000 entries, 277 tiles, {files} with those of older heads"
    ]
    assert NODE.ask([("log", made, VKEY)]) == ["ok 70000 entries, 277 tiles"]


def _rewrite(log: Path, *, with_hashes: bool) -> None:
    held = Folder(log, SIZE).entries(Tile(ENTRIES, 100))
    held[3], held[4] = held[4] + b"!", held[3]
    (log / "tile/entries/100").write_bytes(tiles.pack_bundle(held))
    if with_hashes:
        (log / "tile/0/100").write_bytes(b"".join(map(merkle.leaf_hash, held)))


def _sign(log: Path, size: int, root: bytes, signer: Signer) -> None:
    head = checkpoint.sign(Checkpoint(signer.name, size, root), signer)
    (log / "checkpoint").write_bytes(head)


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def _lengthen(path: Path) -> None:
    path.write_bytes(path.read_bytes() + bytes(32))


THIEF = Signer(SIGNER.name, bytes([66]) * 32)
FAULTS: dict[str, Callable[[Path], object]] = {
    "one bit of an entry": lambda log: altered(log / "tile/entries/200", 1000),
    "one bit of the last entry": lambda log: altered(log / "tile/entries/273.p/112", -1),
    "two entries rewritten": lambda log: _rewrite(log, with_hashes=False),
    "two entries rewritten with their hashes": lambda log: _rewrite(log, with_hashes=True),
    "a hash of level 0": lambda log: altered(log / "tile/0/000", 0),
    "a hash of the partial level 0": lambda log: altered(log / "tile/0/273.p/112", -1),
    "a hash of level 1": lambda log: altered(log / "tile/1/000", 8191),
    "a hash of the partial level 1": lambda log: altered(log / "tile/1/001.p/17", 5),
    "the hash of level 2": lambda log: altered(log / "tile/2/000.p/1", 5),
    "two tiles changed round": lambda log: shutil.copy(log / "tile/0/001", log / "tile/0/002"),
    "a bundle cut short": lambda log: _cut(log / "tile/entries/000"),
    "a bundle that goes on": lambda log: _lengthen(log / "tile/entries/000"),
    "a tile cut short": lambda log: _cut(log / "tile/0/000"),
    "a tile that goes on": lambda log: _lengthen(log / "tile/0/000"),
    "no bundle": lambda log: (log / "tile/entries/000").unlink(),
    "no tile": lambda log: (log / "tile/1/000").unlink(),
    "no last entries": lambda log: shutil.rmtree(log / "tile/entries/273.p"),
    "no head": lambda log: (log / "checkpoint").unlink(),
    "a head signed by a thief": lambda log: _sign(log, SIZE, Folder(log, SIZE).root(), THIEF),
    "a head over another tree": lambda log: _sign(log, SIZE, bytes(32), SIGNER),
    "a head over fewer entries": lambda log: _sign(log, 7, Folder(log, SIZE).root(), SIGNER),
    "one bit of the size": lambda log: altered(log / "checkpoint", len(SIGNER.name) + 1),
    "one bit of the root": lambda log: altered(log / "checkpoint", len(SIGNER.name) + 10),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_no_falsified_log_is_accepted_by_anybody(log: Path, fault: str) -> None:
    FAULTS[fault](log)
    question = ("log", log, VKEY)
    assert not ours(log)
    assert not GO.accepts(*question)
    assert not NODE.accepts(*question)


def test_a_tile_that_only_an_older_head_needs_is_compared_too(log: Path) -> None:
    altered(log / "tile/0/160.p/40", 5)
    assert not ours(log)
    assert not GO.accepts("log", log, VKEY)


# --- receipts ----------------------------------------------------------------------------------
@pytest.fixture
def receipts(made: Path, tmp_path: Path) -> list[tuple[object, ...]]:
    """Questions about entries at the edges of tiles and trees."""
    log, head = Folder(made, SIZE), (made / "checkpoint").read_bytes()
    found = []
    for index in (0, 1, 255, 256, 40_999, 65_535, 65_536, 69_888, SIZE - 1):
        file, entry = tmp_path / f"{index}.tlog-proof", tmp_path / f"{index}.entry"
        file.write_bytes(proof.make(index, log.node, head).to_bytes())
        entry.write_bytes(log.entry(index))
        found.append(("proof", file, entry, VKEY))
    return found


@each_stranger
def test_receipts_are_accepted(stranger: Stranger, receipts: list[tuple[object, ...]]) -> None:
    assert [answer[:2] for answer in stranger.ask(receipts)] == ["ok"] * len(receipts)


@each_stranger
def test_a_receipt_is_refused_for_any_other_entry(
    stranger: Stranger, receipts: list[tuple[object, ...]]
) -> None:
    others = zip(receipts, receipts[1:] + receipts[:1], strict=True)
    swapped = [("proof", one[1], other[2], VKEY) for one, other in others]
    assert not any(answer.startswith("ok") for answer in stranger.ask(swapped))


def test_every_flip_of_a_receipt_is_refused(
    receipts: list[tuple[object, ...]], tmp_path: Path
) -> None:
    _, file, entry, _ = receipts[4]
    above, gap, head = Path(str(file)).read_bytes().partition(b"\n\n")
    signed = head[: head.index(b"\n", head.index(b"\n\n") + 2)]
    right = above + gap + signed
    wrong = [one + head[len(signed) :] for one in every_flip(right)]
    leaf = merkle.leaf_hash(Path(str(entry)).read_bytes())
    assert all(check_proof(one, leaf, Trust((VKEY,))).findings for one in wrong)
    questions = [("proof", path, entry, VKEY) for path in _kept(tmp_path / "wrong", wrong)]
    accepted = {n for n, answer in enumerate(GO.ask(questions)) if answer.startswith("ok")}
    # As in LOOSER: the low bit of the signature's last letter, which stands before its "=".
    assert accepted <= {2 * (len(right) - 2)}


def _kept(folder: Path, contents: list[bytes]) -> Iterator[Path]:
    folder.mkdir()
    for number, content in enumerate(contents):
        (folder / str(number)).write_bytes(content)
        yield folder / str(number)


# --- heads -------------------------------------------------------------------------------------
def _ways(tmp_path: Path, largest: int) -> Iterator[tuple[int, int, tuple[object, ...]]]:
    """(old, new, question) for each pair of heads up to this size."""
    leaves = [merkle.leaf_hash(bytes([one])) for one in range(largest)]
    for size in range(1, largest + 1):
        head = Checkpoint(SIGNER.name, size, merkle.root(leaves[:size]))
        (tmp_path / f"{size}").write_bytes(checkpoint.sign(head, SIGNER))
        for old in range(1, size + 1):
            path = merkle.consistency_path(old, size, merkle.over(leaves))
            way = tmp_path / f"{old}-{size}"
            way.write_bytes(proof.consistency_to_bytes(path))
            yield old, size, ("consistency", tmp_path / str(old), tmp_path / str(size), way, VKEY)


def test_every_pair_of_heads_to_20_is_accepted_as_one_log(tmp_path: Path) -> None:
    questions = [question for _, _, question in _ways(tmp_path, 20)]
    answers = GO.ask(questions)
    assert len(questions) == 210
    assert all(answer.startswith("ok") for answer in answers)


def test_no_pair_of_heads_is_accepted_with_anothers_proof(tmp_path: Path) -> None:
    ways = list(_ways(tmp_path, 9))
    wrong = [
        (*question[:3], other[3], VKEY)
        for old, new, question in ways
        for before, after, other in ways
        if (old, new) != (before, after)
        and Path(str(other[3])).read_bytes() != Path(str(question[3])).read_bytes()
    ]
    assert len(wrong) > 500
    assert not any(answer.startswith("ok") for answer in GO.ask(wrong))


def test_the_way_from_the_older_to_the_newer_head_is_accepted(made: Path, tmp_path: Path) -> None:
    path = merkle.consistency_path(OLD, SIZE, Folder(made, SIZE).node)
    (tmp_path / "way").write_bytes(proof.consistency_to_bytes(path))
    heads = (made.parent / "old", made / "checkpoint")
    assert GO.accepts("consistency", *heads, tmp_path / "way", VKEY)
    (tmp_path / "way").write_bytes(proof.consistency_to_bytes(path[1:]))
    assert not GO.accepts("consistency", *heads, tmp_path / "way", VKEY)


# --- notes -------------------------------------------------------------------------------------
#: What x/mod reads and we do not: Go's base64 lets the last bits say anything.
LOOSER = {"unclear last bits"}


def test_our_notes_and_the_golden_ones_are_opened(tmp_path: Path) -> None:
    notes = [(vkey, f"{text}\n{line}".encode()) for vkey, text, line in vectors.NOTES.values()]
    notes.append((vectors.LOG_VKEY, vectors.CHECKPOINT))
    paths = _kept(tmp_path / "notes", [raw for _, raw in notes])
    questions = [("note", path, vkey) for path, (vkey, _) in zip(paths, notes, strict=True)]
    assert [answer[:2] for answer in GO.ask(questions)] == ["ok"] * 3


def test_the_corpus_of_malformed_notes_is_refused_there_as_here(tmp_path: Path) -> None:
    key = Verifier.parse(vectors.NOTES["C2SP"][0])
    corpus = dict(malformed())
    paths = _kept(tmp_path / "notes", list(corpus.values()))
    answers = GO.ask([("note", path, key) for path in paths])
    accepted = {name for name, said in zip(corpus, answers, strict=True) if said.startswith("ok")}
    assert accepted == LOOSER
