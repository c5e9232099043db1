"""A query of the ORM that is written out once and then asked with other values.

Django writes a query's SQL anew each time it is asked, which costs more than PostgreSQL takes to
answer a small one.  For the few asked on every call of the API, the text is kept.
"""

from collections.abc import Callable, Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import QuerySet


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
