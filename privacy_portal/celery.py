"""Celery: who does the work that no person waits for.

Nothing here can be lost with the broker: tasks carry ids only, drain facts from PostgreSQL, and
are safe to repeat. So a task is acknowledged when it is done, its result is kept nowhere, and two
beats by accident do no harm.
"""

import logging
import os
from datetime import timedelta
from typing import Any

from celery import Celery, signals

from privacy_portal import env
from privacy_portal import logging as portal_logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "privacy_portal.settings")
# `make check` makes Django's checks. Made here again, they would load every page and every view of
# the API into a worker and a beat, which serve none.
os.environ.setdefault("CELERY_SKIP_CHECKS", "1")

_HOW = "It names the broker, like redis://:PASSWORD@HOST:6379/0 or redis+socket:///PATH."
#: `make check` has no broker and queues nothing.
_BROKER = "memory://" if env.flag("PRIVACY_CHECK_ONLY") else env.text("REDIS_URL", how=_HOW)

#: Task → how often. A run that a dead worker missed is not made up for: the next one does its work.
SCHEDULE = {
    "drain_outbox": timedelta(seconds=5),
    "drain_webhooks": timedelta(seconds=5),
    "write_exports": timedelta(seconds=3),
    "take_files": timedelta(seconds=3),
    "sweep_due": timedelta(seconds=30),
    "sweep_documents": timedelta(minutes=1),
}
logger = logging.getLogger("privacy_portal.celery")

app = Celery("privacy_portal", broker=_BROKER)
app.conf.update(
    accept_content=["json"],
    task_serializer="json",
    result_serializer="json",
    result_backend=None,
    task_ignore_result=True,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    task_soft_time_limit=240,
    task_time_limit=300,
    # A message whose worker vanished is handed out again after this many seconds.
    broker_transport_options={"visibility_timeout": 600},
    broker_connection_retry_on_startup=True,
    worker_send_task_events=False,
    worker_cancel_long_running_tasks_on_connection_loss=True,
    # What a task prints is not turned into log lines: logs carry ids and event names only.
    worker_redirect_stdouts=False,
    enable_utc=True,
    timezone="UTC",
    beat_schedule={
        name: {
            "task": f"privacy_portal.tasks.{name}",
            "schedule": every,
            "options": {"expires": every.total_seconds()},
        }
        for name, every in SCHEDULE.items()
    },
)
app.autodiscover_tasks(["privacy_portal"])


@signals.setup_logging.connect
def _write_our_lines(**_: Any) -> None:
    """Celery's own lines hold what a task was given and what an exception says; ours do not."""
    portal_logging.configure(portal_logging.CONFIG)


@signals.worker_ready.connect
def _worker_ready(**_: Any) -> None:
    portal_logging.log_event(logger, "worker.ready")


@signals.worker_process_shutdown.connect
def _name_the_last_entries(**_: Any) -> None:
    from privacy_portal import ending

    ending.close_lane()


@signals.beat_init.connect
def _beat_ready(**_: Any) -> None:
    portal_logging.log_event(logger, "beat.ready")
