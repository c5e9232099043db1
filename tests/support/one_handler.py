"""All test clients of a process share one chain of middleware, as all requests to a server do.

A test client makes its own otherwise, and most of the time of a request would go into finding the
static files that the service serves.
"""

from typing import Any

from django.core.signals import setting_changed
from django.test.client import ClientHandler

#: Settings that no middleware looks at while it is made; after a change of any other the chain is
#: made anew.
_ASIDE = frozenset({
    "DOCUMENTS_URL", "EMAIL_BACKEND", "LOG_FOLDER", "MAIL_FROM", "MAIL_SET", "PASSWORD_HASHERS",
})  # fmt: skip

_made = ClientHandler.load_middleware
_chains: list[Any] = []


def share() -> None:
    """From now on, for every client of this process."""
    ClientHandler.load_middleware = _load  # type: ignore[method-assign]
    setting_changed.connect(_forget)


def _load(handler: ClientHandler, is_async: bool = False) -> None:
    if not _chains:
        _made(handler, is_async)
        _chains.append(handler._middleware_chain)
    handler._middleware_chain = _chains[0]


def _forget(*, setting: str, **_: object) -> None:
    if setting not in _ASIDE:
        _chains.clear()
