"""The sealer's life: a step, a pause, until it is asked to end."""

import logging
import threading

import psycopg

from audit.errors import AuditError
from audit.sealer.work import Done, Sealer

logger = logging.getLogger("audit.sealer")


def run(sealer: Sealer, *, every: float, stop: threading.Event) -> None:
    """Step after step, `every` so many seconds; at once while there is more than one batch.

    What goes wrong is told, never the end of it: the next step begins from what was committed.
    """
    told = ""
    while not stop.is_set():
        done, trouble = _tried(sealer)
        if trouble != told:
            told = trouble
            _tell(trouble)
        full = done is not None and done.placed == sealer.batch
        if not full:
            stop.wait(every)
    sealer.forget()


def _tried(sealer: Sealer) -> tuple[Done | None, str]:
    try:
        done = sealer.step()
    except (psycopg.Error, OSError, AuditError) as trouble:
        logger.error("sealer.failed", exc_info=trouble)
        sealer.forget()
        sealer.say(type(trouble).__name__)
        return None, type(trouble).__name__
    return done, "fenced" if done.fenced else ""


def _tell(trouble: str) -> None:
    if trouble == "fenced":
        logger.error("sealer.fenced")
    elif not trouble:
        logger.info("sealer.seals")
