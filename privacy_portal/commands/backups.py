"""Backups that were opened before they count, and that never hold a key.

    portal-20260131T120000Z/database.dump    pg_dump's custom format, one snapshot
    portal-20260131T120000Z/documents/       the sealed files, where they lie on this machine
    portal-20260131T120000Z/manifest.json    what it is, its SHA-256, its rows, the key it needs

A backup counts as good once its list was read, the whole was restored into a scratch database and
the rows counted there are the rows counted in the snapshot.
"""

import hashlib
import json
import os
import secrets as randomness
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from audit import clock
from privacy_portal.commands import document_copies
from privacy_portal.commands.places import Places
from privacy_portal.commands.servers import Servers
from privacy_portal.env import Misconfigured

FORMAT = "privacy-portal backup 1"
DUMP, MANIFEST = "database.dump", "manifest.json"
_LAST = "last-backup.json"
_LIBPQ = {
    "host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD",
    "dbname": "PGDATABASE", "sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT",
}  # fmt: skip

Rows = dict[str, int]


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup whose files are whole: every byte is what the manifest says."""

    folder: Path
    manifest: dict[str, Any]

    @property
    def dump(self) -> Path:
        return self.folder / DUMP

    @property
    def documents(self) -> Path:
        return self.folder / document_copies.NAME

    @property
    def rows(self) -> Rows:
        return dict(self.manifest["rows"])


def make(servers: Servers, target: Path) -> Path:
    """Make a backup below `target`, verify it, and note it as the last good one. Its folder."""
    refuse_near_keys(target, servers.places)
    target.mkdir(parents=True, exist_ok=True)
    now = clock.now()
    folder = target / f"portal-{now:%Y%m%dT%H%M%SZ}"
    work = target / f".{folder.name}.{randomness.token_hex(4)}"
    work.mkdir(mode=0o700)
    try:
        source, copy = document_copies.folder(servers.places), work / document_copies.NAME
        document_copies.add(source, copy)
        manifest = _dump(servers, work, now)
        document_copies.add(source, copy)
        manifest |= {"documents": document_copies.stated(copy) | {"elsewhere": source is None}}
        _verify(servers, Backup(work, manifest))
        _write(work / MANIFEST, manifest | {"verified_at": clock.now().isoformat()})
        work.rename(folder)
    except BaseException:
        shutil.rmtree(work, ignore_errors=True)
        raise
    _write(servers.places.data / _LAST, {"made_at": now.isoformat(), "folder": str(folder)})
    return folder


def opened(folder: Path) -> Backup:
    """The backup in the folder. Raises unless it was verified when made and is unaltered since."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise Misconfigured(f"{folder} holds no backup: its manifest cannot be read.") from None
    if manifest.get("format") != FORMAT or "verified_at" not in manifest:
        raise Misconfigured(f"{folder} holds no backup that this version made and verified.")
    if digest(folder / DUMP) != manifest["sha256"]:
        raise Misconfigured(f"{folder / DUMP} is not what was backed up: use another backup.")
    found, held = Backup(folder, manifest), manifest.get("documents")
    if held and document_copies.stated(found.documents) != {
        name: held[name] for name in ("files", "sha256")
    }:
        raise Misconfigured(f"{found.documents} is not what was backed up: use another backup.")
    return found


def last_good(places: Places) -> datetime | None:
    """When the last backup that passed its verification was made."""
    try:
        noted = json.loads((places.data / _LAST).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return datetime.fromisoformat(noted["made_at"])


def made_before(folder: Path, instant: datetime) -> list[Path]:
    """Backups in this folder from before an instant, the oldest first."""
    return [
        place
        for place, told in _manifests(folder)
        if datetime.fromisoformat(told["made_at"]) < instant
    ]


def needing(folder: Path, kek_id: str) -> list[Path]:
    """Backups in this folder that open with this key-encryption key, the oldest first."""
    return [place for place, told in _manifests(folder) if kek_id in told["keys_needed"]]


def _manifests(folder: Path) -> list[tuple[Path, dict[str, Any]]]:
    found = sorted(folder.glob(f"portal-*/{MANIFEST}"))
    return [(file.parent, json.loads(file.read_text(encoding="utf-8"))) for file in found]


def refuse_near_keys(target: Path, places: Places) -> None:
    """A backup beside the keys, or around them, would carry them along one day."""
    there, keys = target.resolve(), places.keys.resolve()
    if there.is_relative_to(keys) or keys.is_relative_to(there):
        raise Misconfigured(
            f"A backup and the keys must not travel together, and {target} holds or lies in the "
            f"key folder {places.keys}. Name another folder."
        )


def load(servers: Servers, backup: Backup, database: str) -> None:
    """Restore into a database that was made from template0 and is empty."""
    _call(servers, database, "pg_restore", "--exit-on-error", "--single-transaction",
          "--dbname", database, str(backup.dump))  # fmt: skip


@contextmanager
def scratch(servers: Servers, prefix: str) -> Iterator[str]:
    """The name of an empty database, dropped at the end if it still bears that name."""
    name = f"{prefix}_{randomness.token_hex(4)}"
    empty_database(servers, name)
    try:
        yield name
    finally:
        statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        command(servers, statement)


def empty_database(servers: Servers, name: str) -> None:
    command(servers, sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))


