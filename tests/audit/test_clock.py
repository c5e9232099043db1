"""The clock of several processes: an instant, or a shift, in a file they share."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from audit import clock

INSTANT = datetime(2026, 3, 2, 17, tzinfo=UTC)


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PRIVACY_CLOCK_FILE", str(tmp_path / "clock"))
    return tmp_path / "clock"


@pytest.mark.parametrize("line", ["2026-03-02T12:00:00-05:00", "2026-03-02T17:00:00+00:00\n"])
def test_an_instant_at_which_time_stands_still(file: Path, line: str) -> None:
    file.write_text(line, encoding="ascii")
    assert clock.now() == INSTANT


@pytest.mark.parametrize(("line", "seconds"), [("+86400", 86_400), ("-3600\n", -3600), ("+0", 0)])
def test_seconds_by_which_time_runs_ahead_or_behind(file: Path, line: str, seconds: int) -> None:
    file.write_text(line, encoding="ascii")
    before = datetime.now(UTC)
    shifted = clock.now() - timedelta(seconds=seconds)
    assert before <= shifted <= datetime.now(UTC)


@pytest.mark.parametrize("line", ["", "3600", "+1h", "+1.5", "2026-03-02T12:00:00", "tomorrow"])
def test_anything_else_is_refused(file: Path, line: str) -> None:
    file.write_text(line, encoding="ascii")
    with pytest.raises(ValueError, match=r"offset|isoformat"):
        clock.now()
