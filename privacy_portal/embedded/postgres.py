"""One PostgreSQL cluster of our own: passwords on every connection, no TCP, a private socket.

cluster = Postgres(servers=…, run=…, owner=…, password=…)
cluster.start(say=print)
psycopg.connect(cluster.url("portal_app", password, "portal"))
cluster.stop()
"""

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import psycopg

from privacy_portal.embedded import binaries, processes, sockets
from privacy_portal.embedded.owners import Owner, private
from privacy_portal.embedded.processes import Identity
from privacy_portal.embedded.secrets import ADMIN, write_private
from privacy_portal.env import Misconfigured

#: Recovery after a crash may take minutes; a start that takes longer than this is given up.
_START_SECONDS = 15 * 60
_STOP_SECONDS = 3.0
_ORPHANS_SECONDS = 15.0
_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "LC_ALL": "C", "TZ": "UTC"}

DURABLE: Mapping[str, str] = {
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
}
#: A statement, its parameters, a DETAIL line and the text of an error may all quote a row.
QUIET: Mapping[str, str] = {
    "log_statement": "none",
    "log_min_error_statement": "panic",
    "log_min_messages": "log",
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
}
_ALWAYS: Mapping[str, str] = {
    **QUIET,
    "listen_addresses": "",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "logging_collector": "on",
    "log_filename": "postgres-%a.log",
    "log_rotation_age": "1d",
    "log_rotation_size": "0",
    "log_truncate_on_rotation": "on",
    "log_file_mode": "0600",
}

_OTHER_KEYS = (
    "The key folder does not belong to the data in {data}: its password for the database is "
    "another one. Put the key folder back that this data was made with."
)


class StartFailed(Misconfigured):
    """The server did not come up; the sentence ends with what it said itself."""


