"""Databases for the tests: one cluster a run, one migrated template, one clone a worker.

The first process of a run chooses a folder and writes it into the environment; the workers of
pytest-xdist inherit it. The cluster starts when the first test asks for a database, and the
process that began the run stops it. A cluster with the migrated template is kept below var/tests,
named after a hash of everything that went into it, so the next run only copies it.

Without the wheels, TEST_DATABASE_ADMIN_URL names a superuser's connection to use instead.
"""

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from privacy_portal.embedded import binaries, owners, processes, provision, secrets
from privacy_portal.embedded.postgres import Postgres
from privacy_portal.embedded.secrets import ADMIN, key_folder, passwords
from privacy_portal.embedded.valkey import Valkey
from tests.support import made_of

ROOT = Path(__file__).resolve().parents[2]
KEPT = ROOT / "var" / "tests"
TEMPLATE = "portal_template"
_RUN = "PORTAL_TEST_RUN"
_ADMIN = "TEST_DATABASE_ADMIN_URL"
_FAST = {"fsync": "off", "full_page_writes": "off", "shared_buffers": "64MB"}


@dataclass(frozen=True, slots=True)
class OwnDatabase:
    """One test's database. URLs hold passwords; `environ` is what a subprocess needs."""

    name: str

    def url(self, role: str = "portal_app") -> str:
        return url(role, self.name)

    @property
    def admin_url(self) -> str:
        return admin_url(self.name)

    @property
    def environ(self) -> dict[str, str]:
        return os.environ | {
            "DATABASE_URL": self.url(),
            "DATABASE_MIGRATE_URL": self.url("portal_migrator"),
            "DATABASE_SEALER_URL": self.url("portal_sealer"),
        }


# --- the run -----------------------------------------------------------------------------------
def worker() -> str:
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


def begin_run() -> None:
    """Choose this run's folder and set the environment before Django reads its settings."""
    if _RUN not in os.environ:
        _sweep()
        os.environ[_RUN] = tempfile.mkdtemp(prefix="portal-tests-", dir=quick_folder())
        owner = owners.choose()
        run_folder().chmod(0o711 if owner.changes else 0o700)
        _note().write_text(str(run_folder()), encoding="utf-8")
    # Without what is compiled, each of the many processes would compile all sources anew.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["DATABASE_URL"] = url("portal_app", clone_name())
    os.environ["SECRET_KEY"] = held_passwords()["secret-key"]
    os.environ["PRIVACY_KEY_FOLDER"] = str(kek_folder())
    os.environ["DOCUMENTS_URL"] = f"file:{run_folder() / 'documents' / worker()}"


def quick_folder() -> str:
    """In memory where there is room: a clone is three hundred files, made and dropped again."""
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and shutil.disk_usage(memory).free > 2_000_000_000
    return str(memory) if roomy else "/tmp"


def end_run() -> None:
    """Stop the cluster and remove the run's folder; only the process that began the run does."""
    if worker() != "main":
        return
    if not _outside():
        _stop_cluster(run_folder())
    shutil.rmtree(run_folder(), ignore_errors=True)
    _note().unlink(missing_ok=True)


def run_folder() -> Path:
    return Path(os.environ[_RUN])


def kek_folder() -> Path:
    """The tests' key-encryption key; kept, since the kept template holds keys wrapped by it."""
    with _lock("kek"):
        return secrets.kek_folder(_key_home())


# --- URLs --------------------------------------------------------------------------------------
def clone_name() -> str:
    return f"portal_{run_folder().name[-8:]}_{worker()}" if _outside() else f"portal_{worker()}"


def url(role: str, database: str) -> str:
    if _outside():
        parts = conninfo_to_dict(os.environ[_ADMIN])
        return make_conninfo(
            **parts | {"user": role, "password": held_passwords()[role], "dbname": database}
        )
    return _postgres().url(role, held_passwords()[role], database)


def admin_url(database: str = "postgres") -> str:
    if _outside():
        return make_conninfo(**conninfo_to_dict(os.environ[_ADMIN]) | {"dbname": database})
    return _postgres().admin_url(database)


