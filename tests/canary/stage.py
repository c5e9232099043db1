"""The service as it runs, with every place open to the search: web, worker, broker, mail, database."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import redis
from celery import Celery
from django.conf import settings
from django.db import connections
from django.test import override_settings
from psycopg import sql

from audit import clock, events, handover, log, published, tiles
from audit.actors import system
from audit.handover import Wanted
from audit.note import Signer
from audit.sealer.pin import Pin
from audit.sealer.work import Sealer
from privacy_portal.commands import children
from privacy_portal.embedded import binaries, owners
from tests.canary.web import Web
from tests.support.canary import Cage, Mark
from tests.support.database import ROOT, OwnDatabase, run_folder, valkey_server

#: As many entries as the bundle holds that is searched.
HANDED_OVER = 2_000
PATIENCE = 240  # seconds for any one thing to happen
#: Everything PostgreSQL can be told to write down: a server that is not ours may be set so.
TALKATIVE = {
    "log_statement": "all",
    "log_min_messages": "warning",
    "log_min_error_statement": "error",
    "log_parameter_max_length": "-1",
    "log_parameter_max_length_on_error": "-1",
    "log_error_verbosity": "verbose",
}


def make_talkative(own: OwnDatabase) -> None:
    """From the next connection on, PostgreSQL writes down all it is told in this database."""
    _set(own, "SET {} = {}", TALKATIVE)


def make_usual(own: OwnDatabase) -> None:
    """Back to what our own launcher sets."""
    _set(own, "RESET {}", dict.fromkeys(TALKATIVE))


def _set(own: OwnDatabase, form: str, values: "Mapping[str, str | None]") -> None:
    """For each of these; every connection is then made anew."""
    with psycopg.connect(own.admin_url, autocommit=True) as admin:
        for name, value in values.items():
            parts = [sql.Identifier(name)] + ([sql.Literal(value)] if value else [])
            how = sql.SQL(form).format(*parts)  # type: ignore[arg-type]
            admin.execute(sql.SQL("ALTER DATABASE {} {}").format(sql.Identifier(own.name), how))
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    connections.close_all()


def until(happened: Callable[[], Any], what: str, *, patience: float = PATIENCE) -> None:
    """Asked often at first, then seldom: asking takes the time of whoever is waited for."""
    began = time.monotonic()
    while not happened():
        waited = time.monotonic() - began
        assert waited < patience, f"waited in vain: {what}"
        time.sleep(0.05 if waited < 2 else 0.3)


@dataclass(frozen=True)
class Stage:
    """Where everything is. `folder` holds what the processes print, and the mail."""

    own: OwnDatabase
    broker: str
    folder: Path
    port: int
    environ: dict[str, str]

    @property
    def mail(self) -> Path:
        return Path(self.environ["CANARY_MAIL"])

    @property
    def documents(self) -> Path:
        return Path(self.environ["DOCUMENTS_URL"].removeprefix("file:"))

    @property
    def log(self) -> Path:
        return self.folder / "log"

    def said(self, name: str) -> Path:
        return self.folder / f"{name}.log"

    # --- processes ------------------------------------------------------------------------------
    @contextmanager
    def web(self) -> Iterator[None]:
        """The service's own command, with an access log that somebody has asked for besides."""
        usual = children.web(f"127.0.0.1:{self.port}", certificate=None).arguments
        with self._running("web", *usual, "--access-logfile", str(self.said("access"))):
            until(self._listens, "the web process listens")
            yield

    @contextmanager
    def worker(self) -> Iterator[None]:
        usual = children.worker()
        with self._running("worker", *usual.arguments, "--include", "tests.canary.tasks"):
            until(lambda: usual.ready in self.said("worker").read_text(), "the worker is ready")
            yield

    @contextmanager
    def _running(self, name: str, *arguments: str) -> Iterator[None]:
        with self.said(name).open("ab") as out:
            process = subprocess.Popen(
                [sys.executable, *arguments], cwd=ROOT, env=self.environ, stdout=out, stderr=out,
                stdin=subprocess.DEVNULL, start_new_session=True,
            )  # fmt: skip
        try:
            yield
        finally:
            process.terminate()
            try:
                process.wait(timeout=20)
            finally:
                _kill_group(process.pid)
                process.wait()

    def _listens(self) -> bool:
        import socket

        with socket.socket() as trial:
            return trial.connect_ex(("127.0.0.1", self.port)) == 0

    # --- planted in the clear, on purpose ---------------------------------------------------------
    def write_down(self, web: Web, cage: Cage) -> None:
        """A canary in every place that is searched, which the search must find."""
        word = cage.canary("everywhere", Mark.CONTROL)
        with self.admin() as admin:
            admin.execute("CREATE TABLE written_down (word text)")
            admin.execute(f"INSERT INTO written_down VALUES ('{word}')")
        with self.broker_client() as client:
            client.set("written down", word)
        self.documents.mkdir(exist_ok=True)
        (self.documents / "written down").write_text(word, encoding="ascii")
        log.append(events.CHECKED, actor=system("stage"), using=log.REFUSALS)
        self.log.mkdir()
        (self.log / "written down").write_text(word, encoding="ascii")
        with self.said("access").open("a") as out:
            out.write(f"{word}\n")
        assert web.call("POST", "/canary/write-down", {"word": word}).ok
        self.send("tests.canary.tasks.write_down")
        until(self.broker_is_empty, "the task has written it down")

    # --- the broker -----------------------------------------------------------------------------
    def send(self, task: str, *given: Any) -> None:
        with Celery(broker=self.broker) as sender:
            sender.send_task(task, args=given, ignore_result=True)

    def broker_client(self) -> "redis.Redis[bytes]":
        path = self.broker.partition("@")[2].partition("?")[0]
        password = self.broker.partition("//:")[2].partition("@")[0]
        return redis.Redis(unix_socket_path=path, password=password)

    def broker_is_empty(self) -> bool:
        with self.broker_client() as client:
            return not client.exists("celery", "unacked")

    # --- the database -----------------------------------------------------------------------------
    def admin(self) -> "psycopg.Connection[Any]":
        return psycopg.connect(self.own.admin_url, autocommit=True)

    @contextmanager
    def kept_wal(self) -> Iterator[str]:
        """A slot keeps what is written from now on, whatever other tests do. The first file's name."""
        slot = f"canary_{os.getpid()}"
        with self.admin() as admin:
            admin.execute("SELECT pg_create_physical_replication_slot(%s, true)", [slot])
            first = _one(admin, "SELECT pg_walfile_name(pg_current_wal_lsn())")
        try:
            yield first
        finally:
            with self.admin() as admin:
                admin.execute("SELECT pg_drop_replication_slot(%s)", [slot])


