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


def lets_seal_anew(*guards: str) -> RunSQL:
    """These trigger functions, written in plpgsql, let a row be sealed anew and hold it to that.

    A guard over a table with a sealed record needs it, or `rotate fields` is refused there: one that is
    made later, or written anew, names itself here.  Each asks this first, and then what it asked before.
    """
    return RunSQL([_LETS_SEAL_ANEW.format(guard=guard) for guard in guards], RunSQL.noop)


_LETS_SEAL_ANEW = """
    DO $do$
    DECLARE
        former text := pg_get_functiondef('public.{guard}'::regproc);
        asks_first text := regexp_replace(former, E'\\nBEGIN\\n', $first$
BEGIN
    IF TG_OP = 'UPDATE' AND current_setting('privacy.sealing_anew', true) = 'on' THEN
        PERFORM public.requests_app_only_sealed_anew(TG_RELID, to_jsonb(OLD), to_jsonb(NEW));
        RETURN NEW;
    END IF;
$first$);
    BEGIN
        IF former = asks_first OR former LIKE '%requests_app_only_sealed_anew%' THEN
            RAISE EXCEPTION '{guard} cannot be told to let rows be sealed anew';
        END IF;
        EXECUTE asks_first;
    END $do$
"""
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