# --- clones ------------------------------------------------------------------------------------
@contextmanager
def clone(name: str) -> Iterator[OwnDatabase]:
    """A database copied from the migrated template, dropped at the end."""
    ensure_template()
    _admin(
        sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(
            sql.Identifier(name), sql.Identifier(_template())
        )
    )
    try:
        _let_roles_in(name)
        yield OwnDatabase(name)
    finally:
        _admin(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def ensure_template() -> None:
    """Start the cluster and migrate the template, once a run, whoever asks first."""
    ready, failed = run_folder() / "ready", run_folder() / "failed"
    if ready.exists():
        return
    with _lock("template"):
        if failed.exists():
            raise RuntimeError(failed.read_text(encoding="utf-8"))
        if not ready.exists():
            _make_template(failed)
            ready.touch()


def _make_template(failed: Path) -> None:
    """What went wrong once is told to every test that asks, and not tried again."""
    try:
        _template_outside() if _outside() else _template_embedded()
    except BaseException as failure:
        failed.write_text(str(failure), encoding="utf-8")
        raise


def copy_cluster(data: Path, owner: owners.Owner) -> None:
    """The cluster with the migrated template, in a folder of somebody's own."""
    ensure_template()
    _copy_cluster(KEPT / f"cluster-{_fingerprint()}", data, owner)


def copy_keys(target: Path) -> None:
    """The keys and passwords that the cluster was made with."""
    held_passwords()
    kek_folder()
    shutil.copytree(_key_home(), target)


def copy_kept(tree: Path) -> None:
    """The kept cluster and its keys, for the tests of a copy of this tree."""
    ensure_template()
    kept, target = KEPT / f"cluster-{_fingerprint()}", tree / KEPT.relative_to(ROOT)
    shutil.copytree(kept, target / kept.name)
    shutil.copy(f"{kept}.json", target)
    copy_keys(target / "keys")


def _let_roles_in(name: str) -> None:
    """A clone has the template's contents; who may connect is the cluster's knowledge."""
    _admin(
        sql.SQL("REVOKE ALL ON DATABASE {0} FROM PUBLIC; GRANT CONNECT ON DATABASE {0} TO "
                "portal_migrator, portal_app, portal_sealer, portal_auditor")
        .format(sql.Identifier(name)).as_string(None)
    )  # fmt: skip


def _admin(statement: sql.Composable | str) -> None:
    with psycopg.connect(admin_url(), autocommit=True) as connection:
        connection.execute(statement)  # type: ignore[arg-type]


@contextmanager
def migrating(own: OwnDatabase) -> Iterator[None]:
    """Django's alias `migrate`, which only commands have, on this database."""
    from django.db import connections

    from privacy_portal import env

    before = connections.settings.get("migrate")
    connections.settings["migrate"] = connections.settings["default"] | env.database(
        own.url("portal_migrator")
    )
    try:
        yield
    finally:
        connections["migrate"].close()
        del connections["migrate"]
        connections.settings.pop("migrate")
        if before is not None:
            connections.settings["migrate"] = before


# --- the template ------------------------------------------------------------------------------
def _template() -> str:
    return f"{TEMPLATE}_{_fingerprint()}" if _outside() else TEMPLATE


def _fingerprint() -> str:
    return made_of.fingerprint(kek_folder())


def _before_this() -> Path | None:
    """A kept cluster that lacks nothing but migrations which have come since."""
    notes = KEPT.glob("cluster-*.json")
    found = (one for one in notes if made_of.only_migrations_since(one, kek_folder()))
    return next((kept for note in found if (kept := note.with_suffix("")).is_dir()), None)


def _template_embedded() -> None:
    cluster = _postgres()
    kept = KEPT / f"cluster-{_fingerprint()}"
    if kept.exists():
        _copy_cluster(kept, cluster.data, cluster.owner)
    else:
        before = _before_this()
        if before is not None:
            _copy_cluster(before, cluster.data, cluster.owner)
        cluster.start()
        provision.make_database(admin_url(), TEMPLATE)
        _migrate(TEMPLATE)
        cluster.stop()
        _keep(cluster, kept)
    cluster.start()
    who = cluster.running()
    assert who is not None
    # The worker that happened to start it may end first; whoever began the run stops it.
    processes.let_go(who)


def _template_outside() -> None:
    name = _template()
    if provision.make_database(admin_url(), name):
        try:
            _migrate(name)
        except BaseException:
            _admin(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
            raise
    provision.lay_roles(admin_url(name), held_passwords())


def _migrate(name: str) -> None:
    provision.lay_roles(admin_url(name), held_passwords())
    environ = OwnDatabase(name).environ
    environ.pop("PRIVACY_CLOCK_FILE", None)  # It has the keys of now, whoever asks first, and when.
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.migrate"],
        cwd=ROOT, env=environ, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"The migrations did not run:\n{done.stdout}\n{done.stderr}")


def _keep(cluster: Postgres, kept: Path) -> None:
    """Only the newest cluster is kept."""
    for old in KEPT.glob("cluster-*"):
        old.unlink() if old.is_file() else shutil.rmtree(old, ignore_errors=True)
    work = Path(tempfile.mkdtemp(prefix="keeping-", dir=KEPT))
    shutil.copytree(cluster.data, work, dirs_exist_ok=True)
    made_of.note(Path(f"{kept}.json"), kek_folder())
    try:
        work.rename(kept)
    except OSError:  # another run was faster
        shutil.rmtree(work)


def _copy_cluster(kept: Path, data: Path, owner: owners.Owner) -> None:
    shutil.copytree(kept, data)
    data.chmod(0o700)
    for path in (data, *data.rglob("*")):
        owner.give(path)


# --- the servers -------------------------------------------------------------------------------
def _outside() -> bool:
    return _ADMIN in os.environ and not binaries.available()


def _postgres(run: Path | None = None) -> Postgres:
    run = run or run_folder()
    owner = owners.choose()
    return Postgres(
        servers=owners.passage(run / "servers", owner), run=run, owner=owner,
        password=held_passwords()[ADMIN], settings=_FAST,
    )  # fmt: skip


def _stop_cluster(run: Path) -> None:
    for server in (_postgres(run), *(_valkey(folder) for folder in run.glob("valkey-*"))):
        server.stop()


def valkey_server() -> Valkey:
    """A broker of this process's own; the caller starts and stops it."""
    return _valkey(owners.passage(run_folder() / f"valkey-{worker()}", owners.choose()))


def _valkey(folder: Path) -> Valkey:
    owner = owners.choose()
    owners.private(folder / "sockets", owner)
    return Valkey(servers=folder, run=folder, owner=owner, password=held_passwords()["broker"])


# --- what is kept ------------------------------------------------------------------------------
def _key_home() -> Path:
    return key_folder(KEPT / "keys")


def held_passwords() -> dict[str, str]:
    names = (ADMIN, *provision.LOGINS, "broker", "secret-key")
    with _lock("passwords"):
        return passwords(_key_home(), names=names)


@contextmanager
def _lock(name: str) -> Iterator[None]:
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / f"{name}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _note() -> Path:
    """Says which folder belongs to this process, for a later run to clean up after a kill."""
    who = processes.identity(os.getpid())
    assert who is not None
    folder = KEPT / "runs"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{who.pid}@{who.started.rpartition(':')[2]}"


def _sweep() -> None:
    """Stop and remove what a killed run left behind."""
    for note in (KEPT / "runs").glob("*@*"):
        pid, _, since = note.name.partition("@")
        if (processes.started(int(pid)) or "").rpartition(":")[2] == since:
            continue
        run = Path(note.read_text(encoding="utf-8"))
        if run.exists():
            _stop_cluster(run)
            shutil.rmtree(run, ignore_errors=True)
        note.unlink(missing_ok=True)
