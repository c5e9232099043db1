"""Rows as CSV that a spreadsheet shows and never runs."""

from collections.abc import Iterable, Sequence

Cell = str | int | float | None
#: A spreadsheet takes a cell that begins with one of these for a formula.
_FORMULA = frozenset(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))
_TEXT = frozenset((str, type(None)))


def cell(value: Cell) -> str:
    """A cell that is no formula. Numbers of our own are left alone."""
    if not isinstance(value, str):
        return "" if value is None else str(value)
    return f"'{value}" if value[:1] in _FORMULA else value


def csv_bytes(rows: Iterable[Sequence[Cell]]) -> bytes:
    """The rows as RFC 4180 has them, in UTF-8. ValueError unless all are of one width.

    Written out, a column at a time: most columns say the same few things again and again, and looking
    at each of those once takes a fraction of the library's writer. A test holds both against each other.
    """
    columns = [_column(one) for one in zip(*rows, strict=True)]
    lines = map(",".join, zip(*columns, strict=True))
    return "".join([f"{line or _EMPTY}\r\n" for line in lines]).encode()


#: A line of one empty cell, which would be no line.
_EMPTY = '""'


def _column(values: Sequence[Cell]) -> list[str]:
    if not _TEXT.issuperset(map(type, values)):  # Of numbers, 1 and 1.0 would be taken for one.
        return [_quoted(cell(one)) for one in values]
    written = {one: _quoted(cell(one)) for one in set(values)}
    return [written[one] for one in values]


def _quoted(text: str) -> str:
    if "," in text or '"' in text or "\n" in text or "\r" in text:
        return '"' + text.replace('"', '""') + '"'
    return text
