"""A database the service can live in: made if missing, its roles laid, their passwords set."""

from collections.abc import Mapping
from pathlib import Path

import psycopg
from psycopg import sql

from privacy_portal.embedded.secrets import LOGINS

ROLES = Path(__file__).resolve().parents[2] / "audit" / "sql" / "roles.sql"
DATABASE = "portal"


def make_database(admin_url: str, name: str = DATABASE) -> bool:
    """Make the database if there is none under this name. Returns whether it was made."""
    with psycopg.connect(admin_url, autocommit=True) as connection:
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if found.fetchone():
            return False
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return True


def lay_roles(admin_url: str, passwords: Mapping[str, str]) -> None:
    """Run roles.sql on the URL's database, then give each login its password.

    Passwords travel as SCRAM verifiers, so that no log and no query text can hold one.
    """
    with psycopg.connect(admin_url, autocommit=True) as connection:
        connection.execute(ROLES.read_text(encoding="utf-8").encode())
        for role in LOGINS:
            verifier = connection.pgconn.encrypt_password(
                passwords[role].encode(), role.encode(), b"scram-sha-256"
            )
            connection.execute(
                sql.SQL("ALTER ROLE {} PASSWORD {}").format(
                    sql.Identifier(role), sql.Literal(verifier.decode())
                )
            )
