"""The whole service from one command: started, killed, started again, stopped."""

import http.client
from pathlib import Path

import pytest

from privacy_portal.commands import main
from tests.support import database
from tests.support.database import OwnDatabase
from tests.support.homes import Service, free_port

PARTS = {"postgres", "valkey", "sealer", "worker", "beat", "web"}


def status_of(port: int, path: str) -> int:
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    link.request("GET", path)
    status = link.getresponse().status
    link.close()
    return status


def test_one_command_starts_everything_and_ctrl_c_stops_it(home: Path) -> None:
    port = free_port()
    service = Service("run", home, port)
    service.wait_for("Ctrl-C stops it.")
    parts = service.noted()
    assert set(parts) == PARTS
    assert status_of(port, "/health/ready") == 200
    assert service.interrupt() < 5
    assert service.process.returncode == 0
    assert not any(who.alive() for who in parts.values())
    assert not list((home / "data" / "servers" / "sockets").glob("*"))


def test_a_start_after_a_kill_recovers_what_was_left(demo_home: Path) -> None:
    port = free_port()
    first = Service("run", demo_home, port)
    first.wait_for("Ctrl-C stops it.")
    first.kill(everything=False)
    orphans = first.noted()
    assert orphans
    second = Service("run", demo_home, port)
    second.wait_for("Ctrl-C stops it.")
    assert not any(who.alive() for who in orphans.values())
    second.kill(everything=True)
    third = Service("run", demo_home, port)
    third.wait_for("Ctrl-C stops it.")
    assert status_of(port, "/health/ready") == 200
    assert third.interrupt() < 5
    assert not third.noted()


def test_a_second_start_on_the_same_folder_is_told_of_the_first(home: Path) -> None:
    first = Service("run", home, free_port())
    first.wait_for("Starting PostgreSQL")
    second = Service("run", home, free_port())
    assert second.process.wait(timeout=30) == 1
    assert "The service is running on" in second.said
    assert first.process.poll() is None
    first.interrupt()
    assert not first.noted()


def test_a_clinic_is_warned_and_backed_up_while_it_works(clinic_home: Path) -> None:
    service = Service("up", clinic_home, free_port())
    service.wait_for("Ctrl-C stops it.")
    assert "nobody confirmed a second copy of the key" in service.said
    assert "there is no good backup yet" in service.said
    assert main(["backup", "--home", str(clinic_home)]) == 0
    assert list((clinic_home / "backups").glob("portal-*/manifest.json"))
    assert service.interrupt() < 5


@pytest.fixture
def outside(own_database: OwnDatabase, valkey: str) -> dict[str, str]:
    """A migrated database with its roles and a broker, as somebody else would run them."""
    return {
        "DATABASE_URL": own_database.url(),
        "DATABASE_MIGRATE_URL": own_database.url("portal_migrator"),
        "DATABASE_SEALER_URL": own_database.url("portal_sealer"),
        "REDIS_URL": valkey,
    }


def test_servers_of_ones_own_take_the_place_of_the_embedded(
    outside: dict[str, str], home: Path
) -> None:
    database.copy_keys(home / "keys")
    port = free_port()
    service = Service("up", home, port, **outside)
    service.wait_for("Ctrl-C stops it.")
    assert set(service.noted()) == {"sealer", "worker", "beat", "web"}
    assert status_of(port, "/health/ready") == 200
    assert service.interrupt() < 5


def test_a_missing_url_is_asked_for_with_the_way_to_make_it(
    outside: dict[str, str], home: Path
) -> None:
    del outside["DATABASE_MIGRATE_URL"]
    service = Service("up", home, free_port(), **outside)
    assert service.process.wait(timeout=30) == 1
    assert "audit/sql/roles.sql" in service.said
    assert "portal_migrator" in service.said
