"""The web server's processes: gunicorn's `gthread` worker, which leaves a connection to whoever is idle."""

import time
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

#: Seconds by which a process with one connection less is ahead of the other.
HEAD_START = 0.002


class Worker(ThreadWorker):  # type: ignore[misc]
    """Takes a new connection the later, the more connections it has.

    A browser keeps its connection, and with it its process.  Of those that come together, whoever wakes
    up first would take most, up to all: their pages would be written on one core, and another idle.
    """

    def accept(self, listener: Any) -> None:
        time.sleep(HEAD_START * min(self.nr_conns, self.cfg.threads))
        super().accept(listener)  # nothing is there any more if another process has taken it
