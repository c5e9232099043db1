"""What the health page is told of each anchor."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from audit.anchors.standing import Anchor, Standing, tried
from audit.errors import AuditError, StampFailed, Unreachable, WitnessDeclined, WitnessRefuses
from tests.audit.support import NOON

NEW = Standing(Anchor.WITNESS, "witness.example/nas")
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def _fails(error: AuditError) -> int:
    raise error


def test_an_anchor_that_never_held_has_no_age_and_is_overdue() -> None:
    assert NEW.age(NOON) is None
    assert NEW.overdue(NOON, after=DAY)


def test_what_held_has_an_age_and_its_size() -> None:
    held = tried(NEW, lambda: 70, now=NOON)
    assert (held.size, held.age(NOON + HOUR)) == (70, HOUR)
    assert not held.overdue(NOON + DAY, after=DAY)
    assert held.overdue(NOON + DAY + HOUR, after=DAY)


@pytest.mark.parametrize(
    "error", [Unreachable("away"), WitnessDeclined(404, "?"), StampFailed("no")]
)
def test_a_failure_is_kept_beside_the_last_success(error: AuditError) -> None:
    held = tried(NEW, lambda: 70, now=NOON)
    failed = tried(held, lambda: _fails(error), now=NOON + HOUR)
    assert (failed.held_at, failed.size) == (NOON, 70)
    assert (failed.failed_at, failed.why) == (NOON + HOUR, str(error))
    assert tried(failed, lambda: 71, now=NOON + DAY) == NEW.held(NOON + DAY, 71)


def test_a_disk_that_is_gone_is_told_without_its_path(tmp_path: Path) -> None:
    failed = tried(NEW, lambda: len((tmp_path / "gone").read_bytes()), now=NOON)
    assert (failed.why, failed.failed_at) == ("FileNotFoundError", NOON)


def test_a_head_that_is_contradicted_is_no_mere_failure() -> None:
    with pytest.raises(WitnessRefuses):
        tried(NEW, lambda: _fails(WitnessRefuses("more was signed")), now=NOON)


@pytest.mark.parametrize("kind", list(Anchor))
def test_a_standing_is_written_and_read(kind: Anchor) -> None:
    for one in (replace(NEW, kind=kind), NEW.held(NOON, 3), NEW.held(NOON, 3).failed(NOON, "x")):
        assert Standing.from_json(one.to_json()) == one