def _kill_group(leader: int) -> None:
    try:
        os.killpg(leader, signal.SIGKILL)
    except ProcessLookupError:
        return


def _one(admin: "psycopg.Connection[Any]", question: str) -> str:
    row = admin.execute(question).fetchone()
    assert row is not None
    return str(row[0])


# --- what is searched ------------------------------------------------------------------------------
Surfaces = dict[str, bytes]


def surfaces(stage: Stage, first_wal: str) -> Surfaces:
    """Everything that lies or is written somewhere, by name."""
    return {
        "dump": dump(stage),
        "WAL": _wal(stage, first_wal),
        "PostgreSQL's log": postgres_log(stage.own),
        "web": stage.said("web").read_bytes(),
        "access log": stage.said("access").read_bytes(),
        "worker": stage.said("worker").read_bytes(),
        "broker": broker(stage),
        "mail": mail(stage),
        "documents": _together(*(one for one in stage.documents.rglob("*") if one.is_file())),
        "the log's files": log_files(stage),
        "an export bundle": export_bundle(stage),
        "a backup": backup(stage),
    }


def log_files(stage: Stage) -> bytes:
    """Everything is sealed, signed and published; and the pin."""
    pin = stage.folder / "elsewhere" / "pin"
    pin.parent.mkdir(exist_ok=True)
    signer = Signer(settings.LOG_ORIGIN, bytes(32))
    (stage.log / tiles.VKEYS).write_text(f"{signer.verifier}\n", encoding="ascii")
    url = stage.own.url("portal_sealer")
    sealer = Sealer(url, folder=stage.log, pin=Pin(pin), signers=[signer])
    while sealer.step().placed == sealer.batch:
        pass
    sealer.forget()
    return _together(pin, *(one for one in stage.log.rglob("*") if one.is_file()))


