"""Beat: asks by name for what is done at regular times, and does none of it.

So it loads neither Django nor the tasks, nor Celery's command line, which is half of what a process
of Celery's loads: `python -m privacy_portal.beat --schedule FILE`.
"""

import argparse
import logging
import sys
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from celery import Celery, signals

from privacy_portal import logging as portal_logging
from privacy_portal import queue

#: Task → how often. A run that a dead worker missed is not made up for: the next one does its work.
SCHEDULE = {
    "drain_outbox": timedelta(seconds=5),
    "drain_webhooks": timedelta(seconds=5),
    "write_exports": timedelta(seconds=3),
    "take_files": timedelta(seconds=3),
    "sweep_due": timedelta(seconds=30),
    "sweep_documents": timedelta(minutes=1),
}
logger = logging.getLogger("privacy_portal.beat")


def app() -> Celery:
    """Without the fix-ups by which a worker is set up for Django."""
    made = Celery("privacy_portal", broker=queue.broker(), fixups=(), set_as_current=False)
    queue.configure(made)
    made.conf.beat_schedule = {name: _entry(name, every) for name, every in SCHEDULE.items()}
    return made


def _entry(name: str, every: timedelta) -> dict[str, Any]:
    return {
        "task": f"privacy_portal.tasks.{name}",
        "schedule": every,
        "options": {"expires": every.total_seconds(), "ignore_result": True},
    }


@signals.beat_init.connect
def _ready(**_: Any) -> None:
    portal_logging.log_event(logger, "beat.ready")


def main(arguments: Sequence[str]) -> None:
    """Until SIGTERM or Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m privacy_portal.beat", description=__doc__)
    parser.add_argument(
        "--schedule", required=True, help="file that keeps when each was asked last"
    )
    parser.add_argument("--max-interval", type=int, help="sleep no longer than this, in seconds")
    given = parser.parse_args(arguments)
    app().Beat(schedule=given.schedule, max_interval=given.max_interval, quiet=True).run()


if __name__ == "__main__":
    main(sys.argv[1:])
