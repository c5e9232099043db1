"""Migrations run on the migrator's connection and on no other."""

from typing import Any


class MigrateOnItsOwnAlias:
    """Reads and writes go to the application's connection; schema changes to `migrate`."""

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == "migrate"
