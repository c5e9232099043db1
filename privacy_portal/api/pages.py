"""Pages of a list, reached by cursor: no exact count over a large table, no page that shifts."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.core import signing
from django.db.models import Model, Q, QuerySet
from rest_framework.request import Request

from requests_app.errors import BadInput

M = TypeVar("M", bound=Model)
LARGEST = 100
USUAL = 25
_SALT = "api.cursor"


def page(
    rows: QuerySet[M], request: Request, *, by: tuple[str, ...], render: Callable[[M], Any]
) -> tuple[dict[str, Any], list[M]]:
    """One page of the rows in the order `by` (field names, "-" first for falling; the last unique).

    The body {"results", "next"}, and the rows shown.  `next` is a signed cursor; it holds values of
    the ordering columns only, which are in the clear anyway.
    """
    size = _size(request)
    cursor = request.query_params.get("cursor")
    if cursor is not None:
        rows = rows.filter(_after(by, _read(cursor, len(by))))
    found = list(rows.order_by(*by)[: size + 1])
    shown = found[:size]
    following = _write(shown[-1], by) if len(found) > size else None
    return {"results": [render(row) for row in shown], "next": following}, shown


def _size(request: Request) -> int:
    asked = request.query_params.get("limit", str(USUAL))
    if not (asked.isascii() and asked.isdecimal()) or not 1 <= int(asked) <= LARGEST:
        raise BadInput.one("/query/limit", f"The limit must be a whole number from 1 to {LARGEST}.")
    return int(asked)


def _after(by: tuple[str, ...], values: list[Any]) -> Q:
    """Rows that come after these values: (a > x) or (a = x and b > y) and so on."""
    condition = Q(pk__in=[])
    same = Q()
    for name, value in zip(by, values, strict=True):
        field, side = (name[1:], "lt") if name.startswith("-") else (name, "gt")
        condition |= same & Q(**{f"{field}__{side}": value})
        same &= Q(**{field: value})
    return condition


def _write(row: Model, by: tuple[str, ...]) -> str:
    values = [getattr(row, name.removeprefix("-")) for name in by]
    texts = [value.isoformat() if hasattr(value, "isoformat") else str(value) for value in values]
    return signing.dumps(texts, salt=_SALT, compress=True)


def _read(cursor: str, length: int) -> list[Any]:
    try:
        values = signing.loads(cursor, salt=_SALT)
    except signing.BadSignature:
        values = None
    if not isinstance(values, list) or len(values) != length:
        raise BadInput.one("/query/cursor", "Use the cursor as the page before gave it.")
    return values
