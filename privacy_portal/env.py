"""The environment, read once and strictly.

A value comes from the variable NAME, or from the file named in NAME_FILE (how secrets come).
What is needed and missing stops the start with a sentence that says how to make it.
"""

import ipaddress
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit


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
    from psycopg.conninfo import conninfo_to_dict  # Beat reads an environment and no database.

    parts = conninfo_to_dict(url)
    known = {
        "dbname": "NAME",
        "user": "USER",
        "password": "PASSWORD",
        "host": "HOST",
        "port": "PORT",
    }
    settings: dict[str, Any] = {"ENGINE": "privacy_portal.postgres"}
    settings |= {known[key]: str(value) for key, value in parts.items() if key in known}
    settings["OPTIONS"] = {key: value for key, value in parts.items() if key not in known}
    return settings


@dataclass(frozen=True, slots=True)
class Mail:
    """Where messages are handed over. `password` is a secret: never print one of these."""

    backend: str
    host: str = ""
    port: int = 0
    user: str = ""
    password: str = ""
    starttls: bool = False
    tls: bool = False


_BACKENDS = "django.core.mail.backends"
_HOW_MAIL = "Set it like smtp://USER:PASSWORD@HOST:587 or smtps://USER:PASSWORD@HOST:465."


def mail(name: str, *, demo: bool) -> Mail | None:
    """The mail server that the variable names; None when there is none.

    smtp://USER:PASSWORD@HOST:PORT   STARTTLS is required, except on this machine itself
    smtps://USER:PASSWORD@HOST:PORT  TLS from the first byte
    console:, memory:                in the demo only: what goes nowhere must not count as sent
    """
    url = text(name, "console:" if demo else "")
    if not url:
        return None
    try:
        parts = urlsplit(url)
        port, scheme = parts.port, parts.scheme
    except ValueError:
        raise Misconfigured(f"{name} does not read as an address. {_HOW_MAIL}") from None
    if scheme in {"console", "memory"} and demo:
        return Mail(f"{_BACKENDS}.{'console' if scheme == 'console' else 'locmem'}.EmailBackend")
    if scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise Misconfigured(f"{name} names no mail server. {_HOW_MAIL}")
    return Mail(
        f"{_BACKENDS}.smtp.EmailBackend",
        host=parts.hostname,
        port=port or (465 if scheme == "smtps" else 587),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        starttls=scheme == "smtp" and not _this_machine(parts.hostname),
        tls=scheme == "smtps",
    )


def _this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
