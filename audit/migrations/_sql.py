"""Plain SQL as a migration. There is no way back: a log is not unmade."""

from pathlib import Path

from django.db import migrations

_FOLDER = Path(__file__).resolve().parent.parent / "sql"


def script(name: str) -> migrations.RunSQL:
    """The file of that name in audit/sql, run whole. It takes audit_owner's role and gives it back,
    because Django notes the migration in a table of the migrator's own."""
    return migrations.RunSQL((_FOLDER / name).read_text(encoding="utf-8"))
