"""Installations for the tests of the commands: folders of their own, and the service in them."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from privacy_portal.commands import marks
from privacy_portal.commands.places import ROOT, Places
from privacy_portal.embedded import owners, processes, provision, secrets
from privacy_portal.embedded.postgres import Postgres
from privacy_portal.embedded.secrets import ADMIN
from tests.support import database
from tests.support.database import quick_folder

#: What the tests' own environment sets and an installation must find for itself.
OUTSIDE = (
    "DATABASE_URL",
    "REDIS_URL",
    "SECRET_KEY",
    "PRIVACY_KEY_FOLDER",
    "DATABASE_MIGRATE_URL",
    "DATABASE_SEALER_URL",
    "PRIVACY_LOG_FOLDER",
    "DOCUMENTS_URL",
)
#: After so long a start is taken for one that hangs, however busy the machine is.
_START_SECONDS = 240
_started: dict[Path, list["Service"]] = {}


@contextmanager
def home() -> Iterator[Path]:
    """An empty folder that the servers' user can enter; removed at the end, with what still runs there."""
    folder = Path(tempfile.mkdtemp(prefix="portal-home-", dir=quick_folder()))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        for service in _started.pop(folder, []):
            if service.process.poll() is None:
                service.kill(everything=True)
        shutil.rmtree(folder)


def prepare(folder: Path, *, demo: bool = False) -> None:
    """What the first start makes of an empty home, its cluster and keys; tests of that make it.

    demo  as `run` makes it, without the demo's data
    """
    here = places(folder)
    database.copy_keys(here.keys)
    server = Postgres(here.servers, here.run, here.owner, secrets.passwords(here.keys)[ADMIN])
    database.copy_cluster(server.data, here.owner)
    server.start()
    try:
        _name_as_the_services(server)
        if demo:
            held = secrets.passwords(here.keys)["portal_migrator"]
            marks.make(server.url("portal_migrator", held, provision.DATABASE))
    finally:
        server.stop()


def _name_as_the_services(server: Postgres) -> None:
    with psycopg.connect(server.admin_url(), autocommit=True) as admin:
        admin.execute(f"ALTER DATABASE {database.TEMPLATE} RENAME TO {provision.DATABASE}")


def places(folder: Path) -> Places:
    return Places(folder, folder / "keys", owners.choose())


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


class Service:
    """`python -m privacy_portal COMMAND` as a process, with all that it prints."""

    def __init__(self, command: str, folder: Path, port: int, **environ: str) -> None:
        self._said = folder / f"said-{port}-{time.monotonic_ns()}"
        self.folder = folder
        kept = {name: value for name, value in os.environ.items() if name not in OUTSIDE}
        kept |= environ
        with self._said.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "privacy_portal", command, "--home", str(folder),
                 "--port", str(port)],
                cwd=ROOT, env=kept, stdout=out, stderr=out, start_new_session=True,
            )  # fmt: skip
        _started.setdefault(folder, []).append(self)

    @property
    def said(self) -> str:
        return self._said.read_text(encoding="utf-8")

    def wait_for(self, words: str) -> None:
        """Until it has said the words; fails with all it said when it ends or takes too long."""
        until = time.monotonic() + _START_SECONDS
        while words not in self.said:
            assert self.process.poll() is None, self.said
            assert time.monotonic() < until, self.said
            time.sleep(0.05)

    def interrupt(self) -> float:
        """Ctrl-C; the seconds until everything had stopped."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGINT)
        self.process.wait(timeout=30)
        return time.monotonic() - began

    def noted(self) -> dict[str, processes.Identity]:
        """The living processes it has started, by name."""
        found = {}
        for file in (self.folder / "data" / "run").glob("*.pid"):
            who = processes.recall(file)
            if who is not None:
                found[file.stem] = who
        return found

    def kill(self, *, everything: bool) -> None:
        """SIGKILL, as a power cut or an impatient administrator would."""
        children = self.noted()
        self.process.kill()
        self.process.wait()
        for who in children.values() if everything else ():
            os.killpg(who.pid, signal.SIGKILL)


def manifest(backup: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads((backup / "manifest.json").read_text(encoding="utf-8"))
    return found
