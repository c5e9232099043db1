"""Anchors that the service sees to by itself: a stamp of the newest head each day, a head on paper each week.

Each is made only if it is set.  What came of it is an entry of the log, so it outlives this machine with
every copy of the log; the stamp itself is in the entry, with the head that it is over.
"""

from base64 import b64decode, b64encode
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings

from audit import log, published, standing
from audit.actors import system
from audit.anchors import printed, rfc3161
from audit.anchors.rfc3161 import Authority
from audit.anchors.standing import FAILURES
from audit.checkpoint import Checkpoint
from audit.handover import Head
from audit.log import Facet, Opened
from privacy_portal import events
from requests_app.falling_due.models import FallsDue
from requests_app.outbox import Audience, Topic, tell_of_service

#: After this long without one that was set up, somebody has to look.
LATE = {"stamp": timedelta(hours=49), "printed": timedelta(days=15)}
_ACTOR = system("anchors")


def stamp(row: FallsDue, now: datetime) -> str:
    """Have the newest head stamped. What fails is an entry, and is tried again by the sweep."""
    head = published.newest()
    if not settings.STAMP_URL or head is None or not head.size:
        return "nothing"
    try:
        roots = rfc3161.read_roots(Path(settings.STAMP_CA).read_bytes())
        made = rfc3161.stamp(Authority(settings.STAMP_URL, roots), head.note)
    except (*FAILURES, OSError, ValueError) as why:
        told = {"size": head.size, "why": type(why).__name__}
        log.append(events.HEAD_NOT_STAMPED, actor=_ACTOR, outcome="failure", extra=told,
                   using=log.REFUSALS)  # fmt: skip
        raise
    told = {
        "size": head.size,
        "time": made.time.isoformat(),
        "head": head.note.decode(),
        "stamp": b64encode(made.tsr).decode(),
    }
    log.append(events.HEAD_STAMPED, actor=_ACTOR, extra=told)
    return "stamped"


def stamped() -> Head | None:
    """The newest head that has a timestamp, in the bytes that were stamped; None while there is none."""
    newest = _newest(events.HEAD_STAMPED)
    if newest is None:
        return None
    told = newest.entry.extra or {}
    return Head(told["head"].encode(), b64decode(told["stamp"]))


def print_head(row: FallsDue, now: datetime) -> str:
    """Send the privacy official five lines for a locked drawer."""
    head = published.newest()
    if not settings.PRINT_HEADS or head is None or not head.size:
        return "nothing"
    body = Checkpoint(head.origin, head.size, head.root)
    lines = printed.lines(body, signed_on=now.date())
    tell_of_service(Topic.HEAD, Audience.OFFICER, said={"head": "\n".join(("", *lines))}, now=now)
    log.append(
        events.HEAD_PRINTED,
        actor=_ACTOR,
        extra={"size": head.size, "groups": "\n".join(lines[2:4])},
    )
    return "told"


# --- how they stand -----------------------------------------------------------------------------
_HELD = {"stamp": events.HEAD_STAMPED, "printed": events.HEAD_PRINTED}


def held(now: datetime) -> list[dict[str, Any]]:
    """Each anchor there is: its kind, its name if it has one, and how many seconds old its head is."""
    found = [
        {"kind": one.kind, "name": one.name, "seconds": round(one.age.total_seconds())}
        for one in standing.anchored()
    ]
    for kind in _HELD:
        newest = _newest(_HELD[kind])
        if _is_set(kind) or newest:
            age = round((now - newest.entry.at).total_seconds()) if newest else None
            found.append({"kind": kind, "name": "", "seconds": age})
    return found


def late(now: datetime) -> list[str]:
    """A sentence for each anchor that is set and has not held a head for too long."""
    told = []
    for kind, words in (("stamp", "stamped"), ("printed", "sent to be printed")):
        newest = _newest(_HELD[kind]) if _is_set(kind) else None
        if _is_set(kind) and (newest is None or now - newest.entry.at > LATE[kind]):
            told.append(f"No head of the log was {words} for too long: see docs/anchors.md.")
    return told


def _is_set(kind: str) -> bool:
    return bool({"stamp": settings.STAMP_URL, "printed": settings.PRINT_HEADS}[kind])


def _newest(name: str) -> Opened | None:
    page = log.find(Facet.NAME, name, limit=1)
    return page.entries[0] if page.entries else None
