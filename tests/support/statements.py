"""Counting statements: what a call asks of the database, the keys of this process apart."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.test.utils import CaptureQueriesContext


@contextmanager
def statements() -> Iterator[list[str]]:
    """The statements of the block, filled in when it ends.

    A process remembers a data key for a minute and then reads it anew, whatever runs just then, so
    reading keys belongs to no call.
    """
    texts: list[str] = []
    with CaptureQueriesContext(connection) as seen:
        yield texts
    texts += [one["sql"] for one in seen.captured_queries if "audit.dek " not in one["sql"]]
