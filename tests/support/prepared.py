"""Statements stay prepared when a test is taken back.

psycopg gives up all that is prepared on a connection with every ROLLBACK, for a table that was made in
what is rolled back may be another one afterwards.  A test ends with one and makes no table, so each
would begin with PostgreSQL parsing and planning anew what the test before it had asked as well.  After
DROP and ALTER they are given up here as there.
"""

import re
from collections.abc import Sequence
from typing import Any

from psycopg._preparing import PrepareManager

#: In place of psycopg's hundred: the suite asks more kinds of statements than a service does at a time.
_MANY = 400
_given_up = re.compile(rb"^(?:DROP|ALTER|DISCARD ALL|DEALLOCATE ALL)\b").match
_clear = PrepareManager.clear


def keep() -> None:
    """From now on, on every connection of this process."""
    PrepareManager.prepared_max = _MANY
    PrepareManager.clear = _kept  # type: ignore[method-assign]
    PrepareManager._should_discard = _should_discard  # type: ignore[method-assign]


def _kept(manager: PrepareManager) -> bool:
    return False


def _should_discard(manager: PrepareManager, prep: Any, results: Sequence[Any]) -> bool:
    told = (one.command_status or b"" for one in results)
    return any(map(_given_up, told)) and _clear(manager)
