"""The service's settings with small pieces, so that a worker can be killed between many of them."""

from privacy_portal.settings import *  # noqa: F403

EXPORT_PIECE_LINES = 20
