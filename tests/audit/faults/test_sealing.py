"""What the sealer does when nothing goes wrong."""

from pathlib import Path

from audit import checkpoint, tiles
from audit.sealer import keys
from tests.audit.faults.stage import Stage


def test_what_was_committed_gets_its_place_and_a_signed_head(stage: Stage) -> None:
    stage.append(3)
    done = stage.seal()
    assert (done.placed, done.published) == (3, 3)
    stage.append(5)
    stage.seal()
    stage.all_is_well(size=8)


def test_more_than_one_batch_and_more_than_one_tile(stage: Stage) -> None:
    stage.append(300)
    sealer = stage.sealer(batch=130)
    assert [sealer.step().placed for _ in range(4)] == [130, 130, 40, 0]
    sealer.forget()
    stage.all_is_well(size=300)
    assert (stage.folder / "tile/0/000").exists()
    assert not (stage.folder / "tile/0/000.p").exists()


def test_entries_keep_the_order_in_which_they_came_about(stage: Stage) -> None:
    made = stage.append(4)
    stage.seal()
    assert stage.ask("SELECT array_agg(eid ORDER BY idx) FROM audit.leaf") == made


def test_nothing_new_is_nothing_signed_but_once_a_day(stage: Stage) -> None:
    stage.append(2)
    first = stage.seal()
    again = stage.seal()
    stage.force("UPDATE audit.head SET published_at = now() - interval '24 hours'")
    old = (stage.folder / tiles.CHECKPOINT).stat().st_mtime_ns
    daily = stage.seal()
    assert (first.published, again.published, daily.published) == (2, None, 2)
    assert (stage.folder / tiles.CHECKPOINT).stat().st_mtime_ns > old
    stage.all_is_well(size=2)


def test_an_empty_log_has_a_signed_head_of_nothing(stage: Stage) -> None:
    stage.seal()
    assert stage.published() == 0
    assert stage.pin.read_bytes() == (stage.folder / tiles.CHECKPOINT).read_bytes()


def test_while_a_new_key_succeeds_an_old_one_both_sign(stage: Stage, tmp_path: Path) -> None:
    stage.append()
    stage.seal()
    file = keys.make(tmp_path / "new", stage.signer.name)
    new = keys.read(file, stage.signer.name)[0]
    stage.append()
    stage.seal(signers=[stage.signer, new])
    raw = (stage.folder / tiles.CHECKPOINT).read_bytes()
    for key in (stage.signer, new):
        assert checkpoint.open_signed(raw, log=[key.verifier]).checkpoint.size == 2
    stage.append()
    stage.seal(signers=[new])
    assert stage.ask("SELECT state FROM audit.head") == "ok"
