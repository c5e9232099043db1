"""The one door for time.

`now()` is what every edge of the service asks; the core takes time as a parameter.  Tests and
rehearsals move it: inside a process with `frozen`, across processes with the file named in
`PRIVACY_CLOCK_FILE`.  Its one line is an ISO 8601 instant with its offset, at which time stands
still, or a whole number of seconds with its sign (`+86400`, `-3600`), by which time runs ahead of
the machine's clock or behind it.
"""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from pathlib import Path

_frozen: ContextVar[datetime | None] = ContextVar("frozen", default=None)
_FILE = "PRIVACY_CLOCK_FILE"
_SHIFT = re.compile(r"[+-][0-9]{1,9}")


def now() -> datetime:
    """The present instant, aware, in UTC."""
    frozen_at = _frozen.get()
    if frozen_at is not None:
        return frozen_at
    path = os.environ.get(_FILE)
    if path:
        return _said(Path(path).read_text(encoding="ascii").strip())
    return datetime.now(UTC)


def _said(line: str) -> datetime:
    if _SHIFT.fullmatch(line):
        return datetime.now(UTC) + timedelta(seconds=int(line))
    return _aware(datetime.fromisoformat(line))


@contextmanager
def frozen(instant: datetime) -> Iterator[None]:
    """Hold `now()` at one aware instant, in this context only."""
    token = _frozen.set(_aware(instant))
    try:
        yield
    finally:
        _frozen.reset(token)


def _aware(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError("an instant needs its offset")
    return instant.astimezone(UTC)
