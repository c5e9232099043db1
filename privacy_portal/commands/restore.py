"""`restore BACKUP`: put a backup in the place of the database."""

from argparse import ArgumentParser, Namespace
from datetime import datetime
from pathlib import Path

import psycopg
from psycopg import sql

from audit import clock
from privacy_portal.commands import backups, document_copies, marks, places, servers
from privacy_portal.commands.backups import Backup
from privacy_portal.commands.key_copy import id_of_file
from privacy_portal.commands.marks import Kind
from privacy_portal.commands.places import Places
from privacy_portal.commands.say import say, step
from privacy_portal.commands.servers import Servers
from privacy_portal.embedded import secrets
from privacy_portal.env import Misconfigured

SUMMARY = {"restore": "Restore a backup. A database that holds something is kept unless told."}


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("backup", type=Path, help="the backup's folder")
    parser.add_argument(
        "--replace", action="store_true",
        help="take the place of a database that is not empty; the old one is kept under a new name",
    )  # fmt: skip
    parser.add_argument(
        "--key-copy", type=Path, help="copy of the key-encryption key, to put into the key folder"
    )


def run(options: Namespace) -> int:
    here = places.of(options)
    backup = backups.opened(options.backup.absolute())
    if options.key_copy:
        _put_key_back(options.key_copy, here, backup)
    _need_its_keys(backup, here)
    with servers.running(here) as started:
        _refuse_full(started, replace=options.replace)
        with step("Restoring"):
            # Added to what is there: nothing is written over, and what no row names does no harm.
            into = document_copies.folder(here)
            if into is not None and backup.documents.exists():
                document_copies.add(backup.documents, into)
            kept = _take_the_place(started, backup)
    say(f"Restored {options.backup}, made at {backup.manifest['made_at']}.")
    if kept:
        say(f"What was there before is kept as database {kept}.")
    return 0


def _refuse_full(started: Servers, *, replace: bool) -> None:
    if marks.read(started.admin).kind is not Kind.EMPTY and not replace:
        raise Misconfigured(
            "The database is not empty. Nothing was touched. To put the backup in its place, and "
            "keep what is there under another name, add --replace."
        )


def _take_the_place(started: Servers, backup: Backup) -> str | None:
    """Restore beside, compare, and only then rename: a failure leaves everything as it was."""
    with backups.scratch(started, "portal_restore") as name:
        backups.load(started, backup, name)
        with psycopg.connect(backups.at(started, name)) as connection:
            found = backups.rows(connection)
        if found != backup.rows:
            raise Misconfigured("What was restored is not what was backed up. Nothing was changed.")
        if started.postgres is not None:
            servers.lay_roles(started.postgres, name, started.places)
        return _rename(started, name, now=clock.now())


def _rename(started: Servers, name: str, *, now: datetime) -> str | None:
    place = _database(started)
    aside = f"{place}_before_{now:%Y%m%dT%H%M%SZ}"
    was_empty = marks.read(started.admin).kind is Kind.EMPTY
    with psycopg.connect(backups.at(started, "postgres"), autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [place]
        )
        for old, new in ((place, aside), (name, place)):
            statement = sql.SQL("ALTER DATABASE {} RENAME TO {}")
            connection.execute(statement.format(sql.Identifier(old), sql.Identifier(new)))
        if was_empty:
            connection.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(aside)))
    return None if was_empty else aside


def _database(started: Servers) -> str:
    with psycopg.connect(started.admin) as connection:
        return connection.info.dbname


def _put_key_back(copy: Path, here: Places, backup: Backup) -> None:
    """A key copy goes in under its own name; it becomes the active one where there is none."""
    key_id = id_of_file(copy)
    if key_id not in backup.manifest["keys_needed"]:
        raise Misconfigured(f"{copy} is {key_id}, and this backup was not made with that key.")
    folder = secrets.key_folder(secrets.key_folder(here.keys) / "kek")
    secrets.write_private(folder / f"kek-{key_id.removeprefix('local:')}.key", copy.read_bytes())
    if not (folder / "kek-active").exists():
        secrets.write_private(folder / "kek-active", f"{key_id}\n".encode())


def _need_its_keys(backup: Backup, here: Places) -> None:
    folder = here.keys / "kek"
    for key_id in backup.manifest["keys_needed"]:
        if not (folder / f"kek-{key_id.removeprefix('local:')}.key").exists():
            raise Misconfigured(
                f"The backup opens only with the key {key_id}, which is not in {folder}. "
                "Nothing was touched. Put its copy there with --key-copy FILE."
            )
