"""The keyring of this process, on Django's connections.

Keys are read and made on the autocommit connection `refusals`, never in the caller's
transaction: a key made there would vanish with a rollback while this process went on using it.
"""

import logging
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connections, transaction

from audit import clock
from audit.crypto import blind_index
from audit.crypto import keyring as rings
from audit.crypto.keyring import Keyring, KeyRow, KeyState, Period, Span
from audit.crypto.providers import KeyProvider, LocalFile
from audit.errors import UnknownKey

ALIAS = "refusals"
AUDIT = "audit"
AHEAD = 2
#: The columns of a key as `row` takes them; a condition follows.
SELECT = (
    "SELECT dek_id, class, lower(period), upper(period), wrapped, kek_id, state "
    "FROM audit.dek WHERE "
)
_logger = logging.getLogger(__name__)
_spans: dict[str, Span] = {AUDIT: Span.MONTH}
_rings: dict[str, Keyring] = {}


def add_class(key_class: str, span: Span) -> None:
    """Say that keys of this class are used, so that `ensure_periods` makes them."""
    _spans[key_class] = span


def keyring() -> Keyring:
    """The keyring of the database this process is connected to."""
    database = str(connections[ALIAS].settings_dict["NAME"])
    if database not in _rings:
        _rings[database] = Keyring(DatabaseStore(), provider(), on_gap=_report_gap)
    return _rings[database]


def provider() -> KeyProvider:
    """Who holds the key-encryption key, from the settings."""
    if not settings.KEY_FOLDER:
        raise UnknownKey("no key folder is set")
    return LocalFile(Path(settings.KEY_FOLDER))


def check_provider() -> None:
    """Raise UnknownKey or UnsafeKeyFile unless the active key-encryption key can be read now."""
    provider()


def forget() -> None:
    """Drop every cached key and read the key folder anew."""
    _rings.clear()


def ensure_periods(now: datetime) -> None:
    """Make the keys of this period and of the two that follow, and of every registered index.

    Safe to repeat and to run twice at once.  Called by the start and by a daily task.
    """
    ring = keyring()
    for key_class, span in _wanted():
        for period in _ahead(span, now.date()):
            ring.ensure(key_class, period)


def missing(now: datetime) -> list[str]:
    """Classes without an active key for the present period: what /health reports."""
    with connections[ALIAS].cursor() as cursor:
        cursor.execute(_PRESENT, [now.date()])
        held = {key_class for (key_class,) in cursor.fetchall()}
    return [key_class for key_class, _ in _wanted() if key_class not in held]


_PRESENT = "SELECT DISTINCT class FROM audit.dek WHERE state = 'active' AND period @> %s::date"


def rewrap(*, using: str = "migrate") -> int:
    """Wrap every data key anew under the active key-encryption key; how many were changed.

    One transaction as the owner of the table: afterwards either all are wrapped under the new
    key or none.  The old key's file may go once no backup names it any more.
    """
    keeper = provider()
    changed = 0
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute("SET LOCAL ROLE audit_owner")
        cursor.execute(SELECT + "wrapped IS NOT NULL FOR UPDATE")
        for held in [row(found) for found in cursor.fetchall()]:
            if held.kek_id != keeper.id:
                anew = rings.wrapped(held, rings.unwrapped(held, keeper), keeper)
                cursor.execute(
                    "UPDATE audit.dek SET wrapped = %s, kek_id = %s WHERE dek_id = %s",
                    [anew.wrapped, anew.kek_id, anew.dek_id],
                )
                changed += 1
    forget()
    return changed


class DatabaseStore:
    """audit.dek as a key store."""

    def row(self, dek_id: int) -> KeyRow | None:
        found = self._select("dek_id = %s", dek_id)
        return found[0] if found else None

    def active(self, key_class: str) -> Sequence[KeyRow]:
        return self._select("class = %s AND state = 'active'", key_class)

    def next_id(self) -> int:
        with connections[ALIAS].cursor() as cursor:
            cursor.execute("SELECT nextval('audit.dek_id_seq')")
            return int(cursor.fetchone()[0])

    def ensure(self, row: KeyRow) -> int:
        period = row.period.text()
        with connections[ALIAS].cursor() as cursor:
            cursor.execute(
                "SELECT audit.dek_ensure(%s, %s, %s::daterange, %s, %s)",
                [row.dek_id, row.key_class, period, row.wrapped, row.kek_id],
            )
            return int(cursor.fetchone()[0])

    def _select(self, condition: str, value: int | str) -> list[KeyRow]:
        with connections[ALIAS].cursor() as cursor:
            cursor.execute(SELECT + condition, [value])
            return [row(found) for found in cursor.fetchall()]


def row(found: tuple[Any, ...]) -> KeyRow:
    """What `SELECT` gave, one row of it."""
    dek_id, key_class, start, end, wrapped, kek_id, state = found
    return KeyRow(
        dek_id,
        key_class,
        Period(start, end),
        None if wrapped is None else bytes(wrapped),
        kek_id,
        KeyState(state),
    )


def _wanted() -> list[tuple[str, Span]]:
    return [*_spans.items(), *((name, Span.EVER) for name in blind_index.classes())]


def _ahead(span: Span, day: date) -> list[Period]:
    periods = [rings.period_of(span, day)]
    while len(periods) <= AHEAD and periods[-1].end is not None:
        periods.append(rings.period_of(span, periods[-1].end))
    return periods


def _report_gap(key_class: str, day: date) -> None:
    _logger.error("No key of class %s for %s; the newest one is used", key_class, day)


def today() -> date:
    """The day whose keys are used now. Key periods are days in UTC, for every site alike."""
    return clock.now().date()
