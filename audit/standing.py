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


def standing(*, using: str = "default") -> Standing:
    """As things stand now."""
    with connections[using].cursor() as cursor:
        cursor.execute(_QUERY)
        return Standing(*cursor.fetchone())
