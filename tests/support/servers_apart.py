"""PostgreSQL and a broker of one test's own, which it may stop, empty and start again."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from privacy_portal import env
from privacy_portal.embedded import owners
from privacy_portal.embedded.postgres import Postgres
from privacy_portal.embedded.secrets import ADMIN
from privacy_portal.embedded.valkey import Valkey
from tests.support import database, homes

_ALIASES = ("default", "refusals")


@dataclass(frozen=True)
class Apart:
    """The servers, and one migrated database in them. URLs hold passwords."""

    postgres: Postgres
    valkey: Valkey
    name: str

    def url(self, role: str = "portal_app") -> str:
        return self.postgres.url(role, database.held_passwords()[role], self.name)

    @property
    def environ(self) -> dict[str, str]:
        return os.environ | {
            "DATABASE_URL": self.url(),
            "DATABASE_MIGRATE_URL": self.url("portal_migrator"),
            "DATABASE_SEALER_URL": self.url("portal_sealer"),
        }

    def restart_postgres(self) -> None:
        """Every connection ends in the middle of whatever it is at."""
        self.postgres.stop()
        self.postgres.start()

    def restart_valkey(self) -> None:
        """Whatever it held is gone: it keeps nothing on the disk."""
        self.valkey.stop()
        self.valkey.start()


@contextmanager
def servers() -> Iterator[Apart]:
    """Both servers running, the database copied from the migrated template."""
    with homes.home() as home:
        postgres, valkey = _made(home)
        database.copy_cluster(postgres.data, postgres.owner)
        postgres.start()
        try:
            valkey.start()
            apart = Apart(postgres, valkey, f"apart_{os.getpid()}")
            with psycopg.connect(postgres.admin_url(), autocommit=True) as admin:
                admin.execute(f"CREATE DATABASE {apart.name} TEMPLATE {database.TEMPLATE}")  # type: ignore[arg-type]
            yield apart
        finally:
            valkey.stop()
            postgres.stop()


def _made(home: Path) -> tuple[Postgres, Valkey]:
    owner = owners.choose()
    held, place = database.held_passwords(), owners.passage(home / "servers", owner)
    postgres = Postgres(
        servers=place, run=home, owner=owner, password=held[ADMIN], settings=database._FAST
    )
    return postgres, Valkey(servers=place, run=home, owner=owner, password=held["broker"])


@contextmanager
def reached(apart: Apart) -> Iterator[None]:
    """Every connection of this process goes there."""
    from django.db import connections

    there = env.database(apart.url())
    before = {alias: dict(connections.settings[alias]) for alias in _ALIASES}
    _point(dict.fromkeys(_ALIASES, there))
    try:
        yield
    finally:
        _point(before)


def _point(settings: dict[str, dict[str, Any]]) -> None:
    from django.db import connections

    connections.close_all()
    for alias, there in settings.items():
        for key in ("NAME", "HOST", "USER", "PASSWORD"):
            connections.settings[alias][key] = there[key]
            connections[alias].settings_dict[key] = there[key]
