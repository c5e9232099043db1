"""One act, one transaction, however many doors it passes through.

An act opens `whole()`.  Whoever already stands in a transaction that ends with the act says so with
`enclosing()`: the act then needs no savepoint of its own, for nothing could be kept without it.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar

from django.db import transaction

_enclosed: ContextVar[bool] = ContextVar("enclosed", default=False)


def whole() -> AbstractContextManager[None]:
    """The transaction of one act: all of it is kept, or nothing."""
    act: AbstractContextManager[None] = transaction.atomic(savepoint=not _enclosed.get())
    return act


@contextmanager
def enclosing() -> Iterator[None]:
    """A transaction around one act, which must not go on after the act has raised."""
    with transaction.atomic():
        mark = _enclosed.set(True)
        try:
            yield
        finally:
            _enclosed.reset(mark)
