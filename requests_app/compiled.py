"""What the ORM asks on every call, written out once and then asked with other values.

Django writes a query's SQL anew each time it is asked, which costs more than PostgreSQL takes to
answer a small one.  For the few asked on every call, of the API or for a page, the text is kept.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connection, connections
from django.db.models import Model, QuerySet
from django.db.models.constants import OnConflict
from django.db.models.query import get_related_populators
from django.db.models.sql import InsertQuery
from django.db.transaction import TransactionManagementError
from psycopg import Binary
from psycopg.pq import Format

from audit.fields import SealedRecord

M = TypeVar("M", bound=Model)
_NOON = datetime(1900, 1, 1, 12, tzinfo=UTC)
#: What a query can be asked with → examples of it by number, and what a query may make of a value.
_SORTS: Mapping[type, tuple[Callable[[int], Any], tuple[Callable[[Any], Any], ...]]] = {
    str: (lambda n: f"example {n}", (str,)),
    int: (lambda n: 1_000_000 + n, (int,)),
    bytes: (lambda n: b"example %d" % n, (bytes,)),
    date: (lambda n: date(1800, 1, 1) + timedelta(n), (lambda day: day,)),
    datetime: (lambda n: _NOON + timedelta(n), (lambda instant: instant, datetime.date)),
    UUID: (lambda n: UUID(int=n + 1), (lambda pk: pk, str)),
}


@dataclass(frozen=True, slots=True)
class Slot:
    """A place among the parameters: for what is always there, or for what is made of a value."""

    always: Any = None
    name: str = ""
    form: Callable[[Any], Any] = str

    def filled(self, values: Mapping[str, Any]) -> Any:
        return self.form(values[self.name]) if self.name else self.always


class Compiled(Generic[M]):
    """`build` gives the query for values named by keyword; `asks` says of what type each is.

    The query is built with two examples of every value, and what differs is what is asked with.  One
    that takes another shape with other values, or makes of a value what is not known here, raises
    TypeError: no example is ever asked of the database in the place of a value.  One that locks is asked
    within a transaction, as of the ORM.
    """

    def __init__(self, build: Callable[..., QuerySet[M, Any]], **asks: type) -> None:
        self._build, self._asks = build, asks
        self._written: _Written | None = None

    def rows(self, **values: Any) -> Sequence[Sequence[Any]]:
        """The rows of a query of values, each value as the ORM would give it."""
        return self._ready(values).rows(values)

    def objects(self, **values: Any) -> list[M]:
        """What a query of instances finds, with what it selects beside them."""
        return [*self._ready(values).objects(values)]

    def first(self, **values: Any) -> M | None:
        """The first of them, if there is one."""
        return next(iter(self.objects(**values)), None)

    def count(self, **values: Any) -> int:
        """How many rows there are."""
        return self._ready(values).count(values)

    def _ready(self, values: Mapping[str, Any]) -> "_Written":
        if values.keys() != self._asks.keys():
            raise TypeError(
                f"this query asks for {len(self._asks)} values: {', '.join(self._asks)}"
            )
        if self._written is None:
            self._written = self._write()
        return self._written

    def _write(self) -> "_Written":
        one, other = self._examples(0), self._examples(1)
        written, again = _Written(self._build(**one)), _Written(self._build(**other))
        if written.sql != again.sql:
            raise TypeError("this query has another shape with other values")
        written.slots = [
            self._slot(a.always, b.always, one, other)
            for a, b in zip(written.slots, again.slots, strict=True)
        ]
        return written

    def _examples(self, which: int) -> dict[str, Any]:
        return {
            name: _SORTS[sort][0](2 * position + which)
            for position, (name, sort) in enumerate(self._asks.items())
        }

    def _slot(self, a: Any, b: Any, one: dict[str, Any], other: dict[str, Any]) -> Slot:
        if a == b:
            return Slot(always=a)
        for name, sort in self._asks.items():
            for form in _SORTS[sort][1]:
                if (form(one[name]), form(other[name])) == (a, b):
                    return Slot(name=name, form=form)
        raise TypeError("this query makes of a value what is not known here")


class _Written:
    """A query as SQL, and how its rows are read."""

    def __init__(self, rows: QuerySet[Any, Any]) -> None:
        if rows._prefetch_related_lookups:  # type: ignore[attr-defined]
            raise TypeError("a query that is written out fetches nothing by another one")
        self._compiler = compiler = rows.query.get_compiler(DEFAULT_DB_ALIAS)
        self.sql, parameters = _sql(compiler)
        self.slots = [Slot(always=_plain(one)) for one in parameters]
        self._converters = compiler.get_converters([one for one, _, _ in compiler.select or ()])
        self._annotated = tuple((compiler.annotation_col_map or {}).items())
        self._locks = rows.query.select_for_update
        if compiler.klass_info:
            self._read_instances(compiler.klass_info, compiler.select)

    def _read_instances(self, told: Mapping[str, Any], select: Sequence[Any]) -> None:
        places = told["select_fields"]
        self._model, self._own = told["model"], slice(places[0], places[-1] + 1)
        self._names = [one[0].target.attname for one in select[self._own]]
        related: Any = get_related_populators
        self._beside = related(told, select, DEFAULT_DB_ALIAS)

    def rows(self, values: Mapping[str, Any]) -> Sequence[Sequence[Any]]:
        found = self._asked(self.sql, values)
        if not self._converters:
            return found
        return list(self._compiler.apply_converters(found, self._converters))

    def objects(self, values: Mapping[str, Any]) -> Iterator[Any]:
        for row in self.rows(values):
            made = self._model.from_db(DEFAULT_DB_ALIAS, self._names, row[self._own])
            for beside in self._beside:
                beside.populate(row, made)
            for name, place in self._annotated:
                setattr(made, name, row[place])
            yield made

    def count(self, values: Mapping[str, Any]) -> int:
        text = f"SELECT count(*) FROM ({self.sql}) AS counted"  # noqa: S608 - the ORM's own
        counted = self._asked(text, values)
        return int(counted[0][0]) if counted else 0

    def _asked(self, sql: str, values: Mapping[str, Any]) -> Sequence[Sequence[Any]]:
        if not self.sql:
            return []
        if self._locks and not connection.in_atomic_block:
            raise TransactionManagementError("a lock is taken within a transaction")
        with connection.cursor() as cursor:
            cursor.execute(sql, [one.filled(values) for one in self.slots])
            found: Sequence[Sequence[Any]] = cursor.fetchall()
        return found


def _sql(compiler: Any) -> tuple[str, Sequence[Any]]:
    """The text; none for a query that can find nothing."""
    try:
        sql, parameters = compiler.as_sql()
    except EmptyResultSet:
        return "", ()
    return str(sql), parameters


def _plain(parameter: Any) -> Any:
    return parameter.obj if isinstance(parameter, Binary) else parameter


def plain_rows(rows: QuerySet[Any, Any]) -> list[tuple[Any, ...]]:
    """The rows of a query of values as the driver reads them, sent in PostgreSQL's binary form.

    For many at once: the ORM converts nothing, so a sealed record comes as the bytes of its column, of
    which only `SealedRecord.reader` makes a record.
    """
    sql, parameters = _sql(rows.query.get_compiler(DEFAULT_DB_ALIAS))
    if not sql:
        return []
    with connection.cursor() as cursor:
        cursor.cursor.format = Format.BINARY
        cursor.execute(sql, parameters)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


class CompiledInsert:
    """Rows of `model`, each given as its fields by name; a field left out takes its default.

    over, unique  as `bulk_create` means update_fields and unique_fields: where a row of the same
                  `unique` stands, its `over` are set instead
    No instance is made, so a model with a field that needs one (a sealed one) raises TypeError, as a
    name the model does not have does.
    """

    def __init__(
        self, model: type[Model], *, over: Sequence[str] = (), unique: Sequence[str] = ()
    ) -> None:
        self._model = model
        self._over, self._unique = over, unique
        self._sql = ""

    def rows(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Insert these in one statement; no rows, no statement."""
        if not self._sql:
            self._compile()
        told = list(rows)
        if told:
            values = [value for row in told for value in self._values(row)]
            groups = ", ".join([self._group] * len(told))
            with connection.cursor() as cursor:
                cursor.execute(self._sql.replace(self._group, groups), values)

    def _values(self, row: Mapping[str, Any]) -> Iterator[Any]:
        if not row.keys() <= self._fields.keys():
            raise TypeError(f"{self._model.__name__} has not all of these fields")
        here = connections[DEFAULT_DB_ALIAS]
        for name, field in self._fields.items():
            if name in row:
                yield field.get_db_prep_save(row[name], here)
            elif name in self._always:
                yield self._always[name]
            else:
                yield field.get_db_prep_save(field.get_default(), here)

    def _compile(self) -> None:
        meta = self._model._meta
        fields = [one for one in meta.concrete_fields if not one.db_returning]
        if any(isinstance(one, SealedRecord) for one in fields):
            raise TypeError("a sealed field is sealed for its row")
        query = InsertQuery(
            self._model,
            on_conflict=OnConflict.UPDATE if self._unique else None,
            update_fields=[meta.get_field(name) for name in self._over],
            unique_fields=[meta.get_field(name) for name in self._unique],
        )
        query.insert_values(fields, [self._model()], raw=True)
        ((sql, _),) = query.get_compiler(DEFAULT_DB_ALIAS).as_sql()
        self._group = f"({', '.join(['%s'] * len(fields))})"
        if sql.count(self._group) != 1:
            raise TypeError("a field of this model is not written as a plain value")
        self._fields = {one.name: one for one in fields}
        self._always = {
            one.name: one.get_db_prep_save(one.get_default(), connection)
            for one in fields
            if not callable(one.default)
        }
        self._sql = sql


