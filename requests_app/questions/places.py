"""Where an answer stands while a body is read, and what has been found wrong with it so far."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, NamedTuple

from requests_app.errors import Problem
from requests_app.words import Words, said

Schema = dict[str, Any]

#: What a reader returns for an answer that cannot be used; its problem has been noted.
NOTHING: Final = object()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One reading of one body: the local day, and every problem found so far."""

    today: date
    problems: list[Problem] = field(default_factory=list)


class Place(NamedTuple):
    """Where an answer stands: the reading, its JSON pointer, and the name for sentences.

    A tuple, because one is made for every answer; the name is put into words when it is said.
    """

    reading: Reading
    at: str
    name: Words

    @property
    def called(self) -> str:
        """The name as it stands in a sentence of the reader's language."""
        return said(self.name)

    def fault(self, sentence: str) -> object:
        """Note the problem; the answer counts as nothing."""
        self.reading.problems.append(Problem(self.at, sentence))
        return NOTHING

    def within(self, step: str | int, name: "Words | None" = None) -> "Place":
        """The place one step further in."""
        return Place(self.reading, point(self.at, step), self.name if name is None else name)


def point(at: str, step: str | int) -> str:
    """A JSON pointer one step further (RFC 6901)."""
    text = str(step)
    plain = text.isidentifier() or text.isdecimal()
    return f"{at}/{text if plain else text.replace('~', '~0').replace('/', '~1')}"
