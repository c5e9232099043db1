"""The servers under the service: our own, or those that DATABASE_URL and REDIS_URL name."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from audit.sealer.keys import ORIGIN
from privacy_portal import env
from privacy_portal.commands.places import Places, alone, need_keys
from privacy_portal.commands.say import say, step
from privacy_portal.embedded import binaries, provision, secrets, sockets
from privacy_portal.embedded.postgres import Postgres
from privacy_portal.embedded.valkey import Valkey

_HOW_MIGRATE = (
    "It names the role portal_migrator. Run audit/sql/roles.sql as a superuser on the database, "
    "give the role a password (ALTER ROLE portal_migrator PASSWORD …), and set "
    "DATABASE_MIGRATE_URL=postgresql://portal_migrator:PASSWORD@HOST/DATABASE."
)
_HOW_ADMIN = (
    "It names a superuser (or the owner of the database) and is read by backup, restore and demo "
    "only: DATABASE_ADMIN_URL=postgresql://USER:PASSWORD@HOST/DATABASE."
)
_HOW_SEALER = (
    "It names the role portal_sealer, which gives log entries their place and nothing else. Run "
    "audit/sql/roles.sql as a superuser on the database, give the role a password, and set "
    "DATABASE_SEALER_URL=postgresql://portal_sealer:PASSWORD@HOST/DATABASE."
)
#: What the sealer's process gets of our own environment: no secret of anybody else.
_FOR_SEALER = ("PATH", "LANG", "LC_ALL", "HOME", "PYTHONPATH", "PRIVACY_LOG_ORIGIN",
               "PRIVACY_SEAL_SECONDS", "PRIVACY_CLOCK_FILE",
               "PRIVACY_WITNESS_URL", "PRIVACY_WITNESS_KEY")  # fmt: skip
#: Known to the start alone; what serves people does not get them.
_NOT_FOR_CHILDREN = ("DATABASE_MIGRATE_URL", "DATABASE_ADMIN_URL", "DATABASE_SEALER_URL")


@dataclass(frozen=True, slots=True)
class Servers:
    """URLs with their passwords: never print one. No broker: an empty text."""

    application: str
    broker: str
    places: Places
    postgres: Postgres | None
    database: str = provision.DATABASE

    def named(self, database: str) -> "Servers":
        """The same servers, another database of the embedded cluster."""
        if self.postgres is None:
            return self
        held = secrets.passwords(self.places.keys)
        url = self.postgres.url("portal_app", held["portal_app"], database)
        return replace(self, application=url, database=database)

    @property
    def migrator(self) -> str:
        if self.postgres is None:
            return env.text("DATABASE_MIGRATE_URL", how=_HOW_MIGRATE)
        password = secrets.passwords(self.places.keys)["portal_migrator"]
        return self.postgres.url("portal_migrator", password, self.database)

    @property
    def sealer(self) -> str:
        if self.postgres is None:
            return env.text("DATABASE_SEALER_URL", how=_HOW_SEALER)
        password = secrets.passwords(self.places.keys)["portal_sealer"]
        return self.postgres.url("portal_sealer", password, self.database)

    @property
    def admin(self) -> str:
        if self.postgres is None:
            return env.text("DATABASE_ADMIN_URL", how=_HOW_ADMIN)
        return self.postgres.admin_url(self.database)

    @property
    def programs(self) -> Path | None:
        """Folder of pg_dump and pg_restore; None means those on the PATH."""
        if not binaries.available():
            return None
        return binaries.postgres(self.places.owner, home=self.places.servers)

    def environ(self, more: Mapping[str, str], *, migrate: bool = False) -> dict[str, str]:
        """What a process of the service needs; the migrator's URL only when it migrates."""
        kept = {name: value for name, value in os.environ.items() if name not in _NOT_FOR_CHILDREN}
        kept |= {
            "DATABASE_URL": self.application,
            "REDIS_URL": self.broker,
            "SECRET_KEY_FILE": str(secrets.secret_key(self.places.keys)),
            "PRIVACY_KEY_FOLDER": str(secrets.kek_folder(self.places.keys)),
            "PRIVACY_LOG_FOLDER": str(self.places.log),
            "DJANGO_SETTINGS_MODULE": "privacy_portal.settings",
        }
        if not env.text("DOCUMENTS_URL", ""):
            kept["DOCUMENTS_URL"] = self.places.documents.as_uri().replace("file://", "file:", 1)
        if migrate:
            kept["DATABASE_MIGRATE_URL"] = self.migrator
        return kept | dict(more)

    def sealer_environ(self) -> dict[str, str]:
        """What the sealer's process needs; nobody else learns where the signing key lies."""
        kept = {name: os.environ[name] for name in _FOR_SEALER if name in os.environ}
        return kept | {
            "DATABASE_SEALER_URL": self.sealer,
            "PRIVACY_LOG_FOLDER": str(self.places.log),
            "PRIVACY_LOG_PIN": str(self.places.pin),
            "PRIVACY_SIGNING_KEY": str(secrets.signing_key(self.places.keys, _origin())),
        }


