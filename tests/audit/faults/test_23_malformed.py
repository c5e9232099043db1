"""23. Malformed notes, heads and proofs: refused without a crash, here and by golang.org/x/mod.

The corpora are those of the tests next door.  Each is put to both readers; where x/mod is more
lenient than we are, the case is named and says why that is no harm.
"""

import base64
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from audit import checkpoint, merkle, note, proof, strict, tiles
from audit.checkpoint import Checkpoint
from audit.errors import AuditError
from audit.merkle import HASH_SIZE
from audit.note import Signer, Verifier
from tests.audit import vectors
from tests.audit.test_checkpoint import FILE
from tests.audit.test_merkle import (
    CONSISTENCIES,
    INCLUSIONS,
    Consistency,
    Inclusion,
    wrong_consistencies,
    wrong_inclusions,
)
from tests.audit.test_note import malformed
from tests.audit.vectors import BODY, HASHES, LEAVES, LOG, ROOTS
from tests.outside.strangers import GO

#: What x/mod reads and we do not.
LOOSER = {
    # Go's base64 lets the last bits of a signature line say anything.
    "unclear last bits",
}


def _kept(folder: Path, contents: Sequence[bytes]) -> Iterator[Path]:
    folder.mkdir()
    for number, content in enumerate(contents):
        (folder / str(number)).write_bytes(content)
        yield folder / str(number)


def _refused(read: Callable[[], object]) -> bool:
    """Refused in the one way there is; any other exception is a crash and fails the test."""
    try:
        read()
    except AuditError:
        return True
    return False


def _accepted_there(questions: list[tuple[object, ...]], labels: Sequence[str]) -> set[str]:
    answers = GO.ask(questions)
    return {label for label, said in zip(labels, answers, strict=True) if said.startswith("ok")}


# --- notes ---------------------------------------------------------------------------------------
def _more_notes() -> Iterator[tuple[str, bytes]]:
    vkey, text, line = vectors.NOTES["C2SP"]
    stranger = Signer("stranger.example", bytes([9]) * 32)
    bad = base64.b64encode(Verifier.parse(vkey).key_id + bytes(64)).decode()
    yield "a second blank line", f"{text}\n\n{line}".encode()
    yield "carriage returns everywhere", f"{text}\n{line}".replace("\n", "\r\n").encode()
    yield "NUL at the end", f"{text}\n{line}\0".encode()
    yield "unknown keys only", note.write(text, [stranger.line(text)] * 3)
    yield (
        "101 signatures, the known one last",
        f"{text}\n{stranger.line(text) * 100}{line}".encode(),
    )
    yield (
        "a known key's bad line before its good one",
        (f"{text}\n— example.com/foo {bad}\n{line}".encode()),
    )


NOTES = dict([*malformed(), *_more_notes()])


def test_no_malformed_note_is_opened_here_or_there(tmp_path: Path) -> None:
    vkey = vectors.NOTES["C2SP"][0]
    key = Verifier.parse(vkey)
    passed = {
        name for name, raw in NOTES.items() if not _refused(lambda r=raw: note.open_note(r, [key]))
    }  # type: ignore[misc]
    assert passed == set()
    questions = [("note", path, vkey) for path in _kept(tmp_path / "n", list(NOTES.values()))]
    assert _accepted_there(questions, list(NOTES)) == LOOSER
    assert len(NOTES) > 50


