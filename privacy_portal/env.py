"""The environment, read once and strictly.

A value comes from the variable NAME, or from the file named in NAME_FILE (how secrets come).
What is needed and missing stops the start with a sentence that says how to make it.
"""

import os
from pathlib import Path
from typing import Any

from psycopg.conninfo import conninfo_to_dict


class Misconfigured(SystemExit):
    """Stops the program with one sentence: what is missing and how to make it."""


def text(name: str, default: str | None = None, *, how: str = "") -> str:
    """The variable's text; without it the default; without that the start stops."""
    if name in os.environ:
        return os.environ[name]
    path = os.environ.get(f"{name}_FILE")
    if path:
        return Path(path).read_text(encoding="utf-8").strip()
    if default is None:
        raise Misconfigured(f"{name} is not set. {how or f'Set {name} or {name}_FILE.'}")
    return default


def flag(name: str) -> bool:
    """True for 1, false for 0 or unset; anything else stops the start."""
    value = text(name, "0")
    if value not in {"0", "1"}:
        raise Misconfigured(f"{name} must be 1 or 0.")
    return value == "1"


def number(name: str, default: int) -> int:
    value = text(name, str(default))
    if not value.isdecimal():
        raise Misconfigured(f"{name} must be a whole number.")
    return int(value)


def names(name: str, default: str) -> list[str]:
    """A comma-separated list, blanks trimmed, empty items dropped."""
    return [item.strip() for item in text(name, default).split(",") if item.strip()]


def database(url: str) -> dict[str, Any]:
    """Django's database settings from a libpq URL (a socket folder goes in `?host=/folder`)."""
    parts = conninfo_to_dict(url)
    known = {
        "dbname": "NAME",
        "user": "USER",
        "password": "PASSWORD",
        "host": "HOST",
        "port": "PORT",
    }
    settings: dict[str, Any] = {"ENGINE": "django.db.backends.postgresql"}
    settings |= {known[key]: str(value) for key, value in parts.items() if key in known}
    settings["OPTIONS"] = {key: value for key, value in parts.items() if key not in known}
    return settings
