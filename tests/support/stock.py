"""The usual practice, made once by the real actions and put back row by row wherever a test asks.

Setting a practice up takes some twenty actions, and thousands of tests begin with it.  What the
actions wrote is kept as the statements that write the same rows, over the application's own
connection, so grants, constraints and triggers hold for them as for any others.

It serves a worker's own database (fixture `db`), where whatever a test does is taken back. A
database of a test's own (`own_database`) is set up by the actions each time.
"""

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction


@dataclass(frozen=True)
class Stock:
    """Statements that write the rows, and what the maker returned."""

    database: str
    statements: str
    made: tuple[Any, ...]


class _Undone(Exception):
    """Takes back what was made only to be looked at."""


_kept: dict[str, Stock] = {}


def keep(name: str, make: Callable[[], tuple[Any, ...]]) -> None:
    """Make it, keep the statements that make it again, and leave the database as it was."""
    try:
        with transaction.atomic():
            tables = _tables()
            before = {table: _rows(table, columns) for table, columns in tables.items()}
            made = make()
            text = "".join(
                _insert(table, columns, _rows(table, columns) - before[table])
                for table, columns in tables.items()
            )
            _kept[name] = Stock(_database(), text, made)
            raise _Undone
    except _Undone:
        return


def put_back(name: str) -> tuple[Any, ...] | None:
    """What was made, there again; None where it was never kept, or in another database."""
    stock = _kept.get(name)
    if stock is None or stock.database != _database():
        return None
    with connection.cursor() as cursor:
        cursor.execute(stock.statements)
    return tuple(copy(one) for one in stock.made)


def _database() -> str:
    return str(connection.settings_dict["NAME"])


def _tables() -> dict[str, list[str]]:
    """Every table the application may add rows to, with the columns it may name."""
    with connection.cursor() as cursor:
        cursor.execute(_COLUMNS)
        return dict(cursor.fetchall())


_COLUMNS = """
    SELECT attrelid::regclass::text, array_agg(quote_ident(attname) ORDER BY attnum)
    FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
    WHERE relkind = 'r' AND relnamespace IN ('public'::regnamespace, 'audit'::regnamespace)
        AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
        AND has_column_privilege(attrelid, attnum, 'INSERT')
    GROUP BY attrelid
"""


def _rows(table: str, columns: list[str]) -> set[str]:
    """The table's rows, each as the values of an INSERT."""
    values = " || ', ' || ".join(f"quote_nullable({column}::text)" for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {values} FROM {table}")
        return {f"({row})" for (row,) in cursor.fetchall()}


def _insert(table: str, columns: list[str], rows: set[str]) -> str:
    if not rows:
        return ""
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES {', '.join(sorted(rows))};"
