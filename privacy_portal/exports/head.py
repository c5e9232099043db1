"""The newest signed head of the log's tree, as an export states it."""

from django.db import connection

NOT_SEALED = "not sealed yet"


def newest() -> str:
    """The signed note of the newest checkpoint; NOT_SEALED while there is none to be read."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('audit.checkpoint') IS NOT NULL")
        if not cursor.fetchone()[0]:
            return NOT_SEALED
        cursor.execute("SELECT has_table_privilege('audit.checkpoint', 'SELECT')")
        if not cursor.fetchone()[0]:
            return NOT_SEALED
        cursor.execute("SELECT note FROM audit.checkpoint ORDER BY size DESC LIMIT 1")
        row = cursor.fetchone()
    return str(row[0]) if row else NOT_SEALED
