"""What a module's tests only look at: made once for all of them, in a transaction around them.

Not beside the fixture `db`, whose transaction would be within it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_django import DjangoDbBlocker


@contextmanager
def for_a_module(blocker: DjangoDbBlocker) -> Iterator[None]:
    """Whatever is made within stands until the end of the block and is then taken back."""
    with blocker.unblock(), _taken_back():
        yield


@contextmanager
def for_a_test(blocker: DjangoDbBlocker) -> Iterator[None]:
    """What the test does is taken back; it begins at noon."""
    with blocker.unblock(), _taken_back(), as_in_a_test():
        yield


@contextmanager
def as_in_a_test() -> Iterator[None]:
    """At noon, and refusals are seen in the same transaction (see `_django_db_helper`)."""
    from django.db import connections

    from audit import clock
    from tests.support import office

    refusals = connections["refusals"]
    connections["refusals"] = connections["default"]
    with clock.frozen(office.NOON):
        yield
    connections["refusals"] = refusals


@contextmanager
def _taken_back() -> Iterator[None]:
    from django.db import transaction

    with transaction.atomic():
        yield
        transaction.set_rollback(True)
