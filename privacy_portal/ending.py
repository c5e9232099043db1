"""What a process of the service does last."""

import logging

from audit import log

logger = logging.getLogger("privacy_portal.ending")


def close_lane() -> None:
    """Name in the log what this process has committed last. Nothing that goes wrong holds up an end."""
    try:
        log.close_lane()
    except Exception:  # The process ends whatever happens, and says so.
        logger.exception("lane.left_open")
