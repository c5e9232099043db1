"""SQL that Django's models cannot say, as migration operations."""

from pathlib import Path
from typing import Any

from django.db.migrations import RunSQL

_FOLDER = Path(__file__).parent


def script(name: str) -> RunSQL:
    """One file of this folder, run whole. There is no way back: the record only grows."""
    return RunSQL((_FOLDER / name).read_text(encoding="utf-8"), RunSQL.noop)


def legal_moves(kind: str, *moves: tuple[str, str, str]) -> RunSQL:
    """Put a kind's graph into the table PostgreSQL checks status rows against.

    moves  (move, source, target); source "" for the moves a request is born by.
    `manage.py legal_moves KIND` prints what this should hold.
    """
    insert = (
        "INSERT INTO requests_app_legalmove (kind, move, source, target) VALUES (%s, %s, %s, %s)"
    )
    rows: list[Any] = [(insert, [kind, *move]) for move in moves]
    return RunSQL(rows, [("DELETE FROM requests_app_legalmove WHERE kind = %s", [kind])])


def only_grows(*tables: str) -> RunSQL:
    """What happened stays as it was written: these tables take no UPDATE, DELETE or TRUNCATE."""
    rows: list[Any] = [
        statement.format(table=table) for table in tables for statement in _ONLY_GROWS
    ]
    return RunSQL(rows, RunSQL.noop)


def only_ended(*tables: str) -> RunSQL:
    """What stands is ended once, in `in_force_until`, not changed otherwise, and never removed."""
    rows: list[Any] = [
        statement.format(table=table) for table in tables for statement in _ONLY_ENDED
    ]
    return RunSQL(rows, RunSQL.noop)


_ONLY_GROWS = (
    "REVOKE UPDATE, DELETE, TRUNCATE ON requests_app_{table} FROM portal_app",
    "CREATE TRIGGER only_grows BEFORE UPDATE OR DELETE ON requests_app_{table}"
    " FOR EACH ROW EXECUTE FUNCTION requests_app_refuse()",
    "ALTER TABLE requests_app_{table} ENABLE ALWAYS TRIGGER only_grows",
    "CREATE TRIGGER never_emptied BEFORE TRUNCATE ON requests_app_{table}"
    " FOR EACH STATEMENT EXECUTE FUNCTION requests_app_refuse()",
    "ALTER TABLE requests_app_{table} ENABLE ALWAYS TRIGGER never_emptied",
)
_ONLY_ENDED = (
    "REVOKE DELETE, TRUNCATE ON requests_app_{table} FROM portal_app",
    "CREATE TRIGGER only_ended BEFORE UPDATE ON requests_app_{table}"
    " FOR EACH ROW EXECUTE FUNCTION requests_app_only_ended()",
    "ALTER TABLE requests_app_{table} ENABLE ALWAYS TRIGGER only_ended",
)
