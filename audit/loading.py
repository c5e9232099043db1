"""Many rows at once, by COPY: for what comes in thousands in one transaction.

A statement carries its values as text, taken apart on the other side; COPY carries them as they are,
and PostgreSQL stores the first rows while the last ones are still made.  Grants, constraints and
triggers hold as for any other INSERT, and it is undone with its transaction.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from struct import Struct
from typing import Any

from django.db import connections, models
from django.db.backends.base.base import BaseDatabaseWrapper

from audit.errors import NotTaken, OutsideTransaction


def copy_in(
    table: str,
    columns: Mapping[str, str],
    rows: Iterable[Sequence[Any]],
    *,
    using: str = "default",
) -> None:
    """Add the rows to a table.

    table, columns  names as SQL has them, of our own making; each column with its type
    rows            values in the order of the columns; what raises while they are made undoes all

    Raises OutsideTransaction without one, NotTaken when the database kept fewer than were sent, and
    what an INSERT would raise.
    """
    sent = 0
    with _copying(table, columns, lambda: sent, using) as copy:
        copy.set_types(list(columns.values()))
        for row in rows:
            copy.write_row(row)
            sent += 1


def copy_packed(
    table: str, columns: Iterable[str], rows: Iterable[bytes], *, using: str = "default"
) -> None:
    """As `copy_in`, of rows that are written already as COPY's binary form has them (`row_of`)."""
    sent, part = 0, bytearray(_BEGINS)
    with _copying(table, columns, lambda: sent, using) as copy:
        for row in rows:
            part += row
            sent += 1
            if len(part) > _PART:
                copy.write(bytes(part))
                part.clear()
        copy.write(bytes(part + _ENDS))


def row_of(*formats: str) -> Struct:
    """What packs a row of these fields, each as `struct` has it: before each goes its length.

    The last may be "" for one of any length: its bytes follow what is packed.
    """
    return Struct(">h" + "".join(f"i{one}" for one in formats))


_BEGINS, _ENDS = b"PGCOPY\n\xff\r\n\0" + bytes(8), b"\xff\xff"
_PART = 1 << 15


@contextmanager
def _copying(
    table: str, columns: Iterable[str], sent: Callable[[], int], using: str
) -> Iterator[Any]:
    connection = connections[using]
    if not connection.in_atomic_block:
        raise OutsideTransaction("rows are loaded inside the transaction of what happened")
    into = f"COPY {table} ({', '.join(columns)}) FROM STDIN (FORMAT BINARY)"
    with connection.wrap_database_errors, connection.cursor() as cursor:
        with cursor.copy(into) as copy:
            yield copy
        if cursor.rowcount != sent():
            raise NotTaken("the rows were sent and not stored")


def store(
    model: type[models.Model],
    names: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    using: str = "default",
) -> None:
    """Add rows of a model by the names of its fields. What is not named takes its default in SQL.

    Values are as the column holds them: an id for a foreign key, sealed bytes for a sealed record
    (`SealedRecord.sealer`).
    """
    connection = connections[using]
    fields = [model._meta.get_field(name) for name in names]
    columns = {str(field.column): _type(field, connection) for field in fields}  # type: ignore[union-attr]
    copy_in(model._meta.db_table, columns, rows, using=using)


def _type(field: Any, connection: BaseDatabaseWrapper) -> str:
    """The column's type without its length, which the table itself knows."""
    return str(field.db_type(connection)).partition("(")[0]
