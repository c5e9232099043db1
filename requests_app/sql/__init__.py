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
