"""The whole service from one command: started, killed, started again, stopped."""

import http.client
from pathlib import Path

from tests.support.homes import Service, free_port

PARTS = {"postgres", "valkey", "worker", "beat", "web"}


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


def test_a_start_after_a_kill_recovers_what_was_left(home: Path) -> None:
    port = free_port()
    first = Service("run", home, port)
    first.wait_for("Ctrl-C stops it.")
    first.kill(everything=False)
    orphans = first.noted()
    assert orphans
    second = Service("run", home, port)
    second.wait_for("Ctrl-C stops it.")
    assert not any(who.alive() for who in orphans.values())
    second.kill(everything=True)
    third = Service("run", home, port)
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
