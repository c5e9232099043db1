"""Tiles and bundles: their names, their bytes, and a log that grows in any steps."""

import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit import merkle, publish, tiles
from audit.errors import MalformedProof
from audit.tiles import ENTRIES, Folder, Tile
from tests.audit import vectors
from tests.audit.vectors import HASHES, LEAVES, ROOTS
from tests.properties import calm
from tests.support.logs import random_entries


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 0), "tile/0/000"),
        (Tile(0, 255), "tile/0/255"),
        (Tile(0, 1000), "tile/0/x001/000"),
        (Tile(1, 1234067), "tile/1/x001/x234/067"),
        (Tile(0, 273, 112), "tile/0/273.p/112"),
        (Tile(ENTRIES, 0, 1), "tile/entries/000.p/1"),
        (Tile(ENTRIES, 1000), "tile/entries/x001/000"),
        (Tile(63, 0, 255), "tile/63/000.p/255"),
    ],
)
def test_a_tile_has_one_path_and_a_path_one_tile(tile: Tile, path: str) -> None:
    assert tile.path == path
    assert tiles.parse_path(path) == tile


@pytest.mark.parametrize(
    "path",
    [
        "", "tile/0", "tile/0/0", "tile/0/00", "tile/0/0000", "tile/0/1000", "tile/0/x000/001",
        "tile/0/001/000", "tile/0/x001/x000", "tile/00/000", "tile/64/000", "tile/-1/000",
        "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/01", "tile/0/000.p/", "tile/0/000.p",
        "tile/0/000/../001", "/tile/0/000", "tile/0/000\n", "tile/entries/000.p/999", "tile/8/0/000",
        "tile/0/٠٠٠", "tile/0/" + "x999/" * 7 + "999", "checkpoint",
    ],
)  # fmt: skip
def test_no_other_path_is_that_of_a_tile(path: str) -> None:
    with pytest.raises(MalformedProof):
        tiles.parse_path(path)


@pytest.mark.parametrize(
    ("level", "number", "width"), [(-2, 0, 1), (64, 0, 1), (0, -1, 1), (0, 0, 0), (0, 0, 257)]
)
def test_there_is_no_such_tile(level: int, number: int, width: int) -> None:
    with pytest.raises(MalformedProof):
        Tile(level, number, width)


# --- which tiles a log has ---------------------------------------------------------------------
def test_a_log_of_70_000_entries_has_277_tiles() -> None:
    found = list(tiles.tiles_of(70_000))
    partial = [tile for tile in found if tile.width < 256]
    assert len(found) == 277
    assert partial == [Tile(0, 273, 112), Tile(1, 1, 17), Tile(2, 0, 1)]
    assert len(list(tiles.bundles_of(70_000))) == 274


@pytest.mark.parametrize(
    ("size", "paths"),
    [
        (0, []),
        (1, ["tile/0/000.p/1"]),
        (255, ["tile/0/000.p/255"]),
        (256, ["tile/0/000", "tile/1/000.p/1"]),
        (257, ["tile/0/000", "tile/0/001.p/1", "tile/1/000.p/1"]),
    ],
)
def test_a_width_of_nothing_is_never_written(size: int, paths: list[str]) -> None:
    assert [tile.path for tile in tiles.tiles_of(size)] == paths


@given(old=st.integers(0, 200_000), more=st.integers(0, 70_000))
@calm
def test_what_a_growing_log_adds_is_what_the_larger_one_has_and_the_smaller_had_not(
    old: int, more: int
) -> None:
    added = set(tiles.tiles_of(old + more, since=old))
    assert added == set(tiles.tiles_of(old + more)) - set(tiles.tiles_of(old))


# --- bytes -------------------------------------------------------------------------------------
def test_the_reference_leaves_make_the_reference_bundle_and_tile() -> None:
    row = b"".join(HASHES)
    assert tiles.pack_bundle(LEAVES) == vectors.BUNDLE
    assert tiles.unpack_bundle(vectors.BUNDLE, 8) == LEAVES
    assert hashlib.sha256(row).hexdigest() == vectors.TILE_SHA256


@pytest.mark.parametrize(
    ("content", "width"),
    [
        pytest.param(vectors.BUNDLE, 7, id="one too many"),
        pytest.param(vectors.BUNDLE, 9, id="one too few"),
        pytest.param(vectors.BUNDLE[:-1], 8, id="cut within an entry"),
        pytest.param(vectors.BUNDLE + b"\0", 8, id="half a length after it"),
        pytest.param(vectors.BUNDLE + b"\0\0", 8, id="an empty entry after it"),
        pytest.param(b"", 1, id="nothing"),
        pytest.param(b"\xff\xff", 1, id="a length and no entry"),
    ],
)
def test_a_bundle_that_does_not_add_up_is_refused(content: bytes, width: int) -> None:
    with pytest.raises(MalformedProof):
        tiles.unpack_bundle(content, width)


