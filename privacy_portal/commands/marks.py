"""The mark that tells a demo's database from a clinic's. It travels with the database.

`up` refuses a marked one; `run` and `demo` refuse one that is unmarked and not empty.
"""

from dataclasses import dataclass
from enum import Enum, auto

import psycopg

from privacy_portal.env import Misconfigured

_TABLE = "public.demo_mark"


class Kind(Enum):
    """What a database is by its mark and its tables."""

    EMPTY = auto()
    DEMO = auto()
    CLINIC = auto()


@dataclass(frozen=True, slots=True)
class Mark:
    kind: Kind
    filled: bool


def read(url: str) -> Mark:
    """What the database is. `filled` says whether its demo data was written whole."""
    with psycopg.connect(url) as connection:
        if _exists(connection, _TABLE):
            row = connection.execute(f"SELECT filled FROM {_TABLE}").fetchone()  # noqa: S608
            return Mark(Kind.DEMO, filled=bool(row and row[0]))
        empty = not _exists(connection, "public.django_migrations")
    return Mark(Kind.EMPTY if empty else Kind.CLINIC, filled=False)


def make(migrator_url: str) -> None:
    """Mark an empty database as a demo's. The application may say that it filled it and where its
    stories stand, no more.
    """
    with psycopg.connect(migrator_url) as connection:
        connection.execute(
            f"CREATE TABLE {_TABLE} (one bool PRIMARY KEY DEFAULT true CHECK (one), "
            "filled bool NOT NULL DEFAULT false, places jsonb)"
        )
        connection.execute(f"INSERT INTO {_TABLE} DEFAULT VALUES")
        connection.execute(f"REVOKE ALL ON {_TABLE} FROM portal_app")
        connection.execute(f"GRANT SELECT, UPDATE (filled, places) ON {_TABLE} TO portal_app")


def refuse_demo(mark: Mark) -> None:
    if mark.kind is Kind.DEMO:
        raise Misconfigured(
            "This folder holds demo data, and real requests do not belong beside it. "
            "Name another one: python -m privacy_portal up --home FOLDER"
        )


def refuse_clinic(mark: Mark) -> None:
    if mark.kind is Kind.CLINIC:
        raise Misconfigured(
            "This database holds a clinic's own records; demo data does not belong beside them. "
            "To run it: python -m privacy_portal up. "
            "To try the demo: python -m privacy_portal run --home ANOTHER-FOLDER"
        )


def _exists(connection: "psycopg.Connection[tuple[object, ...]]", table: str) -> bool:
    row = connection.execute("SELECT to_regclass(%s) IS NOT NULL", [table]).fetchone()
    return bool(row and row[0])
