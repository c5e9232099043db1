"""Bring a database up to this version, never without a verified backup of what it holds."""

from privacy_portal.commands import backups, django_side, marks
from privacy_portal.commands.marks import Kind
from privacy_portal.commands.say import say, step
from privacy_portal.commands.servers import Servers
from privacy_portal.env import Misconfigured


def bring_up_to_date(servers: Servers, *, kind: Kind) -> None:
    """Migrate; a clinic's older database is backed up first, a newer one is left alone."""
    if kind is Kind.EMPTY:
        with step("Making the tables"):
            django_side.ask("migrate", servers)
        return
    with step("Checking the database"):
        standing = django_side.ask("ready", servers)
    if standing["unknown"]:
        raise Misconfigured(
            "This database was written by a newer version of the service. Nothing was touched. "
            "Run the newer version, or restore a backup made with this one."
        )
    if standing["pending"]:
        _migrate(servers, len(standing["pending"]), kind)


def _migrate(servers: Servers, pending: int, kind: Kind) -> None:
    say(f"The database is {pending} migrations behind this version.")
    if kind is Kind.CLINIC:
        with step("Making a verified backup before migrating"):
            backups.make(servers, servers.places.backups)
    with step("Migrating"):
        django_side.ask("migrate", servers)


def fill_demo(servers: Servers) -> list[dict[str, str]]:
    """Demo data, when the database has none yet; the credentials, which nobody can see again."""
    if marks.read(servers.application).filled:
        return []
    with step("Filling in demo data"):
        credentials: list[dict[str, str]] = django_side.ask("fill", servers, demo=True)[
            "credentials"
        ]
    return credentials


def show_credentials(credentials: list[dict[str, str]]) -> None:
    """The one time these passwords are seen."""
    if not credentials:
        return
    say("\nSign in with one of these. The passwords are shown this once;")
    say("`python -m privacy_portal passwords` makes new ones.\n")
    width = max(len(one["sign_in"]) for one in credentials)
    roles = max(len(one["role"]) for one in credentials)
    for one in credentials:
        say(f"  {one['role']:<{roles}}  {one['sign_in']:<{width}}  {one['password']}")