def test_the_longest_entry_fits_and_one_byte_more_does_not() -> None:
    longest = bytes(65_535)
    assert tiles.unpack_bundle(tiles.pack_bundle([longest]), 1) == [longest]
    with pytest.raises(ValueError, match="65535"):
        tiles.pack_bundle([longest + b"\0"])


# --- a folder ----------------------------------------------------------------------------------
def written(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


@pytest.mark.parametrize(
    "steps",
    [
        pytest.param([8], id="eight"),
        pytest.param([255, 1, 1], id="around a full tile, one by one"),
        pytest.param([256, 256], id="full tiles at a time"),
        pytest.param([100, 700, 3], id="over several tiles at once"),
        pytest.param([1, 1, 1, 0, 1], id="one by one, and once nothing"),
    ],
)
def test_a_log_that_grew_has_the_files_of_one_written_at_once(
    tmp_path: Path, steps: list[int]
) -> None:
    entries = random_entries(sum(steps))
    grown, at_once = tmp_path / "grown", tmp_path / "at_once"
    size = 0
    for step in steps:
        new = publish.extend(grown, size, entries[size : size + step])
        publish.drop_partials(grown, old=size, new=new)
        size = new
    publish.extend(at_once, 0, entries)
    assert set(tiles.tiles_of(size)) <= {tiles.parse_path(path) for path in written(grown)}
    assert written(at_once).items() <= written(grown).items()
    assert Folder(grown, size).root() == merkle.root([merkle.leaf_hash(e) for e in entries])


def test_every_head_is_answered_from_the_files_after_the_log_has_grown(tmp_path: Path) -> None:
    entries = random_entries(600)
    leaves = [merkle.leaf_hash(entry) for entry in entries]
    publish.extend(tmp_path, 0, entries)
    log = Folder(tmp_path, 600)
    for size in (1, 2, 255, 256, 257, 511, 512, 600):
        root = merkle.root(leaves[:size])
        assert (log.root(size), log.entry(size - 1)) == (root, entries[size - 1])
        at = size // 2
        path = merkle.inclusion_path(at, size, log.node)
        merkle.verify_inclusion(index=at, size=size, leaf=leaves[at], path=path, root=root)


def test_writing_the_same_again_gives_the_same_files(tmp_path: Path) -> None:
    entries = random_entries(300)
    publish.extend(tmp_path, 0, entries[:100])
    publish.extend(tmp_path, 100, entries[100:])
    before = written(tmp_path)
    publish.extend(tmp_path, 100, entries[100:])
    assert written(tmp_path) == before


def test_a_tile_cut_short_is_not_continued(tmp_path: Path) -> None:
    publish.extend(tmp_path, 0, LEAVES)
    (tmp_path / "tile/0/000.p/8").write_bytes(bytes(32 * 7))
    with pytest.raises(MalformedProof):
        publish.extend(tmp_path, 8, LEAVES)


def test_nothing_beyond_the_end_is_answered(tmp_path: Path) -> None:
    publish.extend(tmp_path, 0, LEAVES[:5])
    log = Folder(tmp_path, 5)
    for ask in (lambda: log.entry(5), lambda: log.node(0, 5), lambda: log.node(2, 1)):
        with pytest.raises(MalformedProof):
            ask()


def test_a_partial_tile_goes_when_the_full_one_is_there(tmp_path: Path) -> None:
    entries = random_entries(300)
    publish.extend(tmp_path, 0, entries[:100])
    publish.extend(tmp_path, 100, entries[100:])
    assert (tmp_path / "tile/0/000.p/100").exists()
    publish.drop_partials(tmp_path, old=100, new=300)
    assert not (tmp_path / "tile/0/000.p").exists()
    assert not (tmp_path / "tile/entries/000.p").exists()
    assert (tmp_path / "tile/0/001.p/44").exists()
    assert Folder(tmp_path, 100).root() == merkle.root([merkle.leaf_hash(e) for e in entries[:100]])


# --- writing -----------------------------------------------------------------------------------
def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish.write_atomically(tmp_path, "checkpoint", b"old")

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        publish.write_atomically(tmp_path, "checkpoint", b"new")
    assert written(tmp_path) == {"checkpoint": b"old"}


def test_file_and_names_are_flushed_before_a_write_is_told_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import os

    flushed: list[str] = []
    real = os.fsync

    def noted(handle: int) -> None:
        flushed.append(Path(os.readlink(f"/proc/self/fd/{handle}")).name)
        real(handle)

    monkeypatch.setattr("os.fsync", noted)
    publish.write_atomically(tmp_path, "tile/0/000", b"row")
    assert flushed[:2] == [tmp_path.name, "tile"]
    assert flushed[2].startswith(".part-")
    assert flushed[3:] == ["0"]


def test_the_reference_log_has_the_reference_root(tmp_path: Path) -> None:
    publish.extend(tmp_path, 0, LEAVES)
    assert Folder(tmp_path, 8).root() == ROOTS[8]
