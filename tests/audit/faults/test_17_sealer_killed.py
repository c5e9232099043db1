"""17. The sealer ends at any line, and every call to a file fails once: it starts again, no fork."""

import errno
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from audit import publish
from audit.sealer.points import Point
from tests.audit.faults.stage import Stage

#: Where a real process is killed; elsewhere an exception that nothing catches shows the same.
KILLED = (Point.PLACED, Point.COMMITTED, Point.WRITTEN, Point.NOTED, Point.PINNED, Point.PUBLISHED)


@pytest.fixture
def begun(stage: Stage) -> Stage:
    """A log whose next step fills a tile and leaves a partial one behind."""
    stage.append(250)
    stage.seal()
    stage.append(20)
    return stage


@pytest.mark.parametrize("point", Point)
def test_stopped_at_any_point_the_next_step_does_what_is_left(begun: Stage, point: Point) -> None:
    before = begun.published()
    begun.stopped_at(point)
    assert begun.published() in {before, 270}
    begun.append(1)
    begun.seal()
    begun.all_is_well(size=271)


@pytest.mark.parametrize("point", KILLED)
def test_a_killed_process_leaves_nothing_half_done(begun: Stage, point: Point) -> None:
    seen = (begun.folder / "checkpoint").read_bytes()
    begun.killed_at(point)
    begun.seal()
    begun.all_is_well(size=270)
    assert begun.fsck(seen=[seen]).exit == 0


def test_stopped_again_and_again_it_still_comes_through(begun: Stage) -> None:
    for point in reversed(Point):
        begun.append(1)
        begun.stopped_at(point)
    begun.seal()
    begun.all_is_well(size=270 + len(Point))


def test_stopped_in_its_very_first_step(stage: Stage) -> None:
    stage.append(2)
    for point in (Point.LOCKED, Point.COMMITTED, Point.NOTED, Point.PINNED):
        stage.stopped_at(point)
    stage.seal()
    stage.all_is_well(size=2)


# --- files that fail ---------------------------------------------------------------------------
def failing(real: Callable[..., Any], number: int, code: int, calls: list[int]) -> Any:
    """The call of that number raises; `calls` counts them."""

    def call(*given: Any, **named: Any) -> Any:
        calls.append(1)
        if len(calls) == number:
            raise OSError(code, "on purpose")
        return real(*given, **named)

    return call


@pytest.mark.parametrize(
    ("place", "code"),
    [
        pytest.param("_write_and_flush", errno.ENOSPC, id="no space left"),
        pytest.param("_flush_folder", errno.EIO, id="a folder that cannot be flushed"),
        pytest.param("replace", errno.EIO, id="a rename that fails"),
    ],
)
def test_each_call_to_a_file_fails_once(
    begun: Stage, monkeypatch: pytest.MonkeyPatch, place: str, code: int
) -> None:
    of: Any = Path if place == "replace" else publish
    real, number = getattr(of, place), 0
    while True:
        number += 1
        calls: list[int] = []
        begun.append(1)
        monkeypatch.setattr(of, place, failing(real, number, code, calls))
        try:
            begun.seal()
        except OSError:
            monkeypatch.setattr(of, place, real)
            assert begun.broken() == set()
            continue
        monkeypatch.setattr(of, place, real)
        if len(calls) < number:
            break
    begun.seal()
    assert number > 4
    begun.all_is_well(size=270 + number)


def test_a_folder_that_cannot_be_written_to_stops_the_signing_alone(
    begun: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise OSError(errno.EROFS, "on purpose")

    with monkeypatch.context() as patched:
        patched.setattr(publish, "_write_and_flush", refused)
        for _ in range(3):
            begun.append(1)
            with pytest.raises(OSError):
                begun.seal()
    assert begun.published() == 250
    begun.seal()
    begun.all_is_well(size=273)
