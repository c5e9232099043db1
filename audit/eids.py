"""Ids of entries: version 7 UUIDs (RFC 9562), ordered by time.

    milliseconds since 1970, 48 bits | 7 | counter, 12 | 10 | counter, 14 | random, 48

Ordered, so that a page of the log is a range of its primary key.  Within a process the counter
keeps ids apart even if the random source is stuck; and an entry's key is made from its id.  Processes
forked from one begin to count elsewhere each.
"""

import os
from datetime import UTC, datetime
from itertools import count
from os import urandom
from uuid import UUID

LAST = UUID(int=2**128 - 1)
_END_OF_TIME = 253_402_300_799_999  # the last millisecond of the year 9999
_tick = count()


def _begin() -> None:
    """Count from anywhere."""
    global _tick
    _tick = count(int.from_bytes(urandom(3), "big"))


_begin()
os.register_at_fork(after_in_child=_begin)


def fresh(time_ms: int) -> UUID:
    """A new id at this instant, given in milliseconds."""
    tick = next(_tick) & 0x3FFFFFF
    high = (time_ms & 0xFFFFFFFFFFFF) << 16 | 0x7000 | tick >> 14
    low = 0b10 << 62 | (tick & 0x3FFF) << 48 | int.from_bytes(urandom(6), "big")
    return UUID(int=high << 64 | low)


def instant(eid: UUID) -> datetime:
    """The instant that an id begins with; one beyond the calendar is its last."""
    return at(eid.int >> 80)


def at(time_ms: int) -> datetime:
    """The instant with which every id of that millisecond begins."""
    seconds, milliseconds = divmod(min(time_ms, _END_OF_TIME), 1000)
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=milliseconds * 1000)


def first(at: datetime) -> UUID:
    """The least id of an instant: every id made from then on is greater, or has this very beginning."""
    since = at.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)
    time_ms = max((since.days * 86_400 + since.seconds) * 1000 + -(-since.microseconds // 1000), 0)
    return UUID(int=time_ms << 80)
