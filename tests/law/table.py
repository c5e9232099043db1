"""Reads a law table (tests/law/<kind>.toml): what is expected of one person, at one place."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support import office

PEOPLE = {
    "patient": office.PATIENT,
    "representative": office.REPRESENTATIVE,
    "stranger": office.STRANGER,
    "officer": office.OFFICER,
    "staff": office.STAFF,
    "desk": office.DESK,
    "billing": office.BILLING,
    "professional": office.SECOND_PROFESSIONAL,
    "reviewer": office.REVIEWER,
    "other_reviewer": office.OTHER_REVIEWER,
    "auditor": office.AUDITOR,
    "administrator": office.ADMINISTRATOR,
    "machine": office.MACHINE,
}
WRONG_STATE = "This is not possible while the request is"


@dataclass(frozen=True)
class Expected:
    """What the table says: leads to a state, or is refused in these words, or not offered at all."""

    leads_to: str = ""
    words: str = ""
    offered: bool = True


class Table:
    """The table of one kind."""

    def __init__(self, kind: str) -> None:
        text = Path(__file__).with_name(f"{kind}.toml").read_text(encoding="utf-8")
        self.moves: dict[str, Any] = tomllib.loads(text)
        self.kind = self.moves.pop("kind")
        self.seen = self.moves.pop("seen")

    def sees(self, role: str, place: str) -> bool:
        where = self.seen[role]
        if isinstance(where, str):
            return not (where.startswith("all but ") and where.removeprefix("all but ") == place)
        return place in where

    def expected(self, role: str, move: str, place: str) -> Expected:
        row = self.moves[move]
        if role not in row["by"]:
            return Expected(words=row["others"], offered=False)
        refused = row.get("refused", {})
        words = refused.get(f"{place}/{role}") or refused.get(place)
        if words:
            return Expected(words=words)
        if place in row["legal"]:
            return Expected(leads_to=row["legal"][place])
        return Expected(words=WRONG_STATE)