def export_bundle(stage: Stage) -> bytes:
    """The newest entries with their proofs, none of them opened; its purpose is the control."""
    word = (stage.log / "written down").read_text(encoding="ascii")
    with override_settings(LOG_FOLDER=str(stage.log)):
        head = published.newest()
        assert head is not None
        assert head.size
        newest = range(max(head.size - HANDED_OVER, 0), head.size)
        made = handover.make(Wanted(dict.fromkeys(newest, False), word), now=clock.now())
    assert made is not None
    return made.content


def backup(stage: Stage) -> bytes:
    """The database as a backup holds it: the file, and what whoever finds it gets out of it."""
    programs, file = _programs(), stage.folder / "backup"
    dumped = ("--format", "custom", "--file", str(file), "--dbname", stage.own.admin_url)
    subprocess.run([programs / "pg_dump", *dumped], check=True, capture_output=True)
    restored = [programs / "pg_restore", "--file", "-", str(file)]
    inside = subprocess.run(restored, check=True, capture_output=True).stdout
    return file.read_bytes() + inside


def dump(stage: Stage) -> bytes:
    """Every schema and every row, as text."""
    return subprocess.run(
        [_programs() / "pg_dump", "--format", "plain", "--dbname", stage.own.admin_url],
        capture_output=True, check=True,
    ).stdout  # fmt: skip


def _programs() -> Path:
    return binaries.postgres(owners.choose(), home=run_folder() / "servers")


def _wal(stage: Stage, first: str) -> bytes:
    with stage.admin() as admin:
        admin.execute("CHECKPOINT")
        _one(admin, "SELECT pg_switch_wal()")
        folder = Path(_one(admin, "SHOW data_directory")) / "pg_wal"
    files = [one for one in folder.iterdir() if one.is_file() and one.name[8:24] >= first[8:24]]
    return _together(*sorted(one for one in files if len(one.name) == 24))


def postgres_log(own: OwnDatabase) -> bytes:
    """All that the server has written since it began, about every database.

    It writes through a pipe: what is said last must have come out at the other end.
    """
    last = uuid4().hex
    with psycopg.connect(own.admin_url, autocommit=True) as admin:
        folder = Path(_one(admin, "SHOW log_directory"))
        admin.execute(f"DO $$ BEGIN RAISE LOG '{last}'; END $$")

    def written() -> bytes:
        return _together(*folder.iterdir(), folder.parent / "postgres-start.log")

    until(lambda: last.encode() in written(), "the log is written")
    return written()


def broker(stage: Stage) -> bytes:
    """Keys, values, and what the server itself has written."""
    with stage.broker_client() as client:
        held = [part for key in client.scan_iter() for part in (key, *_values(client, key))]
    files = [one for one in (valkey_server().servers / "valkey").rglob("*") if one.is_file()]
    return b"\n".join(held) + _together(*files)


def _values(client: "redis.Redis[bytes]", key: bytes) -> Iterator[bytes]:
    yield client.dump(key) or b""
    match client.type(key):
        case b"string":
            yield client.get(key) or b""
        case b"list":
            yield from client.lrange(key, 0, -1)  # type: ignore[misc]
        case b"set":
            yield from client.smembers(key)  # type: ignore[misc]
        case b"hash":
            for name, value in client.hgetall(key).items():  # type: ignore[union-attr]
                yield name + b" " + value
        case b"zset":
            yield from client.zrange(key, 0, -1)  # type: ignore[misc]


_TO = re.compile(rb"^To: .*$", re.MULTILINE)


def mail(stage: Stage) -> bytes:
    """Every message, without the one line that says to whom: no message goes without it."""
    return _TO.sub(b"To:", _together(*sorted(stage.mail.iterdir())))


def _together(*files: Path) -> bytes:
    return b"\n".join(file.read_bytes() for file in files)