@dataclass
class Postgres:
    """A cluster below `servers` (see owners.servers_folder), its pid noted in the folder `run`."""

    servers: Path
    run: Path
    owner: Owner
    password: str
    settings: Mapping[str, str] = field(default_factory=lambda: DURABLE)
    say: Callable[[str], None] = lambda line: None

    @property
    def data(self) -> Path:
        return self.servers / "postgres"

    def url(self, user: str, password: str, database: str) -> str:
        """A libpq URL over the private socket. It holds the password: never print it."""
        folder = quote(str(sockets.known(self.servers)), safe="")
        return f"postgresql://{user}:{quote(password, safe='')}@/{database}?host={folder}"

    def admin_url(self, database: str = "postgres") -> str:
        return self.url(ADMIN, self.password, database)

    def running(self) -> Identity | None:
        """The server of these folders if it lives, whoever started it."""
        return processes.recall(self._pid_file)

    def start(self) -> None:
        """Make the cluster if need be, recover what a killed run left, wait for answers."""
        programs = binaries.postgres(self.owner, home=self.servers)
        self._refuse_other_major(programs)
        if not self.data.exists():
            self.say("Making the database cluster …")
            self._initdb(programs)
        self.stop()
        self._forget_stale_lock()
        place = sockets.folder(self.servers, self.owner)
        for stale in place.glob(".s.PGSQL.*"):
            stale.unlink()
        self._spawn(programs, place)
        try:
            self._wait_until_it_answers()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop the server of these folders: fast, then at once; the next start repairs the rest."""
        running = self.running()
        if running is not None:
            processes.stop(running, signal.SIGINT, signal.SIGQUIT, patience=_STOP_SECONDS)
        processes.reap()
        self._pid_file.unlink(missing_ok=True)

    @property
    def _pid_file(self) -> Path:
        return self.run / "postgres.pid"

    @property
    def _start_log(self) -> Path:
        return self.servers / "postgres-start.log"

    def _refuse_other_major(self, programs: Path) -> None:
        file = self.data / "PG_VERSION"
        if not file.exists():
            return
        held, ours = file.read_text(encoding="ascii").strip(), binaries.major(programs)
        if held != ours:
            raise Misconfigured(
                f"The data in {self.data} was written by PostgreSQL {held}; this is PostgreSQL "
                f"{ours}. Nothing was touched. With the version that wrote it run "
                "`python -m privacy_portal backup`, move the data folder away, then with this "
                "version run `python -m privacy_portal restore BACKUP`."
            )

    def _initdb(self, programs: Path) -> None:
        """In a folder beside, renamed when whole: a kill in the middle leaves no half cluster."""
        work = self.data.with_name("postgres.new")
        shutil.rmtree(work, ignore_errors=True)
        private(work, self.owner)
        secret = self.servers / ".initdb-password"
        write_private(secret, self.password.encode())
        self.owner.give(secret)
        try:
            self._call(
                programs / "initdb", "--pgdata", work, "--username", ADMIN, "--pwfile", secret,
                "--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C",
                "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8",
                *([] if self.settings.get("fsync") != "off" else ["--no-sync"]),
            )  # fmt: skip
        finally:
            secret.unlink()
        (work / "pg_hba.conf").write_text("local all all scram-sha-256\n", encoding="ascii")
        work.replace(self.data)

    def _call(self, *command: str | Path) -> None:
        """Cut short by Ctrl-C it ends with all that it has started, and nothing goes on writing."""
        with subprocess.Popen(  # noqa: S603
            command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, cwd="/",
            umask=0o077, env=_ENVIRONMENT, start_new_session=True, **self.owner.popen(),
        ) as called:  # fmt: skip
            try:
                said = called.communicate()[1]
            except BaseException:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(called.pid, signal.SIGTERM)
                called.communicate()
                raise
        if called.returncode:
            raise StartFailed(f"{Path(command[0]).name} did not succeed: {said.strip()}")

    def _spawn(self, programs: Path, place: Path) -> None:
        logs = private(self.servers / "logs", self.owner)
        settings = dict(_ALWAYS) | dict(self.settings)
        settings |= {"unix_socket_directories": str(place), "log_directory": str(logs)}
        options = [f"--{name}={value}" for name, value in settings.items()]
        with self._start_log.open("wb") as out:
            who = processes.spawn(
                [programs / "postgres", "-D", self.data, *options],
                stdin=subprocess.DEVNULL, stdout=out, stderr=out, cwd="/", umask=0o077,
                env=_ENVIRONMENT, **self.owner.popen(),
            )  # fmt: skip
        processes.remember(self._pid_file, who)

    def _wait_until_it_answers(self) -> None:
        began = told = time.monotonic()
        while not self._answers():
            if self.running() is None:
                raise StartFailed(f"PostgreSQL did not start. {self._last_words()}")
            if time.monotonic() - began > _START_SECONDS:
                raise StartFailed(f"PostgreSQL does not answer. {self._last_words()}")
            if time.monotonic() - told > 2:
                told = time.monotonic()
                self.say(f"PostgreSQL is still starting ({told - began:.0f} s) …")
            time.sleep(0.03)

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.admin_url(), connect_timeout=5).close()
        except psycopg.OperationalError as failure:
            if "password authentication failed" in str(failure):
                raise StartFailed(_OTHER_KEYS.format(data=self.data)) from None
            return False
        return True

    def _last_words(self) -> str:
        logs = [self._start_log, *(self.servers / "logs").glob("postgres-*.log")]
        newest = sorted((log for log in logs if log.exists()), key=lambda log: log.stat().st_mtime)
        said = [line for log in newest for line in log.read_text(errors="replace").splitlines()]
        return "\n".join(said[-6:])

    def _forget_stale_lock(self) -> None:
        """PostgreSQL believes a lock whose pid exists, be it a zombie's or somebody else's by now.

        So the lock goes, but only once no process works in the data folder any more: children of
        a killed postmaster end by themselves, each as soon as it looks up.
        """
        lock = self.data / "postmaster.pid"
        if not lock.exists():
            return
        self._stop_unnoted(int(lock.read_text(encoding="ascii").split()[0]))
        until = time.monotonic() + _ORPHANS_SECONDS
        while _workers_in(self.data):
            if time.monotonic() > until:
                raise StartFailed(f"Processes of a killed server still work in {self.data}.")
            time.sleep(0.05)
        if Path("/proc/self").exists():
            lock.unlink()

    def _stop_unnoted(self, pid: int) -> None:
        """A postmaster of this folder that lives although its pid was not noted."""
        who = processes.identity(pid)
        if who is not None and pid in _workers_in(self.data):
            processes.stop(who, signal.SIGINT, signal.SIGQUIT, patience=_STOP_SECONDS)


def _workers_in(data: Path) -> list[int]:
    """Pids of the processes whose working folder is the data folder, as PostgreSQL's all are."""
    return [int(entry.name) for entry in Path("/proc").glob("[0-9]*") if _folder_of(entry) == data]


def _folder_of(process: Path) -> Path | None:
    try:
        return Path(os.readlink(process / "cwd"))
    except OSError:  # gone, a zombie, or not ours to look at
        return None
