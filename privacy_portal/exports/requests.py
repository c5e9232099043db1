"""The register of requests, line by line as it is exported."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django.db.models import Q

from audit.actors import Actor
from privacy_portal.exports.asked import ExportRequests
from privacy_portal.exports.source import Found, Line, Scope, Source
from requests_app.errors import BadInput
from requests_app.kinds import registry
from requests_app.kinds.base import Kind
from requests_app.permissions import Permission
from requests_app.selectors import uuid_at, visible_requests

_COLUMNS = (
    "reference", "kind", "state", "channel", "received_at", "received_on", "due_on", "answered_on",
    "late", "patient", "representative", "asker", "details", "fee_cents",
)  # fmt: skip


def _line(request: Kind, now: datetime) -> Line:
    """One request: when it came, when it is due by the same engine as everywhere, how it stands."""
    filed = request.filed
    return (
        request.reference,
        request.kind,
        request.state,
        request.channel,
        request.received_at.isoformat(),
        request.received_on.isoformat(),
        request.due_on.isoformat() if request.due_on else None,
        request.answered_on.isoformat() if request.answered_on else None,
        "yes" if request.is_late(now=now) else "no",
        str(request.patient_id) if request.patient_id else None,
        str(request.representative_id) if request.representative_id else None,
        filed.asker.name,
        json.dumps(filed.details, ensure_ascii=False, sort_keys=True),
        request.fee_cents,
    )


def _check(asked: Mapping[str, str], actor: Actor) -> None:
    if "patient" in asked:
        uuid_at(asked["patient"], at="/patient")
    if "kind" in asked and asked["kind"] not in {kind.name for kind in registry.all_kinds()}:
        raise BadInput.one("/kind", "Choose a kind of request.")


def _wanted(scope: Scope) -> Any:
    asked = scope.filter
    rows = visible_requests(scope.actor, now=scope.started)
    rows = rows.filter(entered_at__lte=scope.started)
    columns = {
        "kind": asked.get("kind"),
        "patient_id": asked.get("patient"),
        "received_on__gte": asked.get("since"),
        "received_on__lte": asked.get("until"),
    }
    return rows.filter(**{name: value for name, value in columns.items() if value is not None})


def _expected(scope: Scope) -> int | None:
    return int(_wanted(scope).count())


def _after(scope: Scope, after: str) -> Any:
    rows = _wanted(scope)
    if after:
        at, _, pk = after.partition(" ")
        rows = rows.filter(Q(received_at__gt=at) | Q(received_at=at, id__gt=pk))
    return rows.order_by("received_at", "id")


def _ends(scope: Scope, after: str, limit: int) -> str | None:
    keys = _after(scope, after).values_list("received_at", "id")[limit - 1 : limit]
    return next((_key(*key) for key in keys), None)


def _key(received_at: datetime, pk: UUID) -> str:
    return f"{received_at.isoformat()} {pk}"


def _page(scope: Scope, after: str, limit: int) -> Found:
    rows = _after(scope, after).select_related("site")
    found = [cast(Kind, row) for row in rows[:limit]]
    return Found(
        lines=[_line(row, scope.started) for row in found],
        keys=[row.reference for row in found],
        patients=[str(row.patient_id) if row.patient_id else None for row in found],
        read=len(found),
        after=_key(found[-1].received_at, found[-1].pk) if len(found) == limit else None,
    )


SOURCE = Source(
    title="requests",
    asks=ExportRequests,
    needs=(Permission.EXPORT_DISCLOSURES, Permission.READ_REQUESTS),
    columns=_COLUMNS,
    check=_check,
    horizon=lambda started: started.isoformat(),
    expected=_expected,
    page=_page,
    ends=_ends,
)
