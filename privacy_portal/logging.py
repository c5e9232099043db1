"""Structured logging: JSON lines that hold ids and event names, and nothing else.

Records of our own name an event and known facts.  Of a library's record only its place in the
source is written, never the message: a message may hold what a person typed.  A traceback is
written as places and exception types; what the exception says is left out for the same reason.
"""

import json
import logging
import logging.config
import re
import warnings
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from audit import context

ACCESS = logging.getLogger("privacy_portal.access")
OURS = ("privacy_portal", "requests_app", "audit")
#: Facts that may stand in a line, and the form of each.
_ID = re.compile(r"[A-Za-z0-9:_.\-]{0,80}")
_ROUTE = re.compile(r"[A-Za-z0-9_:/<>.\-^$?()+*\[\]\\]{0,200}")
FACTS: dict[str, re.Pattern[str]] = {
    "actor": _ID,
    "method": _ID,
    "milliseconds": _ID,
    "object_id": _ID,
    "outcome": _ID,
    "part": _ID,
    "reference": _ID,
    "route": _ROUTE,
    "status": _ID,
    "task": _ID,
    "count": _ID,
}
_EVENT = re.compile(r"[a-z_]+([.:][a-z_]+)+")


def log_event(
    logger: logging.Logger, event: str, *, level: int = logging.INFO, **facts: object
) -> None:
    """Write one event with facts named in FACTS; an unknown fact raises."""
    unknown = facts.keys() - FACTS.keys()
    if unknown:
        raise ValueError(f"add these to privacy_portal.logging.FACTS first: {sorted(unknown)}")
    logger.log(level, event, extra={"facts": facts})


def configure(config: dict[str, Any]) -> None:
    """settings.LOGGING_CONFIG: lines of ours from now on, also of what Python warns of."""
    logging.config.dictConfig(config)
    warnings.showwarning = write_warning


def write_warning(
    message: Warning | str, category: type[Warning], filename: str, lineno: int, *_: Any
) -> None:
    """Its place: what a warning says may quote a value."""
    logger = logging.getLogger("py.warnings")
    made = logger.makeRecord(logger.name, logging.WARNING, filename, lineno, "", (), None)
    logger.handle(made)


class JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
        }
        line |= _what(record)
        request_id = context.current().request_id
        if request_id is not None:
            line["request_id"] = request_id
        if record.exc_info and record.exc_info[1] is not None:
            line["exception"] = places(record.exc_info[1])
        return json.dumps(line, ensure_ascii=True)


def _what(record: logging.LogRecord) -> dict[str, Any]:
    place = f"{_short(record.pathname)}:{record.lineno}"
    if record.name.partition(".")[0] not in OURS or not _EVENT.fullmatch(str(record.msg)):
        return {"place": place}
    facts = getattr(record, "facts", {})
    kept = {k: _plain(v) for k, v in facts.items() if k in FACTS and FACTS[k].fullmatch(str(v))}
    return {"event": record.msg} | kept


def _plain(fact: object) -> int | str:
    """A number stays one; an id of another type is its text, or its line would be lost."""
    return fact if isinstance(fact, int) else str(fact)


def places(error: BaseException) -> list[dict[str, Any]]:
    """The chain of exceptions, newest first: type and places, no message and no values."""
    chain, seen = [], set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        name = f"{type(current).__module__}.{type(current).__qualname__}"
        chain.append({"type": name, "at": _frames(current.__traceback__)})
        current = current.__cause__ or current.__context__
    return chain


def _frames(traceback: TracebackType | None) -> list[str]:
    frames = []
    while traceback is not None:
        code = traceback.tb_frame.f_code
        frames.append(f"{_short(code.co_filename)}:{traceback.tb_lineno} {code.co_name}")
        traceback = traceback.tb_next
    return frames


def _short(path: str) -> str:
    """The last three parts of a source file's path: enough to find it, no folder of the machine."""
    return "/".join(Path(path).parts[-3:])


#: settings.LOGGING. Nothing is mailed, and no logger keeps a handler of its own.
CONFIG: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": JsonFormatter}},
    "handlers": {"lines": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["lines"], "level": "WARNING"},
    "loggers": {
        "privacy_portal": {"level": "INFO"},
        "requests_app": {"level": "INFO"},
        "audit": {"level": "INFO"},
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
    },
}