# --- heads, signed by the log's own key ----------------------------------------------------------
ROOT = BODY.split("\n")[2]
HEADS = {
    "a leading zero": f"{LOG.name}\n08\n{ROOT}\n",
    "a plus": f"{LOG.name}\n+8\n{ROOT}\n",
    "below nothing": f"{LOG.name}\n-8\n{ROOT}\n",
    "a size of 2^63": f"{LOG.name}\n{2**63}\n{ROOT}\n",
    "a size of 400 digits": f"{LOG.name}\n1{'0' * 399}\n{ROOT}\n",
    "a blank after the size": f"{LOG.name}\n8 \n{ROOT}\n",
    "hexadecimal": f"{LOG.name}\n0x8\n{ROOT}\n",
    "an underline": f"{LOG.name}\n1_0\n{ROOT}\n",
    "no size": f"{LOG.name}\n\n{ROOT}\n",
    "no root": f"{LOG.name}\n8\n",
    "a root of 31 bytes": f"{LOG.name}\n8\n{base64.b64encode(bytes(31)).decode()}\n",
    "a root of 33 bytes": f"{LOG.name}\n8\n{base64.b64encode(bytes(33)).decode()}\n",
    "unclear last bits of the root": f"{LOG.name}\n8\n{ROOT.replace('yg=', 'yh=')}\n",
    "no padding": f"{LOG.name}\n8\n{ROOT[:-1]}\n",
    "URL base64": f"{LOG.name}\n8\n{ROOT.replace('/', '_').replace('+', '-')}\n",
    "another origin": f"example.com/other\n8\n{ROOT}\n",
    "an empty line first": f"\n{BODY}",
}


def _signed(body: str) -> bytes:
    return note.write(body, [LOG.line(body)])


def test_no_malformed_head_is_read_here_or_there_though_the_log_signed_it(tmp_path: Path) -> None:
    notes = {name: _signed(body) for name, body in HEADS.items()}
    keys = [LOG.verifier]
    passed = {
        name
        for name, raw in notes.items()
        if not _refused(lambda r=raw: checkpoint.open_signed(r, log=keys))  # type: ignore[misc]
    }
    assert passed == set()
    (tmp_path / "none").write_bytes(b"")
    files = list(_kept(tmp_path / "h", list(notes.values())))
    questions = [("consistency", one, one, tmp_path / "none", LOG.verifier) for one in files]
    assert _accepted_there([tuple(one) for one in questions], list(notes)) == set()
    (tmp_path / "right").write_bytes(_signed(BODY))
    right = tmp_path / "right"
    assert GO.accepts("consistency", right, right, tmp_path / "none", LOG.verifier)


# --- proofs in files ------------------------------------------------------------------------------
def _proofs() -> Iterator[tuple[str, bytes]]:
    text, line = FILE.decode(), vectors.INCLUSION_OF_5[0]
    changes = {
        "another version": ("proof@v1", "proof@v2"),
        "a leading zero": ("index 5", "index 05"),
        "two blanks": ("index 5", "index  5"),
        "a capital": ("index 5", "Index 5"),
        "a sign": ("index 5", "index +5"),
        "an index of 2^63": ("index 5", f"index {2**63}"),
        "no index": ("index 5\n", ""),
        "the index twice": ("index 5\n", "index 5\nindex 5\n"),
        "an empty line too early": ("index 5\n", "index 5\n\n"),
        "a carriage return": ("index 5\n", "index 5\r\n"),
        "a tab": ("index 5", "index\t5"),
        "NUL": ("index 5", "index 5\0"),
        "64 hashes": (line, "\n".join([line] * 62)),
        "a hash twice": (line, f"{line}\n{line}"),
        "a hash left out": (f"{line}\n", ""),
        "unclear last bits": (line, line.replace("ms=", "mt=")),
        "no padding": (line, line[:-1]),
        "a blank in a hash": (line, line[:9] + " " + line[9:]),
        "a head without its signature": (vectors.LOG_LINE, ""),
        "no empty line before the head": ("\n\nexample.com", "\nexample.com"),
        "two empty lines before the head": ("\n\nexample.com", "\n\n\nexample.com"),
    }
    for name, (old, new) in changes.items():
        assert old in text, name
        yield name, text.replace(old, new, 1).encode()
    yield "nothing", b""
    yield "a head alone", vectors.CHECKPOINT


PROOFS = dict(_proofs())


