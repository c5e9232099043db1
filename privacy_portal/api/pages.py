"""Pages of a list, reached by cursor: no exact count over a large table, no page that shifts."""

from collections.abc import Callable, Iterable
from itertools import islice
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
    cursor = request.query_params.get("cursor")
    return page_of(rows, by=by, render=render, limit=_size(request), cursor=cursor, at="/query")


def page_of(
    rows: QuerySet[M],
    *,
    by: tuple[str, ...],
    render: Callable[[M], Any],
    limit: int | None,
    cursor: str | None,
    at: str = "",
    keep: Callable[[M], bool] | None = None,
) -> tuple[dict[str, Any], list[M]]:
    """As `page`, with limit and cursor as they came in a body.

    keep  a condition on what is sealed: rows are opened in order until the page is full
    """
    size = limit or USUAL
    if cursor is not None:
        rows = rows.filter(_after(by, read_cursor(cursor, _list_name(rows, by), len(by), at=at)))
    ordered = rows.order_by(*by)
    found = list(ordered[: size + 1]) if keep is None else _kept(ordered, keep, size + 1)
    shown = found[:size]
    following = _write(shown[-1], rows, by) if len(found) > size else None
    return {"results": [render(row) for row in shown], "next": following}, shown


def _kept(ordered: QuerySet[M], keep: Callable[[M], bool], most: int) -> list[M]:
    opened: Iterable[M] = ordered.iterator(chunk_size=500)
    return list(islice(filter(keep, opened), most))


def _size(request: Request) -> int:
    asked = request.query_params.get("limit", str(USUAL))
    if not (asked.isascii() and asked.isdecimal() and len(asked) < 4) or not (
        1 <= int(asked) <= LARGEST
    ):
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


def _list_name(rows: QuerySet[M], by: tuple[str, ...]) -> str:
    """A cursor continues the list it came from and no other."""
    return f"{rows.model._meta.label_lower}:{','.join(by)}"


def _write(row: Model, rows: QuerySet[Any], by: tuple[str, ...]) -> str:
    values = [getattr(row, name.removeprefix("-")) for name in by]
    texts = [value.isoformat() if hasattr(value, "isoformat") else str(value) for value in values]
    return write_cursor(texts, _list_name(rows, by))


def write_cursor(values: list[str], of: str) -> str:
    """The signed text of a cursor of the list called `of`."""
    return signing.dumps(values, salt=f"{_SALT}:{of}", compress=True)


def read_cursor(cursor: str, of: str, length: int, *, at: str) -> list[Any]:
    """The values back; BadInput when it is no cursor of that list."""
    try:
        values = signing.loads(cursor, salt=f"{_SALT}:{of}")
    except signing.BadSignature:
        values = None
    if not isinstance(values, list) or len(values) != length:
        raise BadInput.one(f"{at}/cursor", "Use the cursor as the page before gave it.")
    return values
