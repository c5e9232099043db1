"""The closed vocabulary of event names.

A name is `subject:thing:action` in lower-case words joined by underscores, for example
`request:access:granted`.  Every `events` module registers its names when it is imported; once
the program has started the list is closed.  A name that is not on the list cannot be appended:
a misspelt event would otherwise be one that no auditor ever searches for.
"""

import re
from collections.abc import Iterator

from audit.errors import UnknownEventName, VocabularyFault

_WORD = r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*"
GRAMMAR = re.compile(rf"{_WORD}:{_WORD}:{_WORD}", re.ASCII)


class Vocabulary:
    """Names that may be appended; open while the program starts, closed afterwards."""

    def __init__(self) -> None:
        self._names: set[str] = set()
        self._closed = False

    def register(self, *names: str) -> None:
        """Add names. Against the grammar, twice or too late: VocabularyFault."""
        for name in names:
            self._check(name)
            self._names.add(name)

    def _check(self, name: str) -> None:
        if self._closed:
            raise VocabularyFault(f"{name} came after the program had started")
        if not GRAMMAR.fullmatch(name):
            raise VocabularyFault(f"{name} is not of the form subject:thing:action")
        if name in self._names:
            raise VocabularyFault(f"{name} is registered twice")

    def close(self) -> None:
        """Nothing is registered from here on."""
        self._closed = True

    def require(self, name: str) -> str:
        """The name itself; UnknownEventName if nobody registered it."""
        if name not in self._names:
            raise UnknownEventName(name)
        return name

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._names))


_vocabulary = Vocabulary()
register = _vocabulary.register
close = _vocabulary.close
require = _vocabulary.require


def known() -> tuple[str, ...]:
    """Every registered name, sorted."""
    return tuple(_vocabulary)
