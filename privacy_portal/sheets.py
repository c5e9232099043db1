"""Rows as CSV that a spreadsheet shows and never runs."""

from collections.abc import Iterable, Sequence
from typing import cast

Cell = str | int | float | None
#: A spreadsheet takes a cell that begins with one of these for a formula.
_FORMULA = frozenset(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))
_TEXT = frozenset((str, type(None)))
#: So many cells tell whether most of a column differ.
_SOME = 64


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
    if len(columns) == 1:
        lines = (line or _EMPTY for line in lines)
    return "\r\n".join([*lines, ""]).encode()


#: A line of one empty cell, which would be no line.
_EMPTY = '""'


def _column(values: Sequence[Cell]) -> Sequence[str]:
    some = values[:_SOME]
    if len(set(some)) * 2 > len(some):
        return _various(values)
    alike = set(values)
    if not _TEXT.issuperset(map(type, alike)):  # Of numbers, 1 and 1.0 would be taken for one.
        return [*map(_written, values)]
    written = {one: _written(one) for one in alike}
    return [*map(written.__getitem__, values)]


def _various(values: Sequence[Cell]) -> Sequence[str]:
    """A column of which each cell says something else."""
    sorts = set(map(type, values))
    if sorts == {int}:
        return [*map(str, values)]
    if sorts == {str} and _are_plain(cast(Sequence[str], values)):
        return cast(Sequence[str], values)
    return [*map(_written, values)]


def _are_plain(texts: Sequence[str]) -> bool:
    """Whether each is written as it stands: looked for in all of them at once."""
    return not _needs_quotes("".join(texts)) and _FORMULA.isdisjoint([one[:1] for one in texts])


def _written(value: Cell) -> str:
    text = cell(value)
    return '"' + text.replace('"', '""') + '"' if _needs_quotes(text) else text


def _needs_quotes(text: str) -> bool:
    return "," in text or '"' in text or "\n" in text or "\r" in text
