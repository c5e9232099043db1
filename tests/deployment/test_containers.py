"""Each container's own command, without an engine: in a plain folder, secrets as files, code that
nobody may write to, until its health check passes.

What a container would bring is put in its place and nothing else is changed: the folders that are
mounted, the two host names, and the port.
"""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from privacy_portal.commands import container_secrets
from privacy_portal.commands.places import ROOT
from privacy_portal.embedded import binaries, owners, provision
from privacy_portal.embedded.postgres import DURABLE, Postgres
from privacy_portal.embedded.valkey import Valkey
from tests.support import homes

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
ADMIN_PASSWORD = "invented-for-this-test"
_HEALTHY_SECONDS = 60
#: What another process is just writing has a number behind its name, and is soon gone.
_HALF = shutil.ignore_patterns("*.pyc.*")


@dataclass(frozen=True)
class Host:
    """A plain folder in the place of the containers."""

    folder: Path
    port: int

    @property
    def secrets(self) -> Path:
        return self.folder / "secrets"

    @property
    def code(self) -> Path:
        return self.folder / "code"

    def placed(self, word: str) -> str:
        """A word of the compose file with the container's places made ours."""
        word = re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", word)
        for theirs, ours in {
            "/run/secrets/": f"{self.secrets}/", "/run/kek": f"{self.secrets}/kek",
            "/run/sealer": f"{self.secrets}/sealer", "/log": f"{self.folder}/log",
            "/pin/": f"{self.folder}/pin/", "file:/documents": f"file:{self.folder}/documents",
            "/tmp/": f"{self.folder}/tmp/", "0.0.0.0:8000": f"127.0.0.1:{self.port}",
        }.items():  # fmt: skip
            word = word.replace(theirs, ours)
        return word

    def environ(self, service: str) -> dict[str, str]:
        stated = COMPOSE["services"][service]["environment"]
        return {name: self.placed(value) for name, value in stated.items()} | {
            "PATH": f"{Path(sys.executable).parent}:{os.defpath}",
            "PORT": str(self.port),
            "PRIVACY_BEAT_SCHEDULE": self.placed("/tmp/beat-schedule"),
            "PYTHONDONTWRITEBYTECODE": "1",
        }

    def command(self, service: str) -> list[str]:
        return [self.placed(word) for word in COMPOSE["services"][service]["command"]]

    def start(self, service: str) -> "subprocess.Popen[bytes]":
        with (self.folder / f"{service}.log").open("wb") as said:
            return subprocess.Popen(
                self.command(service), cwd=self.code, env=self.environ(service),
                stdout=said, stderr=said, start_new_session=True,
            )  # fmt: skip

    def healthy(self, service: str) -> bool:
        check = COMPOSE["services"][service]["healthcheck"]["test"][1:]
        done = subprocess.run(check, cwd=self.code, env=self.environ(service), check=False)
        return done.returncode == 0


def put_code(target: Path) -> None:
    """What the Dockerfile copies and compiles, readable only."""
    dockerfile = (ROOT / "Dockerfile").read_text("utf-8")
    for line in dockerfile.splitlines():
        found = re.fullmatch(r"COPY (\S+) (\S+)", line)
        if not found or found[2].startswith("/"):
            continue
        source = ROOT / found[1]
        if source.is_dir():
            shutil.copytree(source, target / found[2], ignore=_HALF)
        else:
            target.mkdir(exist_ok=True)
            shutil.copy(source, target)
    (compiled,) = re.findall(r"^RUN python (-m compileall .*)$", dockerfile, re.MULTILINE)
    subprocess.run([sys.executable, *compiled.split()], cwd=target, check=True)
    for path in (*target.rglob("*"), target):
        path.chmod(0o555 if path.is_dir() else 0o444)


def let_go_of(code: Path) -> None:
    """A folder that may not be written to cannot be emptied either."""
    for path in (code, *code.rglob("*")):
        if path.is_dir():
            path.chmod(0o755)


def contents(folder: Path) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*")}


def start_postgres(host: Host) -> Postgres:
    """The compose file's settings, then the script that the image runs on its first start."""
    flags = (flag.removeprefix("--").split("=") for flag in host.command("postgres")[1:])
    places = homes.places(host.folder)
    settings = DURABLE | dict(flags)
    server = Postgres(places.servers, places.run, places.owner, ADMIN_PASSWORD, settings)
    server.start()
    provision.make_database(server.admin_url())
    subprocess.run(
        ["bash", ROOT / "audit" / "sql" / "first-start.sh"], check=True, env={
            "PATH": f"{binaries.postgres(places.owner, home=places.servers)}:{os.defpath}",
            "PGHOST": str(server.servers / "sockets"), "PGPASSWORD": ADMIN_PASSWORD,
            "POSTGRES_USER": "portal_admin", "POSTGRES_DB": "portal",
            "ROLES_FILE": str(ROOT / "audit" / "sql" / "roles.sql"),
            "SECRETS_FOLDER": str(host.secrets),
        },
    )  # fmt: skip
    return server


