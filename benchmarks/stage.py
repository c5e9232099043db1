"""A PostgreSQL of its own with durable settings, and the web server as the service starts it."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from privacy_portal.commands import servers
from privacy_portal.commands.places import Places
from privacy_portal.commands.servers import Servers
from privacy_portal.embedded import owners, secrets

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Stage:
    """Servers that run, and the environment of a process that uses them."""

    servers: Servers

    def environ(self, settings: str) -> dict[str, str]:
        more = self.servers.environ({}, migrate=True)
        return more | {"DJANGO_SETTINGS_MODULE": settings}

    def inside(
        self, module: str, *arguments: str, settings: str = "privacy_portal.settings"
    ) -> Any:
        """Run a module in the service's environment; the JSON of its last line."""
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-m", module, *arguments],
            cwd=ROOT, env=self.environ(settings), capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"{module} failed:\n{done.stderr[-2000:]}")
        return json.loads(done.stdout.strip().splitlines()[-1])

    @contextmanager
    def serving(self, application: str, settings: str) -> Iterator[int]:
        """The web server on a free port of the loopback, until the block ends."""
        port = _free_port()
        with (ROOT / "var" / "bench.log").open("w") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "gunicorn", application, "--bind", f"127.0.0.1:{port}",
                 "--workers", "2", "--worker-class", "privacy_portal.web_worker.Worker",
                 "--threads", "4", "--keep-alive", "5", "--no-control-socket"],
                cwd=ROOT, env=self.environ(settings), stdout=log, stderr=log,
            )  # fmt: skip
            try:
                _await(port)
                yield port
            finally:
                process.terminate()
                process.wait(10)


@contextmanager
def fresh() -> Iterator[Stage]:
    """An empty, migrated installation below var/bench, removed afterwards."""
    home = ROOT / "var" / f"bench-{os.getpid()}"
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    here = Places(home, secrets.key_folder(home / "keys"), owners.choose())
    try:
        with servers.running(here) as started:
            stage = Stage(started)
            stage.inside("benchmarks.seed", "migrate")
            yield stage
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await(port: int) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError("the web server did not start; see var/bench.log")
