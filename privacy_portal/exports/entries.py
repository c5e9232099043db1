"""The audit log, entry by entry as it is exported."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

from audit import eids, log
from audit.actors import Actor
from audit.log import Facet
from privacy_portal.exports.asked import ExportEntries
from privacy_portal.exports.source import Found, Line, Scope, Source, day_of
from requests_app.log_readers import require_every_site, without_own_complaints
from requests_app.people.references import parse_reference
from requests_app.permissions import Permission
from requests_app.selectors import uuid_at

_COLUMNS = (
    "id", "at", "name", "outcome", "actor", "actor_name", "roles", "acting_for", "patient",
    "request", "object", "reason", "purpose", "recipient", "before", "after", "extra", "network",
)  # fmt: skip


def _line(opened: log.Opened) -> Line:
    """One entry of the log, opened."""
    entry = opened.entry
    return (
        str(opened.eid),
        entry.at.isoformat(),
        entry.name,
        entry.outcome,
        entry.actor.id,
        entry.actor.name,
        " ".join(entry.actor.roles),
        entry.acting_for,
        entry.patient,
        entry.request,
        f"{entry.object.type} {entry.object.id}" if entry.object else None,
        entry.reason,
        entry.purpose,
        entry.recipient,
        _facts(entry.before),
        _facts(entry.after),
        _facts(entry.extra),
        entry.network.address if entry.network else None,
    )


def _facts(given: Mapping[str, Any] | None) -> str | None:
    return None if given is None else json.dumps(dict(given), ensure_ascii=False, sort_keys=True)


def _check(asked: Mapping[str, str], actor: Actor) -> None:
    require_every_site(actor)
    _facet_value(asked)


def _facet_value(asked: Mapping[str, str]) -> tuple[Facet, str] | None:
    if "facet" not in asked:
        return None
    facet, value = Facet[asked["facet"].upper()], asked["value"]
    if facet is Facet.SUBJECT:
        value = str(uuid_at(value, at="/value"))
    if facet is Facet.REQUEST:
        value = parse_reference(value, at="/value")
    return facet, value


def _horizon(started: datetime) -> str:
    """Newest first: everything with an id below that of this instant."""
    milliseconds = int(started.timestamp() * 1000) + 1
    return str(UUID(int=milliseconds << 80))


def _expected(_scope: Scope) -> int | None:
    return None


def _page(scope: Scope, after: str, limit: int) -> Found:
    before = UUID(after or scope.horizon)
    by = _facet_value(scope.filter)
    page = (
        log.recent(before=before, limit=limit)
        if by is None
        else log.find(by[0], by[1], before=before, limit=limit)
    )
    since, until = day_of(scope.filter.get("since")), day_of(scope.filter.get("until"))
    kept = [
        one
        for one in without_own_complaints(page.entries, scope.actor)
        if _between(one, since, until)
    ]
    over = since is not None and page.before is not None
    over = over and eids.instant(cast(UUID, page.before)).date() < cast(date, since)
    return Found(
        lines=[_line(one) for one in kept],
        keys=[str(one.eid) for one in kept],
        patients=[one.entry.patient for one in kept],
        read=len(page.entries),
        after=str(page.before) if page.before and not over else None,
    )


def _ends(scope: Scope, after: str, limit: int) -> str | None:
    before = UUID(after or scope.horizon)
    end = log.page_end(_facet_value(scope.filter), before=before, limit=limit)
    return None if end is None else str(end)


def _between(one: log.Opened, since: date | None, until: date | None) -> bool:
    on = one.entry.at.date()
    return (since is None or on >= since) and (until is None or on <= until)


SOURCE = Source(
    title="audit log",
    asks=ExportEntries,
    needs=(Permission.EXPORT_DISCLOSURES, Permission.READ_LOG),
    columns=_COLUMNS,
    check=_check,
    horizon=_horizon,
    expected=_expected,
    page=_page,
    ends=_ends,
)
