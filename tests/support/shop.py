"""The worker and what is around it, as real processes: started, killed, started again."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import redis
from celery import Celery

from tests.support.database import ROOT, OwnDatabase
from tests.support.smtp import PostOffice

PATIENCE = 60  # seconds for any one thing to happen


def until(happened: Callable[[], bool], what: str) -> None:
    """Look until it happened; a time limit makes a hang a failure that says what did not happen."""
    end = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < end, f"waited in vain: {what}"
        time.sleep(0.02)


class Shop:
    """The worker and what is around it, to be started, killed and started again."""

    def __init__(self, own: OwnDatabase, broker: str, post: PostOffice, folder: Path) -> None:
        self.own, self.broker, self.folder = own, broker, folder
        self.clock, self.ahead = folder / "clock", 0
        self.running: subprocess.Popen[bytes]
        self.environ = own.environ | {
            "REDIS_URL": broker,
            "EMAIL_URL": post.url,
            "PRIVACY_CLOCK_FILE": str(self.clock),
        }

    def set_clock(self, now: datetime | int) -> None:
        """An instant at which time stands still, or seconds by which it runs ahead."""
        new = self.folder / "clock.new"
        said = f"{now:+d}" if isinstance(now, int) else now.isoformat()
        self.ahead = now if isinstance(now, int) else 0
        new.write_text(said, encoding="ascii")
        new.replace(self.clock)

    @contextmanager
    def worker(self) -> Iterator[None]:
        """A worker in a process group of its own, killed at the end of the block."""
        command = [sys.executable, "-W", "ignore:You're running the worker", "-m", "celery", "-q",
                   "-A", "privacy_portal.celery:app", "worker", "--concurrency", "2",
                   "--without-gossip", "--without-mingle", "--without-heartbeat"]  # fmt: skip
        with (self.folder / "worker.log").open("ab") as said:
            started = subprocess.Popen(
                command,
                cwd=ROOT,
                env=self.environ,
                start_new_session=True,
                stdout=said,
                stderr=said,
            )
        self.running = started
        try:
            yield
        finally:
            self.kill()

    def kill(self) -> None:
        """The worker and every process of its pool, at once and without a word."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.running.pid, signal.SIGKILL)
        self.running.wait()

    def processes(self) -> set[int]:
        """The worker, its pool, and what those have begun."""
        found = set()
        for one in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(ProcessLookupError):
                if os.getpgid(int(one.name)) == self.running.pid:
                    found.add(int(one.name))
        return found

    def send(self, *tasks: str) -> None:
        """What beat would do."""
        with Celery(broker=self.broker) as sender:
            for task in tasks:
                sender.send_task(f"privacy_portal.tasks.{task}", ignore_result=True)

    def empty_broker(self) -> None:
        path = self.broker.partition("@")[2].partition("?")[0]
        password = self.broker.partition("//:")[2].partition("@")[0]
        client = redis.Redis(unix_socket_path=path, password=password)
        client.flushall()
        client.close()
