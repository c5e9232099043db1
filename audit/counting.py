"""How many entries a span of time holds, by name or by who acted. Nothing is opened.

Counted in the keyed index.  A row of it is a hint that anybody with the table could have written, and
nothing but opening and verifying proves: these are figures to look at, by which somebody goes on to look.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connections

from audit import eids, log
from audit.crypto import blind_index
from audit.log import Facet


@dataclass(frozen=True, slots=True)
class Span:
    """From `since` on, and before `until`, by the service's clock as entries were written."""

    since: datetime
    until: datetime

    @property
    def bounds(self) -> tuple[datetime, datetime]:
        """The same as ids begin with it: spans that meet count each entry once."""
        return eids.instant(eids.first(self.since)), eids.instant(eids.first(self.until))


def counted(
    facet: Facet, values: Collection[str], span: Span, *, using: str = "default"
) -> dict[str, int]:
    """For each of these values, how many entries are found by it; those without any are left out."""
    tokens = _tokens(facet, values)
    return _named(_COUNT, [facet.value, list(tokens), *span.bounds], tokens, using)


def counted_of(
    actor: str, names: Collection[str], span: Span, *, using: str = "default"
) -> dict[str, int]:
    """For each of these names, how many entries tell of what this actor did."""
    tokens, own = _tokens(Facet.NAME, names), _tokens(Facet.ACTOR, [actor])
    values = [Facet.NAME.value, list(tokens), *span.bounds, Facet.ACTOR.value, *own, *span.bounds]
    return _named(_COUNT_OWN, values, tokens, using)


def began(*, using: str = "default") -> datetime | None:
    """When the first entry that is still there was written; None for a log without any."""
    with connections[using].cursor() as cursor:
        cursor.execute(_FIRST)
        found: tuple[UUID] | None = cursor.fetchone()
    return eids.instant(found[0]) if found else None


_COUNT = """
    SELECT token, count(*) FROM audit.event_index
    WHERE facet = %s AND token = ANY(%s) AND at >= %s AND at < %s GROUP BY token
"""
_COUNT_OWN = """
    SELECT named.token, count(*)
    FROM audit.event_index AS named JOIN audit.event_index AS acted USING (at, eid)
    WHERE named.facet = %s AND named.token = ANY(%s) AND named.at >= %s AND named.at < %s
      AND acted.facet = %s AND acted.token = %s AND acted.at >= %s AND acted.at < %s
    GROUP BY named.token
"""
_FIRST = "SELECT eid FROM audit.event ORDER BY eid LIMIT 1"


def _tokens(facet: Facet, values: Collection[str]) -> dict[bytes, str]:
    return {blind_index.token(log.index_of(facet), value): value for value in values}


def _named(query: str, values: list[Any], tokens: dict[bytes, str], using: str) -> dict[str, int]:
    with connections[using].cursor() as cursor:
        cursor.execute(query, values)
        return {tokens[bytes(token)]: number for token, number in cursor.fetchall()}
