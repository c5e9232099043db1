"""What the service knows of its own set-up, for the daily attestation: things and their lines.

Nothing secret: of a setting that holds one, only whether it is set.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings

from audit import keys, published, tiles
from audit.errors import MalformedProof
from audit.note import Verifier
from requests_app.permissions import MAY

#: Settings whose values say who gets in, what is kept, and what the log is called.
_NAMED = (
    "ALLOWED_HOSTS", "AUTHENTICATION_BACKENDS", "AUTH_PASSWORD_VALIDATORS", "DATABASE_ROUTERS",
    "DEBUG", "DEMO", "DOCUMENT_BYTES", "DOCUMENT_TYPES", "DOWNLOAD_MINUTES", "INSTALLED_APPS",
    "KEEP_IDENTITY_IMAGES", "KEY_DAYS", "LOG_ORIGIN", "MIDDLEWARE", "PASSWORD_HASHERS",
    "PUBLIC_ORIGIN", "REST_FRAMEWORK", "ROOT_URLCONF", "SESSION_COOKIE_SECURE", "SESSION_ENGINE",
    "SESSION_HOURS", "SESSION_IDLE_MINUTES", "TRUSTED_PROXIES",
)  # fmt: skip
_SECRET = ("DOCUMENTS_URL", "LOG_FOLDER", "MAIL_SET", "METRICS_TOKEN", "PRINT_HEADS", "STAMP_URL")


def of_service() -> Mapping[str, Iterable[str]]:
    """Settings, what each role may do, and the keys by their public names."""
    found: dict[str, list[str]] = {
        f"service setting {name}": [_spelt(getattr(settings, name))] for name in _NAMED
    }
    found |= {
        f"service setting {name}": ["set" if getattr(settings, name) else "not set"]
        for name in _SECRET
    }
    found |= {f"permissions of {role}": sorted(MAY[role]) for role in MAY}
    return found | {"keys": [f"active: {keys.provider().id}", *_of_log()]}


def _spelt(value: Any) -> str:
    """One spelling for each value, whatever order a set has."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_spelt(value[key])}" for key in sorted(value)) + "}"
    if isinstance(value, set | frozenset):
        return _spelt(sorted(value))
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_spelt, value)) + "]"
    return str(value)


def _of_log() -> list[str]:
    """The log's keys as they are published; which of them is right is for others to say."""
    try:
        lines = (published.place() / tiles.VKEYS).read_text(encoding="ascii").split()
        return [f"of the log: {Verifier.parse(line)}" for line in lines] if lines else []
    except (OSError, UnicodeDecodeError):
        return []
    except MalformedProof:
        return ["of the log: not readable"]
