"""What the ORM asks on every call, written out once and then asked with other values.

Django writes a query's SQL anew each time it is asked, which costs more than PostgreSQL takes to
answer a small one.  For the few asked on every call of the API, the text is kept.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import Model, QuerySet
from django.db.models.constants import OnConflict
from django.db.models.sql import InsertQuery

from audit.fields import SealedRecord


class Compiled:
    """`build` gives the query, of values and without a limit, with any value where one is asked.

    The values given to `rows` take the places of those, in the order in which the SQL names them;
    another number of them raises TypeError.
    """

    def __init__(self, build: Callable[[], QuerySet[Any, Any]]) -> None:
        self._build = build
        self._sql = ""

    def rows(self, *values: Any) -> Sequence[Sequence[Any]]:
        """The rows, each value as the ORM would give it."""
        if not self._sql:
            self._compile()
        if len(values) != self._asks:
            raise TypeError(f"this query asks for {self._asks} values")
        with connection.cursor() as cursor:
            cursor.execute(self._sql, values)
            found: Sequence[Sequence[Any]] = cursor.fetchall()
        if not self._converters:
            return found
        return list(self._compiler.apply_converters(found, self._converters))

    def _compile(self) -> None:
        self._compiler = self._build().query.get_compiler(DEFAULT_DB_ALIAS)
        sql, parameters = self._compiler.as_sql()
        columns = [column for column, _, _ in self._compiler.select]
        self._converters = self._compiler.get_converters(columns)
        self._asks = len(parameters)
        self._sql = sql


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