def test_no_malformed_proof_holds_here_or_there(tmp_path: Path) -> None:
    keys = [LOG.verifier]
    passed = {
        name
        for name, raw in PROOFS.items()
        if not _refused(lambda r=raw: proof.verify(proof.parse(r), HASHES[5], log=keys))  # type: ignore[misc]
    }
    assert passed == set()
    (tmp_path / "entry").write_bytes(LEAVES[5])
    (tmp_path / "right").write_bytes(FILE)
    questions: list[tuple[object, ...]] = [
        ("proof", path, tmp_path / "entry", LOG.verifier)
        for path in _kept(tmp_path / "p", list(PROOFS.values()))
    ]
    assert _accepted_there(questions, list(PROOFS)) == set()
    assert GO.accepts("proof", tmp_path / "right", tmp_path / "entry", LOG.verifier)


# --- altered proofs, more than 500 of each kind, the same through x/mod ---------------------------
def _head(folder: Path, size: int, root: bytes) -> Path:
    path = folder / f"{size}-{root.hex()}"
    if not path.exists():
        path.write_bytes(checkpoint.sign(Checkpoint(LOG.name, size, root), LOG))
    return path


def _written(path: Path, hashes: Sequence[bytes]) -> Path:
    path.write_bytes(proof.consistency_to_bytes(hashes))
    return path


def _can_be_written(case: Inclusion | Consistency) -> bool:
    """A file holds 32-byte roots and sizes that are numbers; the rest only a program could ask.

    x/mod 0.7 doubles a power of two until it reaches the size, past 2^62 without an end.
    """
    numbers = [number for number in case if isinstance(number, int)]
    roots = [one for one in case if isinstance(one, bytes)]
    return all(0 <= number <= 2**62 for number in numbers) and all(
        len(one) == HASH_SIZE for one in roots
    )


def test_no_altered_way_between_two_heads_is_accepted_there_either(tmp_path: Path) -> None:
    cases = [
        case
        for sizes in CONSISTENCIES
        for case in wrong_consistencies(*sizes)
        if _can_be_written(case) and case.old > 0 and case.new > 0
    ]
    questions: list[tuple[object, ...]] = [
        ("consistency", _head(tmp_path, case.old, case.old_root),
         _head(tmp_path, case.new, case.new_root), _written(tmp_path / f"w{number}", case.path),
         LOG.verifier)
        for number, case in enumerate(cases)
    ]  # fmt: skip
    assert len(cases) > 500
    assert _accepted_there(questions, [str(number) for number in range(len(cases))]) == set()


def test_no_altered_proof_of_an_entry_is_accepted_there_either(tmp_path: Path) -> None:
    cases = [
        (case, LEAVES[index])
        for index, size in INCLUSIONS
        for case in wrong_inclusions(index, size)
        if _can_be_written(case) and case.size and case.leaf == HASHES[index]
    ][::2]
    questions: list[tuple[object, ...]] = []
    for number, (case, leaf) in enumerate(cases):
        (tmp_path / f"e{number}").write_bytes(leaf)
        lines = ["c2sp.org/tlog-proof@v1", f"index {case.index}", *map(strict.to_b64, case.path)]
        head = _head(tmp_path, case.size, case.root).read_bytes()
        file = tmp_path / f"p{number}"
        file.write_bytes(("\n".join(lines) + "\n\n").encode() + head)
        questions.append(("proof", file, tmp_path / f"e{number}", LOG.verifier))
    assert len(cases) > 500
    assert _accepted_there(questions, [str(number) for number in range(len(cases))]) == set()


# --- files of entries ------------------------------------------------------------------------------
def test_an_entry_of_65_536_bytes_does_not_wrap_round() -> None:
    with pytest.raises(ValueError, match="65535"):
        tiles.pack_bundle([bytes(65_536)])
    longest = bytes(65_535)
    assert tiles.unpack_bundle(tiles.pack_bundle([longest, b""]), 2) == [longest, b""]
    assert merkle.root([]) == ROOTS[0]
