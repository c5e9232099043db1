"""The web server's processes share the connections that come together."""

from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import pytest
from gunicorn.workers.gthread import ThreadWorker

from privacy_portal import web_worker
from privacy_portal.web_worker import HEAD_START, Worker

#: Connections a process has → for how many of them it lets another process go first.
WAITS = {"none": (0, 0), "one": (1, 1), "as many as threads": (4, 4), "many that idle": (400, 4)}


@pytest.mark.parametrize(("has", "waits"), WAITS.values(), ids=WAITS)
def test_a_connection_is_taken_the_later_the_more_there_are(has: int, waits: int) -> None:
    told: list[Any] = []
    worker = Worker.__new__(Worker)
    worker.nr_conns, worker.cfg = has, SimpleNamespace(threads=4)
    with (
        patch.object(web_worker.time, "sleep", side_effect=told.append),
        patch.object(ThreadWorker, "accept", lambda _worker, listener: told.append(listener)),
    ):
        worker.accept("listener")

    assert told == [waits * HEAD_START, "listener"]
