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
    """One reading of one body: its pointer, the local day, and every problem found so far."""

    at: str
    today: date
    problems: list[Problem] = field(default_factory=list)


class Place(NamedTuple):
    """Where an answer stands: the reading, the name for sentences, and the step from the place around.

    A tuple, because one is made for every answer; name and pointer are put into words when something
    is said of it.
    """

    reading: Reading
    name: Words = ""
    around: "Place | None" = None
    step: str | int = ""

    @property
    def at(self) -> str:
        """The JSON pointer of the answer."""
        return self.reading.at if self.around is None else point(self.around.at, self.step)

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
        return Place(self.reading, self.name if name is None else name, self, step)


def point(at: str, step: str | int) -> str:
    """A JSON pointer one step further (RFC 6901)."""
    text = str(step)
    plain = text.isidentifier() or text.isdecimal()
    return f"{at}/{text if plain else text.replace('~', '~0').replace('/', '~1')}"
