"""A log that goes on after a closed one, as somebody checks it who holds files of both."""

import json
import shutil
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from audit import bundle, checkpoint, entry, events, origins, publish
from audit.bundle import Cover, Part
from audit.checkpoint import Checkpoint
from audit.note import Signer
from audit.sealer import keys
from audit.tiles import Folder
from audit.verify import cli, former
from tests.audit.support import KEY, NOON
from tests.support.bundles import fact, sealed
from tests.support.logs import SIGNER, altered, grow, random_entries

NEXT = Signer(f"{SIGNER.name}/2", bytes([5]) * 32)
KEPT, SIZE = 300, 310
ENTRIES = random_entries(SIZE)


@pytest.fixture(scope="module")
def _made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The closed log: its head over 300 beside the one over 310, and the last ten entries gone."""
    folder = tmp_path_factory.mktemp("log")
    (folder / "old").write_bytes(grow(folder, 0, ENTRIES[:KEPT], drop=False))
    grow(folder, KEPT, ENTRIES[KEPT:])
    (folder / "tile/entries/001.p/54").unlink()
    return folder


@pytest.fixture
def closed(_made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(_made, tmp_path / "closed"))


def says(closed: Path, **other: object) -> dict[str, Any]:
    head = (closed / "checkpoint").read_text()
    told = {"former": SIGNER.name, "checkpoint": head, "missing_from": KEPT, "missing_to": SIZE}
    return {**told, "kept": "", **other}


def begun(folder: Path, told: dict[str, Any], *, name: str, signer: Signer = NEXT) -> Path:
    """The log that goes on, with this first entry, in `folder`; the bundle that opens it."""
    raw = sealed(fact(0, name=name, extra=told), 0)
    publish.extend(folder, 0, [raw])
    files = Folder(folder, 1)
    head = checkpoint.sign(Checkpoint(signer.name, 1, files.root()), signer)
    publish.write_atomically(folder, "checkpoint", head)
    part = Part(0, raw, entry.secret_of(raw, key=KEY, origin=SIGNER.name))
    out = BytesIO()
    bundle.write(out, Cover(head, [signer.verifier], "Closed", NOON), [part], files.node)
    file = folder.with_name(f"{folder.name}.zip")
    file.write_bytes(out.getvalue())
    return file


def checked(
    capsys: pytest.CaptureFixture[str], closed: Path, folder: Path, file: Path, *more: object,
    signer: Signer = NEXT, former_key: Signer = SIGNER,
) -> tuple[int, dict[str, int]]:  # fmt: skip
    """The exit code, and how many of each fault."""
    code = cli.main(
        ["log", str(folder), "--vkey", str(signer.verifier), "--succeeded", str(file),
         "--former", str(closed), "--former-vkey", str(former_key.verifier), "--json",
         *map(str, more)]
    )  # fmt: skip
    told = json.loads(capsys.readouterr().out)
    return code, told["counts"]


def test_everything_before_the_missing_places_is_there(
    closed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = begun(tmp_path / "2", says(closed), name=events.SUCCEEDED)
    assert checked(capsys, closed, tmp_path / "2", file) == (0, {})
    assert checked(capsys, closed, tmp_path / "2", file, "--former-seen", closed / "old")[0] == 0
    # Without the tiles over the missing places a smaller head has to prove what is kept.
    (closed / "tile/0/001.p/54").unlink()
    assert checked(capsys, closed, tmp_path / "2", file) == (2, {"missing": 1})
    told = says(closed, kept=(closed / "old").read_text())
    file = begun(tmp_path / "3", told, name=events.SUCCEEDED)
    assert checked(capsys, closed, tmp_path / "3", file) == (0, {})


def test_what_a_reader_refuses(
    closed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = checkpoint.sign(Checkpoint(SIGNER.name, SIZE, bytes(32)), SIGNER).decode()
    strange = checkpoint.sign(Checkpoint(NEXT.name, SIZE, bytes(32)), NEXT).decode()
    smaller = says(closed, checkpoint=(closed / "old").read_text(), missing_from=3, missing_to=300)
    elsewhere = Signer(f"{SIGNER.name}/3", bytes([6]) * 32)
    cases: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
        "another event": (says(closed), {"name": "ledger:disclosure:recorded"}),
        "a key is missing": ({k: v for k, v in says(closed).items() if k != "kept"}, {}),
        "a number that is text": (says(closed, missing_from="300"), {}),
        "a number that is true": (says(closed, missing_from=True), {}),
        "another head of that size": (says(closed, checkpoint=other), {}),
        "a head that the closed log has not signed": (says(closed, checkpoint=strange), {}),
        "another name": (says(closed, former="log.example/other"), {}),
        "below nothing": (says(closed, missing_from=-1), {}),
        "nothing is missing": (says(closed, missing_from=SIZE), {}),
        "missing beyond the head": (says(closed, missing_to=SIZE + 1), {}),
        "a smaller head than its files have": (smaller, {}),
        "not the next name": (says(closed), {"signer": elsewhere}),
    }
    for place, (label, (told, more)) in enumerate(cases.items()):
        folder = tmp_path / f"next-{place}"
        given = {"name": events.SUCCEEDED, **more}
        file = begun(folder, told, **given)
        signer = given.get("signer", NEXT)
        found = checked(capsys, closed, folder, file, signer=signer)
        assert (label, found[0], set(found[1])) == (label, 1, {"former"}), found


def test_what_somebody_else_brings_is_not_believed(
    closed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = begun(tmp_path / "2", says(closed), name=events.SUCCEEDED)
    larger = tmp_path / "larger"
    larger.write_bytes(checkpoint.sign(Checkpoint(SIGNER.name, 311, bytes(32)), SIGNER))
    seen = ("--former-seen", larger)
    assert checked(capsys, closed, tmp_path / "2", file, *seen) == (1, {"former": 1})
    assert checked(capsys, closed, tmp_path / "2", file, former_key=NEXT)[0] == 1
    (closed / "tile/entries/000").rename(closed / "aside")
    assert checked(capsys, closed, tmp_path / "2", file) == (2, {"missing": 1})
    (closed / "aside").rename(closed / "tile/entries/000")
    altered(closed / "tile/entries/000", -1)
    assert checked(capsys, closed, tmp_path / "2", file) == (1, {"entry": 1})
    another = begun(tmp_path / "another", says(closed, missing_from=299), name=events.SUCCEEDED)
    assert checked(capsys, closed, tmp_path / "2", another) == (1, {"rollback": 1})
    for usage in (
        ["--succeeded", str(file)], ["--former-vkey", str(SIGNER.verifier)],
        ["--former", str(closed)],
    ):  # fmt: skip
        with pytest.raises(SystemExit):
            cli.main(["log", str(tmp_path / "2"), "--vkey", str(NEXT.verifier), *usage])


def test_the_verifier_knows_the_event_that_is_written() -> None:
    assert former.EVENT == events.SUCCEEDED


# --- names, folders, keys ------------------------------------------------------------------------
NAMES = {
    # the name: (the next one, those before it)
    "log.example/1": ("log.example/2", ("log.example",)),
    "log.example/2": ("log.example/3", ("log.example/1", "log.example")),
    "log.example": ("log.example/2", ()),
    "log.example/trial": ("log.example/trial/2", ()),
    "log.example/01": ("log.example/01/2", ()),
    "2": ("2/2", ()),
}


def test_each_log_has_the_next_name_and_a_folder_of_its_number(tmp_path: Path) -> None:
    for name, (successor, before) in NAMES.items():
        assert (name, origins.successor(name), origins.former(name)) == (name, successor, before)
        assert origins.follows(successor, name)
        assert not origins.follows(name, successor)
        assert origins.place(tmp_path, name, first=name) == tmp_path
    assert origins.newest(tmp_path / "not there") == tmp_path / "not there"
    for number in ("2", "10", "3"):
        (tmp_path / number).mkdir()
        (tmp_path / number / "checkpoint").touch()
    (tmp_path / "11").mkdir()
    assert origins.newest(tmp_path) == origins.place(
        tmp_path, "log.example/10", first="log.example/1"
    )


def test_the_key_of_the_next_log_waits_beside_and_takes_the_place(tmp_path: Path) -> None:
    file = keys.make(tmp_path / "sealer", "log.example/1")
    new = keys.prepare_next(file, "log.example/2")
    assert keys.prepare_next(file, "log.example/2") == new
    assert keys.of_the_open_log(file, "log.example/1")[0].name == "log.example/1"
    for _ in range(2):
        keys.take_next(file)
        assert keys.of_the_open_log(file, "log.example/1") == (new,)
    with pytest.raises(keys.UnsafeKeyFile):
        keys.of_the_open_log(file, "log.example/other")
    with pytest.raises(keys.UnsafeKeyFile):
        keys.of_the_open_log(file, "log.example/3")
