"""A log held against everything around it: at an address, witnesses, paper, stamps, retention."""

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from audit import checkpoint, merkle, publish
from audit.anchors import printed
from audit.checkpoint import Checkpoint
from audit.note import Signer
from audit.tiles import Folder
from audit.verify import ahead, cli
from audit.verify.source import Remote
from audit.witness import client
from audit.witness.client import Witness
from tests.support.bundles import Sealed, fact, unzipped, zipped
from tests.support.logs import SIGNER, WITNESS, altered, grow, random_entries
from tests.support.served import serving
from tests.support.stamps import Authority
from tests.support.witnesses import witnessing

VKEYS = ("--vkey", str(SIGNER.verifier))
SIZE, OLD = 700, 300
ENTRIES = random_entries(SIZE)
Verify = Callable[..., dict[str, Any]]


@pytest.fixture
def verify(capsys: pytest.CaptureFixture[str]) -> Verify:
    def run(*arguments: object) -> dict[str, Any]:
        code = cli.main([*map(str, arguments), *VKEYS, "--json"])
        told: dict[str, Any] = json.loads(capsys.readouterr().out)
        assert told["exit"] == code
        return told

    return run


@pytest.fixture(scope="module")
def _made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("log")
    (folder / "old").write_bytes(grow(folder, 0, ENTRIES[:OLD]))
    grow(folder, OLD, ENTRIES[OLD:])
    return folder


@pytest.fixture
def log(_made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(_made, tmp_path / "log"))


# --- at an address -----------------------------------------------------------------------------
def test_a_log_at_an_address_is_checked_to_the_last_tile(log: Path, verify: Verify) -> None:
    with serving(log) as served:
        told = verify("log", served.url, "--seen", log / "old")
    assert (told["result"], told["entries_checked"], told["tiles_checked"]) == ("ok", SIZE, 4)
    assert len(set(served.asked)) <= 12
    assert served.tokens == {None}


def test_a_token_goes_with_every_question(log: Path, tmp_path: Path, verify: Verify) -> None:
    (tmp_path / "token").write_text("secret-word\n")
    with serving(log) as served:
        assert verify("log", served.url, "--token-file", tmp_path / "token")["exit"] == 0
    assert served.tokens == {"Bearer secret-word"}


def test_partial_files_that_became_full_are_read_from_those(log: Path, verify: Verify) -> None:
    """The head is older than the files: a mirror that was copied while the log grew."""
    (log / "checkpoint").write_bytes((log / "old").read_bytes())
    with serving(log) as served:
        told = verify("log", served.url)
    assert (told["result"], told["size"]) == ("ok", OLD)


@pytest.mark.parametrize(
    ("path", "code", "fault", "place"),
    [
        ("tile/entries/001", 1, "entry", 256),
        ("tile/0/001", 1, "entry", 256),
        ("tile/1/000.p/2", 1, "tile", 0),
    ],
)
def test_what_was_altered_at_an_address_is_named(
    log: Path, verify: Verify, path: str, code: int, fault: str, place: int
) -> None:
    altered(log / path, 3)
    with serving(log) as served:
        told = verify("log", served.url)
    assert (told["exit"], told["first"]["fault"]) == (code, fault)
    assert told["first"]["first"] >= place


@pytest.mark.parametrize(
    ("status", "counts"),
    [(404, {"missing": 1}), (500, {"missing": 1}), (302, {"missing": 1}), (0, {"missing": 1})],
)
def test_a_file_that_an_address_does_not_show_is_missing(
    log: Path, verify: Verify, status: int, counts: dict[str, int]
) -> None:
    with serving(log, lambda path: status if path == "/tile/entries/001" else 200) as served:
        told = verify("log", served.url)
    assert (told["exit"], told["counts"]) == (2, counts)


def test_a_server_that_falls_silent_is_given_up(log: Path, verify: Verify) -> None:
    asked: list[str] = []

    def answer(path: str) -> int:
        asked.append(path)
        return 200 if path == "/checkpoint" else 0

    with serving(log, answer) as served:
        told = verify("log", served.url)
    assert told["exit"] == 2
    assert len(asked) <= 2 + 2 * Remote.PATIENCE


