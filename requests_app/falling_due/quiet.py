"""Quiet hours: when the office is not written to, by the practice's own clock. Pure."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo


def quiet_until(now: datetime, *, begins: time, ends: time, zone: str) -> datetime | None:
    """When the quiet hours end in which `now` falls; None outside of them.

    begins, ends  local times of day; the hours may go over midnight.  Both alike: there are none
    zone          IANA name
    """
    local = now.astimezone(ZoneInfo(zone))
    if not _within(local.time(), begins, ends):
        return None
    day = local.date()
    if local.time() >= ends:  # they end tomorrow
        day += timedelta(days=1)
    return datetime.combine(day, ends, ZoneInfo(zone)).astimezone(UTC)


def _within(clock: time, begins: time, ends: time) -> bool:
    if begins <= ends:
        return begins <= clock < ends
    return clock >= begins or clock < ends
