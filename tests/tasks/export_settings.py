"""The service's settings with small pieces, so that a worker can be killed between many of them.

Every other one is made by a second process, as on a machine with more than one core.
"""

from privacy_portal.settings import *  # noqa: F403

EXPORT_PIECE_LINES = 20
EXPORT_BESIDE = True