class CompiledSave:
    """New rows of `model`, each from its instance: as `save(force_insert=True)`, and sealed for it.

    No signal is sent, and what a database fills in by itself does not come back into the instance: a
    column that is left to it raises TypeError.
    """

    def __init__(self, model: type[Model]) -> None:
        self._model = model
        self._sql = ""

    def __call__(self, row: Model) -> None:
        """Insert the row of this instance, in one statement."""
        if not self._sql:
            self._compile(row)
        here = connections[DEFAULT_DB_ALIAS]
        values = [
            field.get_db_prep_save(field.pre_save(row, add=True), here) for field in self._fields
        ]
        with connection.cursor() as cursor:
            cursor.execute(self._sql, values)
        row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS

    def _compile(self, row: Model) -> None:
        self._fields = list(self._model._meta.concrete_fields)
        query = InsertQuery(self._model)
        query.insert_values(self._fields, [row])
        ((sql, values),) = query.get_compiler(DEFAULT_DB_ALIAS).as_sql()
        if len(values) != len(self._fields):
            raise TypeError("a field of this model is not written as a plain value")
        self._sql = sql


class CompiledUpdate:
    """Rows of `model` written over, each from its instance: as `save(force_update=True)`, and sealed
    for it.

    No signal is sent. DatabaseError where the row does not stand.
    """

    def __init__(self, model: type[Model]) -> None:
        self._model = model
        self._sql = ""

    def __call__(self, row: Model) -> None:
        """Write every column of this instance's row, in one statement."""
        if not self._sql:
            self._compile()
        here = connections[DEFAULT_DB_ALIAS]
        values = [
            field.get_db_prep_save(field.pre_save(row, add=False), here) for field in self._fields
        ]
        with connection.cursor() as cursor:
            cursor.execute(self._sql, values)
            if cursor.rowcount != 1:
                raise DatabaseError(f"this {self._model.__name__} does not stand")

    def _compile(self) -> None:
        meta, quoted = self._model._meta, connection.ops.quote_name
        self._fields = [*(one for one in meta.concrete_fields if not one.primary_key), meta.pk]
        if any(hasattr(one, "get_placeholder") for one in self._fields):
            raise TypeError("a field of this model is not written as a plain value")
        *told, key = (f"{quoted(str(one.column))} = %s" for one in self._fields)
        self._sql = f"UPDATE {quoted(meta.db_table)} SET {', '.join(told)} WHERE {key}"  # noqa: S608
