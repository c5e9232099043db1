"""The register of disclosures, line by line as it is exported."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Max

from audit.actors import Actor
from privacy_portal.exports.asked import ExportDisclosures
from privacy_portal.exports.source import Found, Line, Scope, Source, day_of, flag_of
from requests_app.disclosures import selectors
from requests_app.disclosures.models import Disclosure
from requests_app.disclosures.selectors import SearchDisclosures
from requests_app.disclosures.taxonomy import taxonomy
from requests_app.errors import BadInput
from requests_app.permissions import Permission
from requests_app.selectors import uuid_at

_COLUMNS = (
    "seq", "id", "recorded_at", "disclosed_on", "disclosed_until", "patient", "recipient_name",
    "recipient_address", "basis", "basis_title", "accountable", "because", "description",
    "purpose", "form", "corrects", "corrected_by", "recorded_by",
)  # fmt: skip


def _lines(rows: Sequence[selectors.Line]) -> list[Line]:
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
        _each(_written, told["disclosed_on"]),
        _each(_written, told["disclosed_until"]),
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


def _written(day: date | None) -> str | None:
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
        since=day_of(asked.get("since")),
        until=day_of(asked.get("until")),
        accountable=flag_of(asked.get("accountable")),
    )
    rows = selectors.within(scope.actor, Permission.EXPORT_DISCLOSURES)
    return selectors.matching(rows.filter(seq__lte=int(scope.horizon or 0)), search)


def _check(asked: Mapping[str, str], actor: Actor) -> None:
    """What the filter names exists: better said now than by a worker later."""
    if "patient" in asked:
        uuid_at(asked["patient"], at="/patient")
    if "basis" in asked and asked["basis"] not in taxonomy().all:
        raise BadInput.one("/basis", "Choose a basis from the list of bases.")


def _horizon(_started: datetime) -> str:
    return str(Disclosure.objects.aggregate(last=Max("seq"))["last"] or 0)


def _expected(scope: Scope) -> int | None:
    rows, _ = _searched(scope)
    return int(rows.count())


def _ends(scope: Scope, after: str, limit: int) -> str | None:
    rows, _ = _searched(scope)
    numbers = rows.filter(seq__gt=int(after or 0)).order_by("seq").values_list("seq", flat=True)
    return next(map(str, numbers[limit - 1 : limit]), None)


def _page(scope: Scope, after: str, limit: int) -> Found:
    rows, keep = _searched(scope)
    read = selectors.read(rows, after=int(after or 0), limit=limit)
    kept = read if keep is None else [row for row in read if keep(row)]
    return Found(
        lines=_lines(kept),
        keys=[str(row.seq) for row in kept],
        patients=[row.patient_id for row in kept],
        read=len(read),
        after=str(read[-1].seq) if len(read) == limit else None,
    )


SOURCE = Source(
    title="disclosure log",
    asks=ExportDisclosures,
    needs=(Permission.EXPORT_DISCLOSURES,),
    columns=_COLUMNS,
    check=_check,
    horizon=_horizon,
    expected=_expected,
    page=_page,
    ends=_ends,
)
