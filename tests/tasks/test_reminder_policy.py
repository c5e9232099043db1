"""Reminders are data: what a row may say, who then hears, and what stops the start."""

from datetime import date, datetime
from pathlib import Path

import pytest

from requests_app.deadlines.packs import WrongRow
from requests_app.outbox import Audience
from requests_app.reminders import policy
from requests_app.reminders.policy import FILE, read, reminders, reminders_of

GENERAL = """
[[reminder]]
id = "day"
days = 0
at = "08:00"
says = "due_today"
to = ["assignee"]

[[reminder]]
id = "after"
days = 1
at = "08:00"
says = "overdue"
to = ["officer"]
"""
ROW = '\n[[reminder]]\nid = "more"\ndays = -3\nat = "09:30"\nsays = "due_soon"\nto = ["officer"]\n'


def written(folder: Path, text: str) -> Path:
    file = folder / "reminders.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_the_rows_that_come_with_the_program_escalate() -> None:
    after = [row for row in reminders() if row.says == "overdue"]

    assert [row.days for row in after] == sorted(row.days for row in after)
    assert after[0].audiences == (Audience.OFFICE, Audience.OFFICER)
    assert all(Audience.ADMINISTRATOR in row.audiences for row in after[1:])
    assert [row.audiences for row in reminders() if row.says == "late"] == [(Audience.ASKER,)]


def test_a_row_for_one_kind_speaks_of_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = written(tmp_path, f'{GENERAL}{ROW}kinds = ["amendment"]\n')
    monkeypatch.setattr(policy, "reminders", lambda: read(file))

    assert [row.id for row in reminders_of("amendment")] == ["day", "after", "more"]
    assert [row.id for row in reminders_of("access")] == ["day", "after"]


@pytest.mark.parametrize(
    ("due", "zone", "instant"),
    [
        pytest.param(date(2026, 4, 1), "America/New_York", "2026-04-01T08:00:00-04:00", id="plain"),
        pytest.param(date(2026, 3, 8), "America/New_York", "2026-03-08T08:00:00-04:00",
                     id="the day summer time begins"),
        pytest.param(date(2026, 11, 1), "America/New_York", "2026-11-01T08:00:00-05:00",
                     id="the day it ends"),
        pytest.param(date(2026, 4, 1), "Pacific/Honolulu", "2026-04-01T08:00:00-10:00",
                     id="by the clock of the site"),
    ],
)  # fmt: skip
def test_eight_in_the_morning_is_the_sites(due: date, zone: str, instant: str) -> None:
    (on_the_day,) = [row for row in reminders() if row.days == 0]

    assert on_the_day.instant(due, zone) == datetime.fromisoformat(instant)


LINE = 1 + GENERAL.count("\n") + 1
WRONG = [
    ("days = -3", "days = 3", "`says` due_soon does not fit `days` 3"),
    ("days = -3", "days = -91", "at most 90 before or after"),
    ("days = -3", 'days = "-3"', "Expected `int`"),
    ('at = "09:30"', 'at = "9:30"', "a time of day such as 08:00"),
    ('at = "09:30"', 'at = "24:00"', "a time of day such as 08:00"),
    ('at = "09:30"\n', "", "missing required field `at`"),
    ('says = "due_soon"', 'says = "soon"', "Invalid enum value 'soon'"),
    ('to = ["officer"]', "to = []", "names at least one"),
    ('to = ["officer"]', 'to = ["officer", "officer"]', "nobody twice"),
    ('to = ["officer"]', 'to = ["asker"]', "`late` is said to the asker"),
    ('to = ["officer"]', 'to = ["boss"]', "Invalid enum value 'boss'"),
    ('id = "more"', 'id = "More"', "a word in lower case"),
    ('id = "more"', 'id = "day"', "another row has this `id`"),
    ('id = "more"', 'id = "more"\nsubject = 1', "unknown field `subject`"),
    ('to = ["officer"]', 'to = ["officer"]\nkinds = ["divorce"]', "only known kinds"),
]


@pytest.mark.parametrize(
    ("right", "wrong", "reason"), WRONG, ids=[one[1] or "no at" for one in WRONG]
)
def test_a_wrong_row_stops_the_start_with_file_line_and_reason(
    tmp_path: Path, right: str, wrong: str, reason: str
) -> None:
    assert right in ROW
    file = written(tmp_path, GENERAL + ROW.replace(right, wrong))

    with pytest.raises(WrongRow) as stopped:
        read(file)

    said = str(stopped.value)
    first = 2 if 'id = "day"' in wrong else LINE
    assert said.startswith(f"reminders.toml, line {first} (")
    assert reason in said


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("[[reminder]\n", "reminders.toml: ", id="no TOML"),
        pytest.param(f"{GENERAL}\n[[policy]]\n", "[[reminder]] tables and nothing else", id="more"),
        pytest.param("", "could pass unsaid", id="nothing"),
        pytest.param(GENERAL.partition("\n\n")[0], "could pass unsaid", id="nobody after the day"),
    ],
)
def test_a_file_that_cannot_serve_stops_the_start(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(WrongRow) as stopped:
        read(written(tmp_path, text))
    assert reason in str(stopped.value)


def test_the_programs_own_file_is_read_when_it_starts() -> None:
    assert read(FILE) == reminders()