def test_a_head_that_claims_more_than_an_address_has_is_answered_soon(
    log: Path, verify: Verify
) -> None:
    head = Checkpoint(SIGNER.name, 2**62, bytes(32))
    (log / "checkpoint").write_bytes(checkpoint.sign(head, SIGNER))
    with serving(log) as served:
        told = verify("log", served.url)
    assert (told["exit"], told["entries_checked"]) == (2, 512)
    assert len(served.asked) < 60


@pytest.mark.parametrize("there", [0, 1, 2, 3, 5, 8, 13, 16, 17])
def test_how_many_bundles_an_address_has_is_found_by_asking(tmp_path: Path, there: int) -> None:
    for number in range(there):
        publish.write_atomically(tmp_path, f"tile/0/{number:03}", b"x")
    with serving(tmp_path) as served, closing(Remote(served.url)) as source:
        assert source.bundles_there(17 * 256) == there


@pytest.mark.parametrize("address", ["http://", "http://u:p@h/", "https://h/?x=1"])
def test_an_address_that_is_none_is_not_understood(address: str) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["log", address, *VKEYS])
    assert ended.value.code == 3


# --- the witness is asked ------------------------------------------------------------------------
@pytest.fixture
def witness(_made: Path, tmp_path: Path) -> Iterator[Witness]:
    """It has signed the log at its whole size."""
    with witnessing(tmp_path / "state") as here:
        tree = Folder(_made, SIZE)
        way = lambda old, new: merkle.consistency_path(old, new, tree.node)  # noqa: E731
        client.cosigned(here, (_made / "checkpoint").read_bytes(), way)
        yield here


def asking(witness: Witness) -> tuple[object, ...]:
    return ("--witness", witness.url, "--witness-vkey", WITNESS.verifier)


def test_08_a_log_put_back_with_its_files_is_found_by_asking_the_witness(
    log: Path, tmp_path: Path, witness: Witness, verify: Verify
) -> None:
    assert verify("log", log, *asking(witness))["witness_size"] == SIZE
    grow(tmp_path / "yesterday", 0, ENTRIES[:OLD])
    assert verify("log", tmp_path / "yesterday")["exit"] == 0
    told = verify("log", tmp_path / "yesterday", *asking(witness))
    assert (told["exit"], told["counts"]) == (1, {"rollback": 1})


def test_09_a_fork_of_any_size_is_found_by_asking_the_witness(
    tmp_path: Path, witness: Witness, verify: Verify
) -> None:
    for size in (SIZE, SIZE + 100):
        grow(tmp_path / str(size), 0, random_entries(size, longest=20))
        told = verify("log", tmp_path / str(size), *asking(witness))
        assert (told["exit"], told["counts"]) == (1, {"rollback": 1})


def test_a_witness_that_cannot_be_asked_is_incomplete(
    log: Path, tmp_path: Path, verify: Verify
) -> None:
    with witnessing(tmp_path / "new") as fresh:
        assert verify("log", log, *asking(fresh))["counts"] == {"unasked": 1}
    assert verify("log", log, *asking(fresh))["exit"] == 2


def test_who_shows_a_head_without_a_known_signature_is_not_believed(
    log: Path, tmp_path: Path, witness: Witness, verify: Verify
) -> None:
    other = Signer("witness.example/other", bytes([6]) * 32, WITNESS.kind)
    known = ("--witness-vkey", other.verifier, "--quorum", 0)
    assert verify("log", log, "--witness", witness.url, *known)["counts"] == {"unasked": 1}


def test_a_witness_of_whom_nothing_is_known_is_not_asked(log: Path) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["log", str(log), *VKEYS, "--witness", "http://127.0.0.1:1"])
    assert ended.value.code == 3


# --- on paper ------------------------------------------------------------------------------------
def _typed(raw: bytes) -> str:
    paper = printed.of(checkpoint.read_unsigned(raw))
    return f"{paper.size} {paper.groups}"


