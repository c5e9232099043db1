"""Where an answer stands while a body is read, and what has been found wrong with it so far."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from requests_app.errors import Problem

Schema = dict[str, Any]

#: What a reader returns for an answer that cannot be used; its problem has been noted.
NOTHING: Final = object()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One reading of one body: the local day, and every problem found so far."""

    today: date
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an answer stands: the reading, its JSON pointer, and the name for sentences."""

    reading: Reading
    at: str
    name: str

    def fault(self, sentence: str) -> object:
        """Note the problem; the answer counts as nothing."""
        self.reading.problems.append(Problem(self.at, sentence))
        return NOTHING

    def within(self, step: str | int, name: str | None = None) -> "Place":
        """The place one step further in."""
        return Place(reading=self.reading, at=point(self.at, step), name=name or self.name)


def point(at: str, step: str | int) -> str:
    """A JSON pointer one step further (RFC 6901)."""
    return f"{at}/{str(step).replace('~', '~0').replace('/', '~1')}"
