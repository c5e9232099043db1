"""What a real process does as it ends: its last entries are named by one more; killed, they are not.

PostgreSQL, the broker, Celery's worker and the web server as the service starts them.
"""

import http.client
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest

from audit import clock, events, keys, log
from audit.log import Opened
from privacy_portal.commands import children
from requests_app.events import REMINDED_DUE_SOON
from requests_app.permissions import Role
from tests.support import api, office, smtp
from tests.support.database import ROOT, OwnDatabase
from tests.support.shop import PATIENCE, Shop, until

#: Seven days before the due day of what came in on 2 March 2026, at eight in the morning.
DUE = datetime.fromisoformat("2026-03-25T08:00:00-04:00")


@pytest.fixture
def shop(own_database: OwnDatabase, valkey: str, tmp_path: Path) -> Iterator[Shop]:
    keys.ensure_periods(DUE)
    keys.ensure_periods(clock.now())
    office.set_up()
    with smtp.post_office() as post:
        yield Shop(own_database, valkey, post, tmp_path)


def written() -> list[Opened]:
    return list(log.recent(limit=500).entries)


def lanes_of(app: str) -> set[str]:
    """The lanes of the processes of one part of the service."""
    entries = (one.entry for one in written() if one.entry.app == app)
    return {one.lane.id for one in entries if one.lane}


def unnamed(lanes: set[str]) -> list[str]:
    """Names of the entries of these lanes that no entry names; the words said at the end need none."""
    entries = written()
    named = {eid for one in entries if one.entry.lane for eid in one.entry.lane.prev}
    return [
        one.entry.name
        for one in entries
        if one.entry.lane and one.entry.lane.id in lanes and str(one.eid) not in named
    ]


def reminded(shop: Shop) -> set[str]:
    """A worker has reminded of a request; its lanes."""
    shop.set_clock(DUE)
    shop.send("sweep_due")
    until(lambda: bool(reminders()), "the worker reminds")
    (entry,) = reminders()
    assert entry.entry.lane is not None
    return {entry.entry.lane.id}


def reminders() -> list[Opened]:
    return [one for one in written() if one.entry.name == REMINDED_DUE_SOON]


def test_a_worker_that_is_stopped_names_its_last_entries(shop: Shop) -> None:
    office.taken_down()
    with shop.worker():
        lanes = reminded(shop)
        shop.running.send_signal(signal.SIGTERM)
        assert shop.running.wait(60) == 0
    assert unnamed(lanes) == [events.LANE_CLOSED]


def test_a_worker_that_is_killed_leaves_its_last_entries_unnamed(shop: Shop) -> None:
    office.taken_down()
    with shop.worker():
        lanes = reminded(shop)
        shop.kill()
    assert events.LANE_CLOSED not in unnamed(lanes)
    assert unnamed(lanes)


@contextmanager
def web(shop: Shop) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """The web server, with the arguments the service gives it, on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    arguments = children.web(f"127.0.0.1:{port}", certificate=None).arguments
    with (shop.folder / "web.log").open("ab") as said:
        process = subprocess.Popen(
            [sys.executable, *arguments], cwd=ROOT, env=shop.environ, stdout=said, stderr=said
        )
    try:
        yield process, port
    finally:
        process.kill()
        process.wait()


def answered(port: int, token: str) -> bool:
    """Whether the server searched the disclosures, which is an entry."""
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        link.request("POST", "/api/v1/disclosures/search", "{}", headers)
        return link.getresponse().status == 200
    except OSError:
        return False
    finally:
        link.close()


def test_a_web_server_that_is_stopped_names_its_last_entries(shop: Shop) -> None:
    shop.set_clock(0)
    token = api.staff(Role.AUDITOR).token
    with web(shop) as (process, port):
        until(lambda: answered(port, token), "the web server answers")
        lanes = lanes_of("web")
        assert lanes
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
    assert set(unnamed(lanes)) == {events.LANE_CLOSED}
