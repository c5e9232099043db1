"""Celery's worker: who does the work that no person waits for."""

import logging
import os
from typing import Any

from celery import Celery, signals

from privacy_portal import logging as portal_logging
from privacy_portal import queue

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "privacy_portal.settings")
# `make check` makes Django's checks. Made here again, they would load every page and every view of
# the API into a worker, which serves none.
os.environ.setdefault("CELERY_SKIP_CHECKS", "1")

logger = logging.getLogger("privacy_portal.celery")

app = Celery("privacy_portal", broker=queue.broker())
queue.configure(app)
app.autodiscover_tasks(["privacy_portal"])


@signals.worker_ready.connect
def _worker_ready(**_: Any) -> None:
    portal_logging.log_event(logger, "worker.ready")


@signals.worker_process_shutdown.connect
def _name_the_last_entries(**_: Any) -> None:
    from privacy_portal import ending

    ending.close_lane()
