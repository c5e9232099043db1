"""What a register is that can be exported: who may, which columns, and the lines after a key."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from audit.actors import Actor
from privacy_portal.exports.asked import Asked
from requests_app.permissions import Permission, require

Cell = str | int | None
Line = tuple[Cell, ...]


@dataclass(frozen=True)
class Scope:
    """What an export reads: its filter, as whom, up to which key, as things stood at `started`."""

    filter: Mapping[str, str]
    actor: Actor
    horizon: str
    started: datetime


@dataclass(frozen=True)
class Found:
    """Some lines: their keys and patients beside them; `after` continues, None at the end.

    read  how many rows were read, of which some may not have fitted the filter
    """

    lines: list[Line]
    keys: list[str]
    patients: list[str | None]
    read: int
    after: str | None


@dataclass(frozen=True)
class Source:
    """One register."""

    title: str
    asks: type[Asked]
    needs: tuple[Permission, ...]
    columns: tuple[str, ...]
    check: Callable[[Mapping[str, str], Actor], None]
    horizon: Callable[[datetime], str]
    expected: Callable[[Scope], int | None]
    page: Callable[[Scope, str, int], Found]
    #: Where a page ends and another goes on, told without opening a line; None at the end.
    ends: Callable[[Scope, str, int], str | None]


def check_permitted(source: Source, actor: Actor) -> None:
    """NotPermitted unless the actor may read and export this register."""
    for permission in source.needs:
        require(actor, permission)


def day_of(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def flag_of(text: str | None) -> bool | None:
    return None if text is None else text == "True"
