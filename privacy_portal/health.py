"""Is the process alive, and can it do its work? For those who run it; open, and without secrets."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.http import HttpRequest, JsonResponse
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe
from kombu import Connection

from audit import clock, former, keys, standing
from audit.errors import AuditError
from privacy_portal import alarms, anchors
from requests_app.falling_due import heartbeats
from requests_app.measures import MOST

logger = logging.getLogger("privacy_portal.health")
BROKER_SECONDS = 2


@dataclass(frozen=True, slots=True)
class Part:
    """One thing the service stands on: its name, whether it holds, a sentence for the operator."""

    name: str
    ok: bool
    says: str


class Failing(Exception):
    """A part does not hold; the sentence says what to do and holds no secret."""


@require_safe
def live(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """Every part in turn; 503 when one does not hold. Alarms are for a person, and stop nothing."""
    parts = [examine(name, check) for name, check in CHECKS.items()]
    ok = all(part.ok for part in parts)
    body = {
        "status": "ok" if ok else "failing",
        "parts": {part.name: {"ok": part.ok, "says": part.says} for part in parts},
        "alarms": _alarms(),
        "sweep_last_finished_at": _swept_at(),
        "log": _log(),
    }
    return JsonResponse(body, status=200 if ok else 503)


def examine(name: str, check: Callable[[], str]) -> Part:
    """Run one check: what it returns is good news, what it raises is not."""
    try:
        return Part(name, True, check())
    except Failing as failing:
        return Part(name, False, str(failing))
    except Exception:
        logger.exception("health.failed", extra={"facts": {"part": name}})
        return Part(name, False, "Not reachable. The service's log says where it failed.")


def _alarms() -> list[str]:
    try:
        return alarms.raised(clock.now())
    except DatabaseError:
        return ["Whether anything waits cannot be told: the database does not answer."]


def _log() -> dict[str, Any] | None:
    """What waits to be sealed, each anchor with the age of what it holds, logs that were closed because
    entries of theirs are gone; null if untold.

    No sizes: the page is open, and sizes tell how busy a clinic is.
    """
    try:
        waits, held = standing.pending(most=MOST), anchors.held(clock.now())
        closed = former.logs()
    except (DatabaseError, AuditError):
        return None
    return {
        "pending_seals": waits.number,
        "oldest_pending_seconds": round(waits.age.total_seconds()),
        "anchors": held,
        "closed": [
            {"log": one.origin, "successor": one.successor, "at": one.closed_at.isoformat()}
            for one in closed
        ],
    }


def _swept_at() -> str | None:
    """When what falls due was last looked through; null when it never was, or cannot be told."""
    try:
        found = heartbeats.last_finished(heartbeats.SWEEP)
    except DatabaseError:
        return None
    return found.isoformat() if found else None


def database() -> str:
    """Answers, and only with the application's rights."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
        row = cursor.fetchone()
    if row is None or row[0]:
        raise Failing("DATABASE_URL must name the application's role, not a superuser.")
    return "The database answers to the application's role."


def migrations() -> str:
    loader = MigrationLoader(connection)
    missing = set(loader.disk_migrations) - set(loader.applied_migrations)
    if missing:
        raise Failing(
            ngettext(
                "%(n)d migration waits: run `manage.py migrate --database migrate`.",
                "%(n)d migrations wait: run `manage.py migrate --database migrate`.",
                len(missing),
            )
            % {"n": len(missing)}
        )
    return "Every migration is applied."


def key() -> str:
    """Whether keys can be opened; a period without its own key is work for an operator, no stop."""
    keys.provider()
    late = len(keys.missing(clock.now()))
    if late:
        return ngettext(
            "The key can be read. %(n)d class of data has no key of this period yet.",
            "The key can be read. %(n)d classes of data have no key of this period yet.",
            late,
        ) % {"n": late}
    return "The key can be read."


def broker() -> str:
    if not settings.REDIS_URL:
        raise Failing("REDIS_URL is not set: no task runs until it is.")
    with Connection(settings.REDIS_URL, connect_timeout=BROKER_SECONDS) as link:
        link.transport_options = {"socket_timeout": BROKER_SECONDS}
        link.default_channel.client.ping()
    return "The broker answers."


CHECKS: dict[str, Callable[[], str]] = {
    "database": database,
    "migrations": migrations,
    "key": key,
    "broker": broker,
}
