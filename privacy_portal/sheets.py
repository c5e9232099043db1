"""Rows as CSV that a spreadsheet shows and never runs."""

import csv
import io
from collections.abc import Iterable

Cell = str | int | float | None
#: A spreadsheet takes a cell that begins with one of these for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def cell(value: Cell) -> str:
    """A cell that is no formula. Numbers of our own are left alone."""
    text = "" if value is None else str(value)
    guarded = text.startswith(_FORMULA) and not isinstance(value, int | float)
    return f"'{text}" if guarded else text


def csv_bytes(rows: Iterable[Iterable[Cell]]) -> bytes:
    """The rows as RFC 4180 has them, in UTF-8."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows([cell(one) for one in row] for row in rows)
    return text.getvalue().encode()
