"""The set-up as PostgreSQL tells it: of each thing, the lines that are so.

    table audit.event         owner audit_owner
                              right of portal_app: SELECT
                              trigger event_keeps_rows A: CREATE TRIGGER …
    function audit.refuse()   source <SHA-256>
    setting fsync             on

Nothing here tells anything of anybody.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path

from django.db import connections

_QUERY = Path(__file__).with_name("facts.sql").read_text(encoding="utf-8")
#: Half of a SHA-256, in hex: enough to tell that a thing has changed.
_SHORT = 32


@dataclass(frozen=True)
class Facts:
    """Every thing there is, with its lines in order."""

    things: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, rows: Iterable[tuple[str, str]]) -> "Facts":
        """From (thing, line) in any order."""
        found: dict[str, set[str]] = {}
        for thing, line in rows:
            found.setdefault(thing, set()).add(line)
        return cls({thing: tuple(sorted(found[thing])) for thing in sorted(found)})

    def lines(self) -> tuple[str, ...]:
        """Each fact as one line, sorted: `thing | line`."""
        return tuple(f"{thing} | {line}" for thing, lines in self.things.items() for line in lines)

    def digests(self) -> dict[str, str]:
        """Of each thing, what changes when any of its lines does."""
        return {thing: _hex(lines)[:_SHORT] for thing, lines in self.things.items()}

    @cached_property
    def digest(self) -> str:
        """Of all of it: SHA-256 over the lines as a JSON list, in hex."""
        return _hex(self.lines())


def observed(*, also: Mapping[str, Iterable[str]] | None = None, using: str = "default") -> Facts:
    """The set-up as it is now; `also` are things that somebody else knows, with their lines."""
    with connections[using].cursor() as cursor:
        cursor.execute(_QUERY)
        rows: list[tuple[str, str]] = cursor.fetchall()
    more = [(thing, line) for thing, lines in (also or {}).items() for line in lines]
    return Facts.of([*rows, *more])


def _hex(lines: Iterable[str]) -> str:
    return sha256(json.dumps(list(lines), ensure_ascii=False).encode()).hexdigest()
