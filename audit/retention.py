"""What may leave the log: entries whose six years are over, and that no legal hold keeps.

45 CFR 164.316(b)(2)(i) and 164.530(j)(2): six years from creation, or from when it last was in
effect.  What is *in effect* lives in the registers of the practice, which nothing prunes; an entry of
the log is created once.  A practice whose state asks for longer names more years, never fewer.

    plan(years=6)            what could go now: whole bundles of 256 entries from the beginning
    announce(plan, …)        the entry that tells of it; sealed first, then `audit.sealer.pruning`
    place_hold / lift_hold   nothing that a hold covers goes, whoever asks

The database holds to the same: `audit.prune` refuses what is younger or on hold.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connections, transaction

from audit import events, former, log
from audit.actors import Actor
from audit.errors import AuditError
from audit.sealer.pruning import LEAST_YEARS
from audit.tiles import WIDTH

_CITED = "45 CFR 164.316(b)(2)(i), 164.530(j)(2)"


class TooShort(AuditError):
    """A term below six years was named."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What could be pruned now.

    min_index  entries below it may go; a multiple of 256, and no more than was pruned if nothing may
    already    as far as was pruned before
    keys       data keys that nothing needs any more afterwards
    held       legal holds that keep something that would go otherwise, by their numbers
    """

    years: int
    min_index: int
    already: int
    keys: tuple[int, ...]
    held: tuple[int, ...]

    @property
    def count(self) -> int:
        return max(0, self.min_index - self.already)

    @property
    def policy(self) -> str:
        return f"{self.years} years ({_CITED})"


@dataclass(frozen=True, slots=True)
class Hold:
    """A legal hold. `since`: entries from then on; None for all of them."""

    number: int
    since: datetime | None
    placed_at: datetime
    placed_event: UUID
    lifted_at: datetime | None


# --- what may go ---------------------------------------------------------------------------------
#: The first entry that has to stay; NULL if none has to.
_FIRST_KEPT = """
    SELECT leaf.idx FROM audit.leaf AS leaf JOIN audit.event AS e USING (eid)
    WHERE audit.entry_at(e.entry, e.inserted_at) > %(expired)s
       OR audit.entry_at(e.entry, e.inserted_at) >= %(held)s
    ORDER BY leaf.idx LIMIT 1
"""
#: Keys of months that are past retention, and under which nothing else is sealed.
_KEYS = """
    SELECT dek_id FROM audit.dek
    WHERE class = 'audit' AND state <> 'destroyed' AND upper(period) <= %(expired)s::date
    AND NOT EXISTS (
        SELECT FROM audit.event AS e LEFT JOIN audit.leaf AS leaf USING (eid)
        WHERE (leaf.idx IS NULL OR leaf.idx >= %(below)s)
        AND substring(e.entry FROM 5 FOR 4) = int4send(dek_id)
    )
    ORDER BY dek_id
"""
_REACH = """
    SELECT coalesce((SELECT max(size) FROM audit.checkpoint), 0),
           coalesce((SELECT max(min_index) FROM audit.retention), 0)
