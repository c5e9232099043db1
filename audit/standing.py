"""How the log stands: how much is sealed, what waits, and since when. For health pages."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connections


@dataclass(frozen=True, slots=True)
class Standing:
    """Ages by the database's clock; None where there is none.

    size      entries that have their place      signed  entries under the newest signed head
    waiting   entries without a place            oldest  how long the oldest of them has waited
    sealed_at when that head was signed          seen    how long ago the sealer last looked
    state     ok, or fenced: sealing has stopped until somebody has looked
    says      the sealer's last trouble in a few words, empty when there is none
    """

    size: int
    signed: int
    sealed_at: datetime | None
    waiting: int
    oldest: timedelta | None
    seen: timedelta | None
    state: str
    says: str


_QUERY = """
    SELECT head.size, coalesce(newest.size, 0), newest.published_at, waiting.number, waiting.oldest,
           clock_timestamp() - head.seen_at, head.state, head.says
    FROM audit.head AS head
    LEFT JOIN (SELECT size, published_at FROM audit.checkpoint ORDER BY size DESC LIMIT 1) AS newest
        ON true
    CROSS JOIN (
        SELECT count(*) AS number, clock_timestamp() - min(inserted_at) AS oldest
        FROM audit.pending JOIN audit.event USING (eid)
    ) AS waiting
"""


@dataclass(frozen=True, slots=True)
class Pending:
    """Entries without a place, at most as many as were counted, and how long the oldest has waited."""

    number: int
    age: timedelta


_PENDING = """
    SELECT count(*), coalesce(clock_timestamp() - min(inserted_at), interval '0')
    FROM audit.event JOIN (SELECT eid FROM audit.pending ORDER BY eid LIMIT %s) AS first USING (eid)
"""


def pending(*, most: int, using: str = "default") -> Pending:
    """What waits for its place, by the database's clock; never counted beyond `most`."""
    with connections[using].cursor() as cursor:
        cursor.execute(_PENDING, [most])
        return Pending(*cursor.fetchone())


#: Kinds of `audit.anchors.standing.Anchor`, each with how long ago it last held a head, and its size.
_ANCHORS = """
    SELECT 'witness', cosigned.name, clock_timestamp() - cosigned.at, cosigned.size
    FROM (SELECT DISTINCT ON (name) name, at, size FROM audit.cosignature
          ORDER BY name, size DESC, at DESC) AS cosigned
    UNION ALL
    SELECT 'pin', '', clock_timestamp() - head.published_at, newest.size
    FROM audit.head AS head,
         (SELECT size FROM audit.checkpoint ORDER BY size DESC LIMIT 1) AS newest
    WHERE head.published_at IS NOT NULL
"""


@dataclass(frozen=True, slots=True)
class Anchored:
    """One anchor of the sealer's: its kind, its name, how old the head is that it holds, its size."""

    kind: str
    name: str
    age: timedelta
    size: int


def anchored(*, using: str = "default") -> list[Anchored]:
    """The witnesses that have signed, and the pin, each with the newest head it holds."""
    with connections[using].cursor() as cursor:
        cursor.execute(_ANCHORS)
        return [Anchored(*row) for row in cursor.fetchall()]


def standing(*, using: str = "default") -> Standing:
    """As things stand now."""
    with connections[using].cursor() as cursor:
        cursor.execute(_QUERY)
        return Standing(*cursor.fetchone())
