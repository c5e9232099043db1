"""The places of a step, in order, by name: where a test stops the process or turns a bit."""

from enum import StrEnum


class Point(StrEnum):
    """What has just been done."""

    LOCKED = "locked"
    CLAIMED = "claimed"
    PLACED = "placed"
    VERIFIED = "verified"
    COMMITTED = "committed"
    WRITTEN = "written"
    SIGNED = "signed"
    COSIGNED = "cosigned"
    NOTED = "noted"
    PINNED = "pinned"
    PUBLISHED = "published"


def pass_by(point: Point) -> None:
    """What happens there outside of tests: nothing."""