"""


def plan(*, now: datetime, years: int = LEAST_YEARS, using: str = "default") -> Plan:
    """What could go at `now`. TooShort for fewer than six years."""
    if years < LEAST_YEARS:
        raise TooShort(f"Entries are kept for at least {LEAST_YEARS} years ({_CITED}).")
    expired = _years_before(now, years)
    open_holds = [one for one in holds(using=using) if one.lifted_at is None]
    signed, already = _ask(using, _REACH)
    free = _reach(expired, None, signed, using)
    below = max(already, min([free, *(_reach(expired, one, signed, using) for one in open_holds)]))
    held = [one.number for one in open_holds if _reach(expired, one, signed, using) < free]
    keys = _column(using, _KEYS, {"expired": expired, "below": below}) if below else []
    return Plan(years, below, already, tuple(keys), tuple(held))


def _reach(expired: datetime, hold: Hold | None, signed: int, using: str) -> int:
    """Below which index everything is expired and outside this hold, in whole bundles."""
    if hold is not None and hold.since is None:
        return 0
    since = hold.since if hold is not None else None
    kept: list[int] = _column(using, _FIRST_KEPT, {"expired": expired, "held": since})
    return min([signed, *kept]) // WIDTH * WIDTH


def _years_before(now: datetime, years: int) -> datetime:
    try:
        return now.replace(year=now.year - years)
    except ValueError:  # the 29th of February
        return now.replace(year=now.year - years, day=28)


# --- telling of it -------------------------------------------------------------------------------
def announce(what: Plan, *, actor: Actor, approved_by: Sequence[str], backups_until: date) -> UUID:
    """The entry that tells of a pruning, in a transaction of its own; one made before is found.

    backups_until  the day on which the last backup made until today will be gone: until then the
                   keys that are destroyed here can come back with one
    """
    return announced(what.min_index) or log.append(
        events.PRUNED,
        actor=actor,
        extra={
            "min_index": what.min_index,
            "count": what.count,
            "policy": what.policy,
            "approved_by": "; ".join(approved_by),
            "keys": " ".join(map(str, what.keys)),
            "backups_until": backups_until.isoformat(),
        },
        using=log.REFUSALS,
    )


def announced(min_index: int, *, using: str = "default") -> UUID | None:
    """The entry that told of this very index, when what it told was not carried out."""
    for one in log.find(log.Facet.NAME, events.PRUNED, using=using).entries:
        of_now = former.place_of(one.eid, using=using) is None
        if of_now and (one.entry.extra or {}).get("min_index") == min_index:
            return one.eid
    return None


def place_of(eid: UUID, *, using: str = "default") -> int | None:
    """The index of an entry under the newest signed head; None while none covers it."""
    found = _column(
        using,
        "SELECT idx FROM audit.leaf WHERE eid = %(eid)s "
        "AND idx < (SELECT max(size) FROM audit.checkpoint)",
        {"eid": eid},
    )
    return found[0] if found else None


# --- legal holds ---------------------------------------------------------------------------------
def holds(*, using: str = "default") -> list[Hold]:
    """Every hold there was, the oldest first."""
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT hold_id, since, placed_at, placed_event, lifted_at FROM audit.hold "
            "ORDER BY hold_id"
        )
        return [Hold(*row) for row in cursor.fetchall()]


def place_hold(*, reason: str, since: datetime | None, actor: Actor, using: str = "migrate") -> int:
    """Keep every entry from `since` on (all without it) until the hold is lifted; its number."""
    told = {"since": since.isoformat() if since else "the beginning"}
    with _as_owner(using) as cursor:
        eid = log.append(events.HOLD_PLACED, actor=actor, reason=reason, extra=told, using=using)
        cursor.execute(
            "INSERT INTO audit.hold (since, placed_event) VALUES (%s, %s) RETURNING hold_id",
            [since, eid],
        )
        return int(cursor.fetchone()[0])


def lift_hold(number: int, *, reason: str, actor: Actor, using: str = "migrate") -> None:
    """End a hold. LookupError if none of that number is in force."""
    with _as_owner(using) as cursor:
        told = {"hold": number}
        eid = log.append(events.HOLD_LIFTED, actor=actor, reason=reason, extra=told, using=using)
        cursor.execute(
            "UPDATE audit.hold SET lifted_event = %s, lifted_at = clock_timestamp() "
            "WHERE hold_id = %s AND lifted_at IS NULL",
            [eid, number],
        )
        if not cursor.rowcount:
            raise LookupError(f"no hold {number} is in force")


@contextmanager
def _as_owner(using: str) -> Iterator[Any]:
    """A transaction as the log's owner, which portal_migrator may become."""
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute("SET LOCAL ROLE audit_owner")
        yield cursor


def _ask(using: str, query: str) -> tuple[int, int]:
    with connections[using].cursor() as cursor:
        cursor.execute(query)
        found: tuple[int, int] = cursor.fetchone()
        return found


def _column(using: str, query: str, values: dict[str, Any]) -> list[Any]:
    with connections[using].cursor() as cursor:
        cursor.execute(query, values)
        return [row[0] for row in cursor.fetchall()]
