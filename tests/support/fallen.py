"""What falls due, acted on as the sweep does: one matter, found and done."""

from collections import Counter
from datetime import datetime

from requests_app.actions import falling_due
from requests_app.actions.releases import SENDING
from requests_app.falling_due import registry
from requests_app.falling_due.registry import Matter


def acted(matter: Matter, *, now: datetime) -> Counter[str]:
    """How often it ended in which word. What was raised is raised here too."""
    registry.record((matter, found) for found in matter.finds(now))
    done: Counter[str] = Counter()
    while one := falling_due.act_on_next(now=now):
        if one.fault is not None:
            raise one.fault
        done[one.outcome] += one.what == matter.name
    return done


def sent(now: datetime) -> Counter[str]:
    """The planned releases whose moment has come."""
    return acted(SENDING, now=now)
