"""18. PostgreSQL and all its processes are killed, on a server that does not wait for its disk.

The server's default is synchronous_commit = off, as somebody in a hurry may have set it, and nothing
else makes it write: what a commit has not forced to the disk is gone.
"""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import psycopg
import pytest

from audit import checkpoint, eids, opening
from audit.note import Signer
from audit.sealer import table, work
from audit.sealer.pin import Pin
from audit.sealer.work import Sealer
from privacy_portal.embedded import owners
from privacy_portal.embedded.postgres import DURABLE, Postgres, _workers_in
from tests.support import database, homes

SIGNER = Signer("privacy-portal.local/log/1", bytes(range(32)))
HASTY = {**DURABLE, "synchronous_commit": "off", "wal_writer_delay": "10s"}


class Server:
    """A cluster of the test's own, with the migrated template in it, and a log beside it."""

    def __init__(self, home: Path) -> None:
        owner = owners.choose()
        servers = owners.passage(home / "servers", owner)
        password = database.held_passwords()[database.ADMIN]
        self.postgres = Postgres(servers, home, owner, password, HASTY)
        database.copy_cluster(self.postgres.data, owner)
        self.folder, self.pin = home / "log", home / "pin"
        self.folder.mkdir()
        self.acknowledged: list[UUID] = []

    def url(self, role: str) -> str:
        return self.postgres.url(role, database.held_passwords()[role], database.TEMPLATE)

    def append(self, count: int) -> None:
        """Entries as the application sends them; their contents matter to nobody here."""
        with psycopg.connect(self.url("portal_app")) as connection:
            row = connection.execute(
                "SELECT dek_id FROM audit.dek WHERE class = 'audit' AND state = 'active' LIMIT 1"
            ).fetchone()
            assert row is not None
            for _ in range(count):
                eid = eids.fresh(1_767_225_600_000 + len(self.acknowledged))
                head = b"AUD1" + int(row[0]).to_bytes(4, "big") + eid.bytes
                connection.execute(
                    "INSERT INTO audit.event (eid, entry) VALUES (%s, %s)",
                    [eid, head + os.urandom(opening.MINIMUM + 40 - len(head))],
                )
                connection.commit()
                self.acknowledged.append(eid)

    def sealer(self) -> Sealer:
        url = self.url("portal_sealer")
        return Sealer(url, folder=self.folder, pin=Pin(self.pin / "head"), signers=[SIGNER])

    def seal_and_kill(self) -> None:
        """The whole cluster dies the moment the head is out."""
        sealer = self.sealer()
        done = sealer.step()
        for pid in _workers_in(self.postgres.data):
            os.kill(pid, signal.SIGKILL)
        sealer.forget()
        assert done.published == len(self.acknowledged)

    def goes_on(self) -> str:
        """Why it does not; empty if it does."""
        sealer = self.sealer()
        try:
            return sealer.step().fenced
        finally:
            sealer.forget()

    def published(self) -> int:
        raw = (self.folder / "checkpoint").read_bytes()
        return checkpoint.open_signed(raw, log=[SIGNER.verifier]).checkpoint.size

    def ask(self, query: str) -> object:
        with psycopg.connect(self.url("portal_auditor")) as connection:
            row = connection.execute(query.encode()).fetchone()
        return row[0] if row else None


@pytest.fixture
def server() -> Iterator[Server]:
    with homes.home() as home:
        made = Server(home)
        made.pin.mkdir()
        made.postgres.start()
        try:
            yield made
        finally:
            made.postgres.stop()


def test_the_head_is_never_ahead_of_what_a_crash_leaves(server: Server) -> None:
    for _ in range(2):
        server.append(3)
        server.seal_and_kill()
        server.postgres.start()
        assert server.ask("SELECT count(*) FROM audit.leaf") == server.published()
        assert server.ask("SELECT count(*) FROM audit.event") == len(server.acknowledged)
    server.append(1)
    assert server.goes_on() == ""


@contextmanager
def _as_the_server_likes(connection: table.Connection) -> Iterator[None]:
    with connection.transaction():
        yield


def test_a_sealer_that_trusts_the_servers_default_would_fork(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: the head is out and its entries' places are gone; the fence then holds."""
    monkeypatch.setattr(work.table, "durable", _as_the_server_likes)
    server.append(3)
    server.seal_and_kill()
    server.postgres.start()
    assert server.published() == 3
    assert server.ask("SELECT count(*) FROM audit.leaf") == 0
    assert server.ask("SELECT count(*) FROM audit.event") == 3
    assert "knows 3 entries, the database 0" in server.goes_on()
