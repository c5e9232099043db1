"""The registers that can be exported, as data: who may, which columns, and the lines after a key."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

from django.db.models import Max, Q

from audit import eids, log
from audit.actors import Actor
from audit.log import Facet
from privacy_portal.exports.asked import Asked, ExportDisclosures, ExportEntries, ExportRequests
from requests_app import selectors as requests
from requests_app.disclosures import selectors
from requests_app.disclosures.models import Disclosure
from requests_app.disclosures.selectors import SearchDisclosures
from requests_app.disclosures.taxonomy import taxonomy
from requests_app.errors import BadInput
from requests_app.kinds import registry
from requests_app.kinds.base import Kind
from requests_app.log_readers import require_every_site, without_own_complaints
from requests_app.people.references import parse_reference
from requests_app.permissions import Permission, require

Cell = str | int | None
Line = tuple[Cell, ...]


@dataclass(frozen=True)
class Scope:
    """What an export reads: its filter, as whom, up to which key, as things stood at `started`."""

    filter: Mapping[str, str]
    actor: Actor
    horizon: str
    started: datetime


@dataclass(frozen=True)
class Found:
    """Some lines: their keys and patients beside them; `after` continues, None at the end.

    read  how many rows were read, of which some may not have fitted the filter
    """

    lines: list[Line]
    keys: list[str]
    patients: list[str | None]
    read: int
    after: str | None


@dataclass(frozen=True)
class Source:
    """One register."""

    title: str
    asks: type[Asked]
    needs: tuple[Permission, ...]
    columns: tuple[str, ...]
    check: Callable[[Mapping[str, str], Actor], None]
    horizon: Callable[[datetime], str]
    expected: Callable[[Scope], int | None]
    page: Callable[[Scope, str, int], Found]
    #: Where a page ends and another goes on, told without opening a line; None at the end.
    ends: Callable[[Scope, str, int], str | None]


def check_permitted(source: Source, actor: Actor) -> None:
    """NotPermitted unless the actor may read and export this register."""
    for permission in source.needs:
        require(actor, permission)


# --- the disclosure log ------------------------------------------------------------------------
_LEDGER = (
    "seq", "id", "recorded_at", "disclosed_on", "disclosed_until", "patient", "recipient_name",
    "recipient_address", "basis", "basis_title", "accountable", "because", "description",
    "purpose", "form", "corrects", "corrected_by", "recorded_by",
)  # fmt: skip


def disclosure_lines(rows: Sequence[selectors.Line]) -> list[Line]:
    """Lines of the file, in the order of its columns. Made a column at a time: what many lines say
    alike, a day or a basis, is written once."""
    if not rows:
        return []
    told: dict[str, Any] = dict(zip(selectors.Line._fields, zip(*rows, strict=True), strict=True))
    facts = told["facts"]
    answers = [one.excluded_answer for one in facts]
    columns = (
        told["seq"],
        told["id"],
        _each(_instant, told["recorded_at"]),
        _each(_day_of, told["disclosed_on"]),
        _each(_day_of, told["disclosed_until"]),
        told["patient_id"],
        [one.recipient_name for one in facts],
        [one.recipient_address for one in facts],
        *zip(*_each(_of_basis, zip(told["basis"], answers, strict=True)), strict=True),
        [one.description for one in facts],
        [one.purpose for one in facts],
        told["form"],
        told["corrects_id"],
        told["corrected_by_id"],
        told["recorded_by_name"],
    )
    return list(zip(*columns, strict=True))


def _each(write: Callable[[Any], Any], values: Iterable[Any]) -> Iterable[Any]:
    """Every value written; those that are alike, once."""
    values = list(values)
    written = {one: write(one) for one in set(values)}
    return map(written.__getitem__, values)


def _instant(text: str) -> str:
    return datetime.fromisoformat(text).isoformat()


def _day_of(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _of_basis(basis_and_answer: tuple[str, bool | None]) -> Line:
    """What a line says of its basis: the same for all that are on it and answered alike."""
    basis, answer = basis_and_answer
    title = taxonomy().basis(basis).title if basis else ""
    standing = selectors.stands(basis, answer)
    return basis, title, standing.accountable.value, standing.because


def _searched(scope: Scope) -> Any:
    asked = scope.filter
    search = SearchDisclosures(
        patient=asked.get("patient"),
        recipient=asked.get("recipient"),
        basis=asked.get("basis"),
        since=_day(asked.get("since")),
        until=_day(asked.get("until")),
        accountable=_flag(asked.get("accountable")),
    )
    rows = selectors.within(scope.actor, Permission.EXPORT_DISCLOSURES)
    return selectors.matching(rows.filter(seq__lte=int(scope.horizon or 0)), search)


def _check_disclosures(asked: Mapping[str, str], actor: Actor) -> None:
    """What the filter names exists: better said now than by a worker later."""
    if "patient" in asked:
        requests.uuid_at(asked["patient"], at="/patient")
    if "basis" in asked and asked["basis"] not in taxonomy().all:
        raise BadInput.one("/basis", "Choose a basis from the list of bases.")


def _disclosures_horizon(_started: datetime) -> str:
    return str(Disclosure.objects.aggregate(last=Max("seq"))["last"] or 0)


def _disclosures_expected(scope: Scope) -> int | None:
    rows, _ = _searched(scope)
    return int(rows.count())


def _disclosures_end(scope: Scope, after: str, limit: int) -> str | None:
    rows, _ = _searched(scope)
    numbers = rows.filter(seq__gt=int(after or 0)).order_by("seq").values_list("seq", flat=True)
    return next(map(str, numbers[limit - 1 : limit]), None)


def _disclosures(scope: Scope, after: str, limit: int) -> Found:
    rows, keep = _searched(scope)
    read = selectors.read(rows, after=int(after or 0), limit=limit)
    kept = read if keep is None else [row for row in read if keep(row)]
    return Found(
        lines=disclosure_lines(kept),
        keys=[str(row.seq) for row in kept],
        patients=[row.patient_id for row in kept],
        read=len(read),
        after=str(read[-1].seq) if len(read) == limit else None,
    )


# --- requests ----------------------------------------------------------------------------------
_REQUESTS = (
    "reference", "kind", "state", "channel", "received_at", "received_on", "due_on", "answered_on",
    "late", "patient", "representative", "asker", "details", "fee_cents",
)  # fmt: skip


def request_line(request: Kind, now: datetime) -> Line:
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


def _check_requests(asked: Mapping[str, str], actor: Actor) -> None:
    if "patient" in asked:
        requests.uuid_at(asked["patient"], at="/patient")
    if "kind" in asked and asked["kind"] not in {kind.name for kind in registry.all_kinds()}:
        raise BadInput.one("/kind", "Choose a kind of request.")


def _wanted_requests(scope: Scope) -> Any:
    asked = scope.filter
    rows = requests.visible_requests(scope.actor, now=scope.started)
    rows = rows.filter(entered_at__lte=scope.started)
    columns = {
        "kind": asked.get("kind"),
        "patient_id": asked.get("patient"),
        "received_on__gte": asked.get("since"),
        "received_on__lte": asked.get("until"),
    }
    return rows.filter(**{name: value for name, value in columns.items() if value is not None})


def _requests_expected(scope: Scope) -> int | None:
    return int(_wanted_requests(scope).count())


def _requests_after(scope: Scope, after: str) -> Any:
    rows = _wanted_requests(scope)
    if after:
        at, _, pk = after.partition(" ")
        rows = rows.filter(Q(received_at__gt=at) | Q(received_at=at, id__gt=pk))
    return rows.order_by("received_at", "id")


def _requests_end(scope: Scope, after: str, limit: int) -> str | None:
    keys = _requests_after(scope, after).values_list("received_at", "id")[limit - 1 : limit]
    return next((_request_key(*key) for key in keys), None)


def _request_key(received_at: datetime, pk: UUID) -> str:
    return f"{received_at.isoformat()} {pk}"


def _requests(scope: Scope, after: str, limit: int) -> Found:
    rows = _requests_after(scope, after).select_related("site")
    found = [cast(Kind, row) for row in rows[:limit]]
    return Found(
        lines=[request_line(row, scope.started) for row in found],
        keys=[row.reference for row in found],
        patients=[str(row.patient_id) if row.patient_id else None for row in found],
        read=len(found),
        after=_request_key(found[-1].received_at, found[-1].pk) if len(found) == limit else None,
    )


# --- the log -----------------------------------------------------------------------------------
_ENTRIES = (
    "id", "at", "name", "outcome", "actor", "actor_name", "roles", "acting_for", "patient",
    "request", "object", "reason", "purpose", "recipient", "before", "after", "extra", "network",
)  # fmt: skip


def entry_line(opened: log.Opened) -> Line:
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


def _check_entries(asked: Mapping[str, str], actor: Actor) -> None:
    require_every_site(actor)
    _facet_value(asked)


def _facet_value(asked: Mapping[str, str]) -> tuple[Facet, str] | None:
    if "facet" not in asked:
        return None
    facet, value = Facet[asked["facet"].upper()], asked["value"]
    if facet is Facet.SUBJECT:
        value = str(requests.uuid_at(value, at="/value"))
    if facet is Facet.REQUEST:
        value = parse_reference(value, at="/value")
    return facet, value


def _entries_horizon(started: datetime) -> str:
    """Newest first: everything with an id below that of this instant."""
    milliseconds = int(started.timestamp() * 1000) + 1
    return str(UUID(int=milliseconds << 80))


def _no_count(_scope: Scope) -> int | None:
    return None


def _entries(scope: Scope, after: str, limit: int) -> Found:
    before = UUID(after or scope.horizon)
    by = _facet_value(scope.filter)
    page = (
        log.recent(before=before, limit=limit)
        if by is None
        else log.find(by[0], by[1], before=before, limit=limit)
    )
    since, until = _day(scope.filter.get("since")), _day(scope.filter.get("until"))
    kept = [
        one
        for one in without_own_complaints(page.entries, scope.actor)
        if _between(one, since, until)
    ]
    over = since is not None and page.before is not None
    over = over and eids.instant(cast(UUID, page.before)).date() < cast(date, since)
    return Found(
        lines=[entry_line(one) for one in kept],
        keys=[str(one.eid) for one in kept],
        patients=[one.entry.patient for one in kept],
        read=len(page.entries),
        after=str(page.before) if page.before and not over else None,
    )


def _entries_end(scope: Scope, after: str, limit: int) -> str | None:
    before = UUID(after or scope.horizon)
    end = log.page_end(_facet_value(scope.filter), before=before, limit=limit)
    return None if end is None else str(end)


def _between(one: log.Opened, since: date | None, until: date | None) -> bool:
    on = one.entry.at.date()
    return (since is None or on >= since) and (until is None or on <= until)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _flag(text: str | None) -> bool | None:
    return None if text is None else text == "True"


SOURCES: dict[str, Source] = {
    "disclosures": Source(
        "disclosure log",
        ExportDisclosures,
        (Permission.EXPORT_DISCLOSURES,),
        _LEDGER,
        _check_disclosures,
        _disclosures_horizon,
        _disclosures_expected,
        _disclosures,
        _disclosures_end,
    ),
    "requests": Source(
        "requests",
        ExportRequests,
        (Permission.EXPORT_DISCLOSURES, Permission.READ_REQUESTS),
        _REQUESTS,
        _check_requests,
        lambda started: started.isoformat(),
        _requests_expected,
        _requests,
        _requests_end,
    ),
    "log": Source(
        "audit log",
        ExportEntries,
        (Permission.EXPORT_DISCLOSURES, Permission.READ_LOG),
        _ENTRIES,
        _check_entries,
        _entries_horizon,
        _no_count,
        _entries,
        _entries_end,
    ),
}