def command(servers: Servers, statement: sql.Composed) -> None:
    """A statement about whole databases, given outside of the one it is about."""
    with psycopg.connect(at(servers, "postgres"), autocommit=True) as connection:
        connection.execute(statement)


def at(servers: Servers, database: str) -> str:
    """The superuser's URL to another database of the same cluster."""
    return make_conninfo(servers.admin, dbname=database)


def rows(connection: "psycopg.Connection[Any]") -> Rows:
    """How many rows each table of the service holds."""
    tables = connection.execute(
        "SELECT schemaname, tablename FROM pg_tables "
        "WHERE schemaname IN ('public', 'audit') ORDER BY 1, 2"
    ).fetchall()
    counted = {}
    for schema, table in tables:
        statement = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(schema, table))
        counted[f"{schema}.{table}"] = connection.execute(statement).fetchone()[0]  # type: ignore[index]
    return counted


def digest(file: Path) -> str:
    with file.open("rb") as opened_file:
        return hashlib.file_digest(opened_file, "sha256").hexdigest()


def _dump(servers: Servers, work: Path, now: datetime) -> dict[str, Any]:
    """Dump and count in one snapshot: the two can be compared while people go on working."""
    with psycopg.connect(servers.admin) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        snapshot, name, version = connection.execute(
            "SELECT pg_export_snapshot(), current_database(), current_setting('server_version')"
        ).fetchone()  # type: ignore[misc]
        _call(servers, name, "pg_dump", "--format", "custom", "--snapshot", snapshot,
              "--file", str(work / DUMP))  # fmt: skip
        counted, needed = rows(connection), _keys_needed(connection)
    return {
        "format": FORMAT,
        "made_at": now.isoformat(),
        "postgres": version,
        "bytes": (work / DUMP).stat().st_size,
        "sha256": digest(work / DUMP),
        "keys_needed": needed,
        "rows": counted,
    }


def _keys_needed(connection: "psycopg.Connection[Any]") -> list[str]:
    """Ids of the key-encryption keys that open the data. Ids: the keys themselves are not here."""
    found = connection.execute("SELECT to_regclass('audit.dek') IS NOT NULL").fetchone()
    if not found or not found[0]:
        return []
    query = "SELECT DISTINCT kek_id FROM audit.dek WHERE state <> 'destroyed' ORDER BY 1"
    return [row[0] for row in connection.execute(query)]


def _verify(servers: Servers, backup: Backup) -> None:
    _call(servers, "postgres", "pg_restore", "--list", str(backup.dump))
    with scratch(servers, "portal_check") as name:
        load(servers, backup, name)
        with psycopg.connect(at(servers, name)) as connection:
            found = rows(connection)
            elsewhere = backup.manifest["documents"]["elsewhere"]
            document_copies.check_whole(backup.documents, connection, elsewhere=elsewhere)
    if found != backup.rows:
        raise Misconfigured("The backup does not restore to what was backed up. It was not kept.")


def _call(servers: Servers, database: str, program: str, *arguments: str) -> None:
    """One of PostgreSQL's programs; the password goes by the environment, not the command line."""
    parts = conninfo_to_dict(at(servers, database))
    variables = {_LIBPQ[key]: str(value) for key, value in parts.items() if key in _LIBPQ}
    folder = servers.programs
    path = str(folder / program) if folder else shutil.which(program)
    if path is None:
        raise Misconfigured(
            f"{program} was not found. Install PostgreSQL's client programs (postgresql-client)."
        )
    done = subprocess.run(  # noqa: S603
        [path, "--no-password", *arguments], capture_output=True, text=True, check=False,
        umask=0o077, env={"PATH": os.defpath, "LANG": "C.UTF-8"} | variables,
    )  # fmt: skip
    if done.returncode:
        raise Misconfigured(f"{program} did not succeed: {done.stderr.strip()[-2000:]}")


def _write(file: Path, content: dict[str, Any]) -> None:
    temporary = file.with_name(f"{file.name}.new")
    temporary.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    temporary.replace(file)
