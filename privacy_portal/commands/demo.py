"""`demo`: throw the demo's data away and begin again."""

import shutil
from argparse import ArgumentParser, Namespace

from psycopg import sql

from privacy_portal.commands import backups, marks, places, schema, servers
from privacy_portal.commands.marks import Kind
from privacy_portal.commands.places import Places
from privacy_portal.commands.say import say, step
from privacy_portal.commands.servers import Servers
from privacy_portal.env import Misconfigured

SUMMARY = {"demo": "Reset to demo data. Refused on a clinic's own database."}


def arguments(parser: ArgumentParser) -> None:
    """None of its own."""


def run(options: Namespace) -> int:
    here = places.of(options)
    with servers.running(here) as started:
        marks.refuse_clinic(marks.read(started.application))
        with step("Throwing the old demo data away"):
            _empty(started)
            _forget_log(here)
        begin(started)
        schema.show_credentials(schema.fill_demo(started))
    say("\nThe demo data is fresh. Start it with: make run")
    return 0


def begin(started: Servers) -> None:
    """Mark and migrate; a database that is marked already is only brought up to date."""
    mark = marks.read(started.application)
    marks.refuse_clinic(mark)
    if mark.kind is Kind.EMPTY:
        marks.make(started.migrator)
    schema.bring_up_to_date(started, kind=mark.kind)


def _forget_log(here: Places) -> None:
    """The demo's log begins anew; a clinic's never does, and its sealer would be fenced."""
    shutil.rmtree(here.log)
    here.pin.unlink(missing_ok=True)


def _empty(started: Servers) -> None:
    if started.postgres is None:
        raise Misconfigured(
            "DATABASE_URL names a database of your own, which is not ours to drop. Make it anew, "
            "run audit/sql/roles.sql on it, then start the demo with: make run"
        )
    name = sql.Identifier(started.database)
    backups.command(started, sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))
    backups.empty_database(started, started.database)
    servers.lay_roles(started.postgres, started.database, started.places)