@contextmanager
def running(places: Places) -> Iterator[Servers]:
    """The servers for one command that wants them for itself; refused while the service runs."""
    with alone(places), started(places) as servers:
        yield servers


@contextmanager
def started(places: Places, *, broker: bool = False) -> Iterator[Servers]:
    """Start the servers and stop them at the end. The caller holds the lock of `places.alone`."""
    need_keys(places)
    ours: list[Postgres | Valkey] = []
    try:
        yield _start(places, ours, broker=broker)
    finally:
        for server in reversed(ours):
            server.stop()


@contextmanager
def reached(places: Places) -> Iterator[Servers]:
    """The servers as they run already; started for the while when they do not."""
    cluster = None if env.text("DATABASE_URL", "") else _postgres(places)
    if cluster is not None and cluster.running() is None:
        with running(places) as servers:
            yield servers
    else:
        yield _servers(places, cluster, broker="")


def _start(places: Places, started: list[Postgres | Valkey], *, broker: bool) -> Servers:
    cluster = None
    outside, queue = env.text("DATABASE_URL", ""), env.text("REDIS_URL", "")
    if not outside:
        cluster = _postgres(places)
        with step("Starting PostgreSQL"):
            started.append(cluster)
            cluster.start()
            _provision(cluster, places)
    if broker and not queue:
        valkey = _valkey(places, fresh_sockets=cluster is None)
        with step("Starting Valkey"):
            started.append(valkey)
            valkey.start()
            queue = valkey.url()
    return _servers(places, cluster, broker=queue)


def _servers(places: Places, cluster: Postgres | None, *, broker: str) -> Servers:
    if cluster is None:
        return Servers(env.text("DATABASE_URL"), broker, places, None)
    return Servers("", broker, places, cluster).named(provision.DATABASE)


def _postgres(places: Places) -> Postgres:
    need_keys(places)
    password = secrets.passwords(places.keys)[secrets.ADMIN]
    return Postgres(places.servers, places.run, places.owner, password, say=say)


def _valkey(places: Places, *, fresh_sockets: bool) -> Valkey:
    if fresh_sockets:
        sockets.folder(places.servers, places.owner)
    password = secrets.passwords(places.keys)["broker"]
    return Valkey(places.servers, places.run, places.owner, password)


def _origin() -> str:
    return env.text("PRIVACY_LOG_ORIGIN", ORIGIN)


def _provision(cluster: Postgres, places: Places) -> None:
    provision.make_database(cluster.admin_url())
    lay_roles(cluster, provision.DATABASE, places)


def lay_roles(cluster: Postgres, database: str, places: Places) -> None:
    provision.lay_roles(cluster.admin_url(database), secrets.passwords(places.keys))
