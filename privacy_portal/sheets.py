"""Rows as CSV that a spreadsheet shows and never runs."""

from collections.abc import Iterable, Sequence

Cell = str | int | float | None
#: A spreadsheet takes a cell that begins with one of these for a formula.
_FORMULA = frozenset(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))


def cell(value: Cell) -> str:
    """A cell that is no formula. Numbers of our own are left alone."""
    if not isinstance(value, str):
        return "" if value is None else str(value)
    return f"'{value}" if value[:1] in _FORMULA else value


def csv_bytes(rows: Iterable[Sequence[Cell]]) -> bytes:
    """The rows as RFC 4180 has them, in UTF-8. ValueError unless all are of one width.

    Written out, a column at a time: most columns hold nothing that needs quotes, and saying so of all
    their cells together takes a fraction of the library's writer. A test holds both against each other.
    """
    columns = [_column(one) for one in zip(*rows, strict=True)]
    lines = map(",".join, zip(*columns, strict=True))
    return "".join([f"{line or _EMPTY}\r\n" for line in lines]).encode()


#: A line of one empty cell, which would be no line.
_EMPTY = '""'


def _column(values: Sequence[Cell]) -> Sequence[str]:
    texts = [one if one.__class__ is str else cell(one) for one in values]
    if not _FORMULA.isdisjoint([one[:1] for one in texts]):
        texts = [cell(one) for one in values]
    return [_quoted(one) for one in texts] if _asks_quotes("".join(texts)) else texts


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if _asks_quotes(text) else text


def _asks_quotes(text: str) -> bool:
    return "," in text or '"' in text or "\n" in text or "\r" in text
