"""What Celery's processes have in common: the broker, and how its messages are treated.

Nothing here can be lost with the broker: tasks carry ids only, drain facts from PostgreSQL, and
are safe to repeat. So a task is acknowledged when it is done, its result is kept nowhere, and two
beats by accident do no harm.
"""

from typing import Any

from celery import Celery, signals

from privacy_portal import env
from privacy_portal import logging as portal_logging

_HOW = "It names the broker, like redis://:PASSWORD@HOST:6379/0 or redis+socket:///PATH."


def broker() -> str:
    """The broker's URL, with its password. `make check` has no broker and queues nothing."""
    return "memory://" if env.flag("PRIVACY_CHECK_ONLY") else env.text("REDIS_URL", how=_HOW)


def configure(app: Celery) -> None:
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
    )


@signals.setup_logging.connect
def _write_our_lines(**_: Any) -> None:
    """Celery's own lines hold what a task was given and what an exception says; ours do not."""
    portal_logging.configure(portal_logging.CONFIG)