def test_a_head_on_paper_is_found_in_the_log(log: Path, tmp_path: Path, verify: Verify) -> None:
    typed = _typed((log / "old").read_bytes())
    assert verify("log", log, "--printed", typed.lower())["exit"] == 0
    grow(tmp_path / "fork", 0, random_entries(900))
    grow(tmp_path / "short", 0, ENTRIES[:100])
    for other in ("fork", "short"):
        told = verify("log", tmp_path / other, "--printed", typed)
        assert (told["exit"], told["counts"]) == (1, {"printed": 1})


def test_a_slip_in_typing_is_not_a_forged_log(
    log: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    typed = _typed((log / "old").read_bytes())
    wrong = typed[:-1] + ("2" if typed[-1] != "2" else "3")
    with pytest.raises(SystemExit) as ended:
        cli.main(["log", str(log), *VKEYS, "--printed", wrong])
    assert ended.value.code == 3
    assert "group 8" in capsys.readouterr().err


# --- timestamps ----------------------------------------------------------------------------------
def test_a_timestamp_beside_a_head_that_was_seen_is_checked(
    log: Path, tmp_path: Path, verify: Verify
) -> None:
    import rfc3161_client

    authority = Authority(tmp_path / "tsa")
    (tmp_path / "ca").write_bytes(authority.root)
    named = ("log", log, "--seen", log / "old", "--tsa-ca", tmp_path / "ca")
    assert verify(*named)["counts"] == {"unstamped": 1}
    for head, counts in (("old", {}), ("checkpoint", {"stamp": 1})):
        builder = rfc3161_client.TimestampRequestBuilder().data((log / head).read_bytes())
        asked = builder.hash_algorithm(rfc3161_client.HashAlgorithm.SHA256).build()
        (log / "old.tsr").write_bytes(authority.answer(asked.as_bytes()))
        assert verify(*named)["counts"] == counts
    (log / "checkpoint.tsr").write_bytes(b"x")
    assert verify("log", log, "--tsa-ca", tmp_path / "ca")["counts"] == {"stamp": 1}
    with pytest.raises(SystemExit):
        cli.main(["log", str(log), *VKEYS, "--tsa-ca", str(log / "old")])


# --- retention -------------------------------------------------------------------------------------
PRUNED = 256


@pytest.fixture(scope="module")
def _kept(tmp_path_factory: pytest.TempPathFactory) -> Sealed:
    """600 entries, of which the one at 590 tells that those below 256 were pruned."""
    facts = [fact(number) for number in range(600)]
    for index, least in ((590, PRUNED), (591, 255), (592, 768), (593, True), (594, "256")):
        told = {"min_index": least}
        facts[index] = structs.replace(facts[index], name="log:entries:pruned", extra=told)
    facts[595] = structs.replace(facts[595], extra={"min_index": 512})
    return Sealed.grown(tmp_path_factory.mktemp("kept"), facts)


@pytest.fixture
def pruned(_kept: Sealed, tmp_path: Path) -> Sealed:
    folder = Path(shutil.copytree(_kept.folder, tmp_path / "pruned"))
    (folder / "tile/entries/000").unlink()
    return replace(_kept, folder=folder)


def _event(log: Sealed, tmp_path: Path, *indexes: int) -> Path:
    (tmp_path / "event.zip").write_bytes(log.bundle(map(log.part, indexes)))
    return tmp_path / "event.zip"


def test_24_entries_are_gone_and_the_event_tells_of_it(
    pruned: Sealed, tmp_path: Path, verify: Verify
) -> None:
    told = verify("log", pruned.folder, "--retention", _event(pruned, tmp_path, 590))
    assert (told["exit"], told["entries_pruned"], told["entries_checked"]) == (0, 256, 344)


def test_24_pruned_without_a_retention_event(pruned: Sealed, verify: Verify) -> None:
    told = verify("log", pruned.folder, "--minimum-index", PRUNED)
    assert (told["exit"], told["counts"]) == (2, {"pruned": 1})
    assert (told["first"]["first"], told["first"]["last"]) == (0, 255)


def test_24_one_index_too_many_is_missing(pruned: Sealed, tmp_path: Path, verify: Verify) -> None:
    (pruned.folder / "tile/entries/001").unlink()
    event = _event(pruned, tmp_path, 590)
    assert verify("log", pruned.folder, "--retention", event)["counts"] == {"missing": 1}
    told = verify("log", pruned.folder, "--retention", event, "--minimum-index", 512)
    assert told["counts"] == {"pruned": 1}
    assert told["first"]["first"] == 256


@pytest.mark.parametrize(
    "index",
    [
        pytest.param(3, id="another event"),
        pytest.param(591, id="not at the edge of a bundle"),
        pytest.param(592, id="would have pruned itself"),
        pytest.param(593, id="true is no number"),
        pytest.param(594, id="text is no number"),
        pytest.param(595, id="the same word in another event"),
    ],
)
def test_24_what_is_no_retention_event_tells_of_nothing(
    pruned: Sealed, tmp_path: Path, verify: Verify, index: int
) -> None:
    told = verify("log", pruned.folder, "--retention", _event(pruned, tmp_path, index))
    assert told["exit"] == 2
    assert told["counts"]["pruned"] == 1


def test_24_an_event_that_was_changed_or_is_of_another_log_is_not_believed(
    pruned: Sealed, tmp_path: Path, verify: Verify
) -> None:
    files = unzipped(_event(pruned, tmp_path, 590).read_bytes())
    files["opened/590.json"] = files["opened/590.json"].replace(b"256", b"512")
    (tmp_path / "forged.zip").write_bytes(zipped(files))
    told = verify("log", pruned.folder, "--retention", tmp_path / "forged.zip")
    assert (told["exit"], set(told["counts"])) == (1, {"export", "missing"})
    files = unzipped(_event(pruned, tmp_path, 590).read_bytes())
    (tmp_path / "more.zip").write_bytes(zipped(files | {"evil": b""}))
    told = verify("log", pruned.folder, "--retention", tmp_path / "more.zip")
    assert (told["exit"], told["counts"]) == (1, {"export": 1, "missing": 1})
    other = Sealed.grown(tmp_path / "other", [fact(n) for n in range(590)] + [
        structs.replace(fact(590), name="log:entries:pruned", extra={"min_index": PRUNED})
    ])  # fmt: skip
    told = verify("log", pruned.folder, "--retention", _event(other, tmp_path, 590))
    assert (told["exit"], told["counts"]) == (1, {"rollback": 1})


# --- several processes at once ---------------------------------------------------------------------
def test_bundles_hashed_by_other_processes_are_found_out_all_the_same(
    log: Path, verify: Verify, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ahead, "WORTH_IT", 1)
    found = list(ahead.hashes(log, 2))
    assert found == [Folder(log, SIZE).node(8, number) for number in range(2)]
    told = verify("log", log)
    assert (told["exit"], told["entries_checked"], told["tiles_checked"]) == (0, SIZE, 5)
    altered(log / "tile/entries/001", 40)
    assert list(ahead.hashes(log, 2)) == [found[0], None]
    told = verify("log", log)
    assert (told["exit"], told["counts"]) == (1, {"entry": 1})
    assert 256 <= told["first"]["first"] <= 511


def _longer(path: Path) -> None:
    path.write_bytes(path.read_bytes() + bytes(32))


UNSOUND: dict[str, Callable[[Path], object]] = {
    "one bit of an entry": lambda log: altered(log / "tile/entries/000", 40),
    "one bit of a hash": lambda log: altered(log / "tile/0/000", 40),
    "a bundle that goes on": lambda log: _longer(log / "tile/entries/000"),
    "a tile that goes on": lambda log: _longer(log / "tile/0/000"),
    "a tile cut short": lambda log: (log / "tile/0/000").write_bytes(bytes(32 * 255)),
    "no bundle": lambda log: (log / "tile/entries/000").unlink(),
    "no tile": lambda log: (log / "tile/0/000").unlink(),
    "a partial bundle beside it": lambda log: (log / "tile/entries/000.p").mkdir(),
    "a partial tile beside it": lambda log: (log / "tile/0/000.p").symlink_to("nowhere"),
}


@pytest.mark.parametrize("fault", UNSOUND)
def test_nothing_but_a_sound_bundle_is_passed_over_quickly(log: Path, fault: str) -> None:
    assert ahead.sound(log, 0) == Folder(log, SIZE).node(8, 0)
    UNSOUND[fault](log)
    assert ahead.sound(log, 0) is None
