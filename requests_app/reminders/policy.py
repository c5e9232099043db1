"""Reminder rows: read from TOML strictly and whole, before anything else starts.

A row that would not have been written this way stops the start with its file, its line and the
reason.  What was planned for a request stays planned when the rows change: they speak of later ones.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from requests_app.deadlines.packs import WrongRow
from requests_app.kinds import registry
from requests_app.outbox import Audience, Topic

FILE = Path(__file__).with_name("reminders.toml")
_HEADER = re.compile(r"^\s*\[\[\s*reminder\s*\]\]", re.MULTILINE)
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
_ID = re.compile(r"[a-z][a-z0-9_]*")
#: Farther from the due day is a slip of the pen.
_FARTHEST = 90


class Says(StrEnum):
    """What is said; each belongs before, on or after the due day."""

    DUE_SOON = Topic.DUE_SOON.value
    DUE_TODAY = Topic.DUE_TODAY.value
    OVERDUE = Topic.OVERDUE.value
    LATE = Topic.LATE.value


class To(StrEnum):
    """Who hears."""

    ASSIGNEE = "assignee"
    OFFICER = "officer"
    ADMINISTRATOR = "administrator"
    ASKER = "asker"


AUDIENCES = {
    To.ASSIGNEE: Audience.OFFICE,
    To.OFFICER: Audience.OFFICER,
    To.ADMINISTRATOR: Audience.ADMINISTRATOR,
    To.ASKER: Audience.ASKER,
}


class Reminder(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One reminder; the head of reminders.toml says what each field means."""

    id: str
    days: int
    at: str
    says: Says
    to: tuple[To, ...]
    kinds: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for fault, wrong in _faults(self).items():
            if wrong:
                raise ValueError(fault)

    def instant(self, due: date, zone: str) -> datetime:
        """When it falls, for a request due on that day at a site in that zone."""
        day = due + timedelta(days=self.days)
        return datetime.combine(day, time.fromisoformat(self.at), ZoneInfo(zone))

    @property
    def audiences(self) -> tuple[Audience, ...]:
        return tuple(AUDIENCES[one] for one in self.to)


def _faults(row: Reminder) -> dict[str, bool]:
    """Each rule that types cannot state, and whether this row breaks it."""
    side = {Says.DUE_SOON: row.days < 0, Says.DUE_TODAY: row.days == 0}
    return {
        "`id` is a word in lower case": not _ID.fullmatch(row.id),
        f"`days` is at most {_FARTHEST} before or after the day": abs(row.days) > _FARTHEST,
        "`at` is a time of day such as 08:00": not _CLOCK.fullmatch(row.at),
        f"`says` {row.says} does not fit `days` {row.days}": not side.get(row.says, row.days > 0),
        "`to` names at least one, and nobody twice": not row.to or len(set(row.to)) < len(row.to),
        "`late` is said to the asker, and nothing else is": (
            (row.says is Says.LATE) != (To.ASKER in row.to)
            or (To.ASKER in row.to and len(row.to) > 1)
        ),
        "`kinds` names only known kinds": not registry.names().issuperset(row.kinds),
    }


@cache
def reminders() -> tuple[Reminder, ...]:
    """The rows that came with this version of the program, read once."""
    return read(FILE)


def reminders_of(kind: str) -> Collection[Reminder]:
    """The rows that speak of this kind of request."""
    return [row for row in reminders() if not row.kinds or kind in row.kinds]


def read(path: Path) -> tuple[Reminder, ...]:
    """Every row of the file, in its order. Raises WrongRow."""
    try:
        text = path.read_text(encoding="utf-8")
        found = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise WrongRow(f"{path.name}: {fault}") from fault
    rows = found.pop("reminder", [])
    lines = [text.count("\n", 0, hit.end()) + 1 for hit in _HEADER.finditer(text)]
    if found or not isinstance(rows, list) or len(lines) != len(rows):
        raise WrongRow(f"{path.name}: it holds [[reminder]] tables and nothing else")
    read_rows = tuple(_read(path, line, row) for line, row in zip(lines, rows, strict=True))
    _check_together(path, lines, read_rows)
    return read_rows


def _read(path: Path, line: int, row: dict[str, Any]) -> Reminder:
    try:
        return msgspec.convert(row, Reminder, strict=True)
    except (msgspec.ValidationError, ValueError) as fault:
        raise WrongRow(f"{path.name}, line {line} ({_name(row)}): {fault}") from fault


def _check_together(path: Path, lines: list[int], rows: tuple[Reminder, ...]) -> None:
    """An instant of a request says each thing once; and somebody is told on the day and after it."""
    ids = Counter(row.id for row in rows)
    times = Counter((row.says, row.days, row.at) for row in rows)
    for line, row in zip(lines, rows, strict=True):
        if ids[row.id] > 1 or times[row.says, row.days, row.at] > 1:
            raise WrongRow(
                f"{path.name}, line {line} ({row.id}): another row has this `id`, or says the "
                "same at the same time; name everybody in one `to`"
            )
    general = {row.says for row in rows if not row.kinds}
    if not {Says.DUE_TODAY, Says.OVERDUE} <= general:
        raise WrongRow(
            f"{path.name}: a row for every kind says due_today, and one says overdue; "
            "without them a legal day could pass unsaid"
        )


def _name(row: dict[str, Any]) -> Any:
    return row.get("id", "without an id")
