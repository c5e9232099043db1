"""What surrounds an act: set by whoever receives it, put into every entry it leads to."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RequestContext:
    """request_id goes from page to task to log; network is the caller's address as text;
    app names the part of the service that acts (web, worker, command)."""

    request_id: str | None = None
    network: str | None = None
    app: str | None = None


_NOTHING = RequestContext()
_current: ContextVar[RequestContext] = ContextVar("request_context", default=_NOTHING)


def current() -> RequestContext:
    return _current.get()


@contextmanager
def entered(context: RequestContext) -> Iterator[None]:
    """Every entry appended inside carries this context."""
    token = _current.set(context)
    try:
        yield
    finally:
        _current.reset(token)
