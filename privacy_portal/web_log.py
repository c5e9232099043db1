"""What gunicorn has to say, in the service's own lines.

Of its own accord it quotes what it could not read: a request line, a header, an address with its
query.  Its access log would name addresses as typed, so none is written, whatever its options say:
the lines `http.answered` of privacy_portal.middleware are the access log.
"""

import logging
from collections.abc import Callable
from typing import Any

from gunicorn.glogging import Logger

from privacy_portal.logging import JsonFormatter


class Lines(Logger):
    """gunicorn's `--logger-class`."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(JsonFormatter())
        self.access_log.handlers.clear()
        self.access_log.addHandler(logging.NullHandler())

    def access(self, *args: Any) -> None:
        """Nothing: see above."""


def _from_its_caller(name: str) -> Callable[..., None]:
    """A method of Logger whose lines name the place that called it, since they name no more."""
    plain = getattr(Logger, name)

    def write(self: Lines, message: object, *args: Any, **options: Any) -> None:
        plain(self, message, *args, **{"stacklevel": 3} | options)

    return write


for _level in ("critical", "error", "warning", "info", "debug", "exception"):
    setattr(Lines, _level, _from_its_caller(_level))
