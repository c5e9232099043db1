"""The embedded servers against what happens to servers: kills, long paths, closed folders."""

import os
import signal
import stat
import subprocess
from pathlib import Path

import psycopg
import pytest

from privacy_portal.commands import servers
from privacy_portal.embedded import binaries, owners, processes, secrets, sockets
from privacy_portal.embedded.postgres import Postgres
from privacy_portal.env import Misconfigured
from tests.support import homes

PASSWORD = "invented-for-this-test"


def cluster(home: Path) -> Postgres:
    places = homes.places(home)
    return Postgres(places.servers, places.run, places.owner, PASSWORD)


def answer(server: Postgres, question: str) -> object:
    with psycopg.connect(server.admin_url()) as connection:
        row = connection.execute(question).fetchone()
    return row[0] if row else None


def modes(folder: Path) -> dict[Path, int]:
    return {path: stat.S_IMODE(path.lstat().st_mode) for path in (folder, *folder.rglob("*"))}


def test_the_server_is_durable_private_and_without_tcp(home: Path) -> None:
    server = cluster(home)
    server.start()
    try:
        assert answer(server, "SHOW fsync") == "on"
        assert answer(server, "SHOW listen_addresses") == ""
        assert answer(server, "SELECT datlocale FROM pg_database LIMIT 1") == "C.UTF-8"
        for room in ("postgres", "sockets", "logs"):
            assert stat.S_IMODE((server.servers / room).stat().st_mode) == 0o700
        who = server.running()
        assert who is not None
        assert os.stat(f"/proc/{who.pid}").st_uid != 0
    finally:
        server.stop()
    assert server.running() is None


def test_a_lock_left_by_a_kill_does_not_stop_the_next_start(home: Path) -> None:
    server = cluster(home)
    server.start()
    who = server.running()
    assert who is not None
    os.kill(who.pid, signal.SIGKILL)
    again = cluster(home)
    again.start()
    assert answer(again, "SELECT 1") == 1
    again.stop()
    server.stop()


def test_a_lock_that_names_somebody_else_by_now_is_not_believed(home: Path) -> None:
    """The pid went to another process of the same user, which PostgreSQL takes for its like."""
    server = cluster(home)
    server.start()
    server.stop()
    with subprocess.Popen(["sleep", "60"], **server.owner.popen()) as other:
        lock = server.data / "postmaster.pid"
        lock.write_text(f"{other.pid}\n{server.data}\n", encoding="ascii")
        server.start()
        assert answer(server, "SELECT 1") == 1
        assert other.poll() is None
        other.kill()
    server.stop()


def test_a_long_path_gets_a_short_private_socket_folder(home: Path) -> None:
    deep = owners.passage(home / ("deep" * 20) / ("deeper" * 10), owners.choose())
    server = cluster(deep)
    server.start()
    short = sockets.known(server.servers)
    assert not short.is_relative_to(home)
    assert stat.S_IMODE(short.stat().st_mode) == 0o700
    assert answer(server, "SELECT 1") == 1
    server.stop()
    sockets.forget(server.servers)
    assert not short.exists()


def test_data_of_another_major_version_is_not_touched(home: Path) -> None:
    server = cluster(home)
    server.start()
    server.stop()
    (server.data / "PG_VERSION").write_text("17\n", encoding="ascii")
    before = {path: path.lstat().st_mtime_ns for path in server.data.rglob("*")}
    with pytest.raises(Misconfigured, match="PostgreSQL 17"):
        server.start()
    assert {path: path.lstat().st_mtime_ns for path in server.data.rglob("*")} == before


def test_the_key_folder_of_another_installation_is_told_apart(home: Path) -> None:
    server = cluster(home)
    server.start()
    server.stop()
    server.password = "somebody else's"
    with pytest.raises(Misconfigured, match="does not belong to the data"):
        server.start()
    assert server.running() is None


def test_lost_keys_are_not_replaced_by_new_ones(home: Path) -> None:
    places = homes.places(home)
    with servers.running(places):
        pass
    (places.keys / "passwords.json").unlink()
    with pytest.raises(Misconfigured, match="Put the key folder back"), servers.running(places):
        pass


def test_a_key_folder_that_others_can_look_into_is_refused(tmp_path: Path) -> None:
    open_folder = tmp_path / "keys"
    open_folder.mkdir(mode=0o755)
    with pytest.raises(Misconfigured, match="chmod 700"):
        secrets.key_folder(open_folder)


def test_secrets_are_readable_by_their_owner_alone(tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    secrets.passwords(keys)
    secrets.secret_key(keys)
    secrets.kek_folder(keys)
    found = modes(keys)
    assert {mode for path, mode in found.items() if path.is_dir()} == {0o700}
    assert {mode for path, mode in found.items() if path.is_file()} == {0o600}


def test_a_closed_parent_folder_stays_closed(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Root's servers then live in a folder of their own; anybody else's can enter anyway."""
    monkeypatch.setattr(owners, "_ELSEWHERE", home / "elsewhere")
    closed = home / "closed"
    closed.mkdir(mode=0o700)
    server = cluster(closed)
    server.start()
    assert answer(server, "SELECT 1") == 1
    server.stop()
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700
    elsewhere = (home / "elsewhere").exists()
    assert elsewhere == owners.choose().changes
    assert (closed / "data" / "servers").is_symlink() == elsewhere


def test_programs_behind_a_closed_folder_are_copied(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(binaries, "_runs", lambda program, owner: False)
    owner = owners.choose()
    programs = binaries.postgres(owner, home=home)
    assert programs.is_relative_to(home)
    assert binaries.major(programs) == "18"
    assert binaries.valkey(owner, home=home).is_relative_to(home)


def test_a_reused_pid_is_not_taken_for_ours(tmp_path: Path) -> None:
    note = tmp_path / "x.pid"
    processes.remember(note, processes.Identity(os.getpid(), "another start"))
    assert processes.recall(note) is None
    ours = processes.identity(os.getpid())
    assert ours is not None
    processes.remember(note, ours)
    assert processes.recall(note) == ours