def start_broker(host: Host, server: Postgres) -> Valkey:
    password = (host.secrets / "redis.conf").read_text("ascii").split()[1]
    broker = Valkey(server.servers, server.run, server.owner, password)
    broker.start()
    return broker


def point_at(host: Host, server: Postgres, broker: Valkey) -> None:
    """The two host names of the compose network become sockets of ours."""
    for name in ("database_url", "database_migrate_url", "database_sealer_url"):
        file = host.secrets / name
        url = file.read_text("ascii")
        file.chmod(0o600)
        file.write_text(
            url.replace("@postgres:5432/portal", f"@/portal?host={server.servers}/sockets"),
            encoding="ascii",
        )
    file = host.secrets / "redis_url"
    file.chmod(0o600)
    file.write_text(broker.url(), encoding="ascii")


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> Iterator[Host]:
    for name in homes.OUTSIDE:
        monkeypatch.delenv(name, raising=False)
    with homes.home() as folder, ExitStack() as stack:
        host = Host(folder, homes.free_port())
        for volume in ("tmp", "log", "pin"):
            (folder / volume).mkdir()
        container_secrets.make(host.secrets)
        put_code(host.code)
        stack.callback(let_go_of, host.code)
        server = start_postgres(host)
        stack.callback(server.stop)
        broker = start_broker(host, server)
        stack.callback(broker.stop)
        point_at(host, server, broker)
        yield host


def wait_until_healthy(host: Host, service: str, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + _HEALTHY_SECONDS
    while not host.healthy(service):
        said = (host.folder / f"{service}.log").read_text("utf-8")
        assert process.poll() is None, said
        assert time.monotonic() < until, said
        time.sleep(0.2)


def test_every_service_becomes_healthy_from_its_own_command(host: Host) -> None:
    before = contents(host.code)
    assert host.start("migrate").wait(timeout=60) == 0, (host.folder / "migrate.log").read_text()
    services = {name: host.start(name) for name in ("sealer", "web", "worker", "beat")}
    try:
        for name, process in services.items():
            wait_until_healthy(host, name, process)
    finally:
        for process in services.values():
            process.terminate()
        for process in services.values():
            process.wait(timeout=30)
    assert contents(host.code) == before


def test_health_checks_fail_when_nothing_runs(host: Host) -> None:
    assert not any(host.healthy(service) for service in ("sealer", "web", "worker", "beat"))


def test_containers_of_the_service_cannot_write_and_are_nobody() -> None:
    for name in ("migrate", "sealer", "web", "worker", "beat"):
        service = COMPOSE["services"][name]
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert set(service["networks"]) <= {"inside", "outside"}
    assert re.search(r"^USER [1-9]\d*$", (ROOT / "Dockerfile").read_text("utf-8"), re.MULTILINE)


def test_secrets_come_as_files_and_never_as_values() -> None:
    for service in COMPOSE["services"].values():
        for name, value in service.get("environment", {}).items():
            if re.search(r"PASSWORD|SECRET|_URL", name) and value != "file:/documents":
                assert name.endswith("_FILE")
                assert value.startswith("/run/secrets/")


def test_only_the_migration_gets_the_migrators_password() -> None:
    holders = {
        name
        for name, service in COMPOSE["services"].items()
        if "database_migrate_url" in service.get("secrets", [])
    }
    assert holders == {"migrate"}


def test_only_the_sealer_gets_the_signing_key_and_the_role_that_seals() -> None:
    mounted, urls = set(), set()
    for name, service in COMPOSE["services"].items():
        if any("secrets/sealer" in volume for volume in service.get("volumes", [])):
            mounted.add(name)
        if "database_sealer_url" in service.get("secrets", []):
            urls.add(name)
    assert mounted == urls == {"sealer"}
    assert not any("kek" in volume for volume in COMPOSE["services"]["sealer"]["volumes"])


def test_the_log_is_written_by_the_sealer_alone() -> None:
    writers = {
        name
        for name, service in COMPOSE["services"].items()
        for volume in service.get("volumes", [])
        if volume.startswith("log:") and not volume.endswith(":ro")
    }
    assert writers == {"sealer"}


def test_the_broker_takes_the_words_of_the_compose_file(host: Host) -> None:
    """Redis's own command, given to the Redis-protocol server at hand."""
    socket = host.folder / "tmp" / "broker.sock"
    conf = host.secrets / "redis.conf"
    conf.chmod(0o600)
    conf.write_text(f"{conf.read_text('ascii')}port 0\nunixsocket {socket}\n", encoding="ascii")
    program = binaries.valkey(owners.choose(), home=host.folder)
    with subprocess.Popen([program, *host.command("redis")[1:]], stdout=subprocess.PIPE) as broker:
        assert broker.stdout is not None
        for line in broker.stdout:
            if b"eady to accept connections" in line:
                break
        else:
            pytest.fail("the broker ended")
        broker.terminate()
        broker.stdout.read()
