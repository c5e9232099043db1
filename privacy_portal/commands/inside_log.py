"""What `prune`, `hold` and `rotate` do inside Django, each in a process of its own (see `inside`).

What they are told comes as one JSON object on the standard input.
"""

import json
import sys
import time
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID


def _told() -> dict[str, Any]:
    found: dict[str, Any] = json.load(sys.stdin)
    return found


def _actor(command: str) -> Any:
    from audit import actors

    return actors.system(f"command:{command}")


# --- prune ---------------------------------------------------------------------------------------
def plan_pruning() -> dict[str, Any]:
    """What could go now."""
    from audit import clock, retention

    return _shown(retention.plan(now=clock.now(), years=_told()["years"]))


def announce_pruning() -> dict[str, Any]:
    """The entry that tells of it, and the index under which it was sealed; None if it was not."""
    from audit import clock, retention

    told = _told()
    plan = retention.plan(now=clock.now(), years=told["years"])
    event = retention.announce(
        plan,
        actor=_actor("prune"),
        approved_by=told["approved_by"],
        backups_until=date.fromisoformat(told["backups_until"]),
    )
    until = time.monotonic() + told["seconds"]
    while (index := retention.place_of(event)) is None and time.monotonic() < until:
        time.sleep(0.2)
    return _shown(plan) | {"event": str(event), "index": index}


def retention_bundle() -> dict[str, Any]:
    """The export bundle with that entry opened: what `audit.verify log --retention` is given."""
    from django.conf import settings

    from audit import bundle, clock, entry, keys, published, tiles
    from audit.bundle import Cover, Part
    from audit.note import Verifier
    from audit.tiles import Folder

    told = _told()
    folder = published.place()
    head = (folder / tiles.CHECKPOINT).read_bytes()
    raw = _entry(UUID(told["event"]))
    key = keys.keyring().named(entry.header(raw).dek_id)
    secret = entry.secret_of(raw, key=key, origin=settings.LOG_ORIGIN)
    cover = Cover(head, [Verifier.parse(one) for one in told["keys"]], "Retention", clock.now())
    size = _size(head)
    file = Path(told["file"])
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as out:
        nodes = Folder(folder, size).node
        written = bundle.write(out, cover, [Part(told["index"], raw, secret)], nodes)
    return {"sha256": written.sha256}


def _entry(eid: UUID) -> bytes:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT entry FROM audit.event WHERE eid = %s", [eid])
        return bytes(cursor.fetchone()[0])


def _size(head: bytes) -> int:
    from audit import checkpoint

    return checkpoint.read_unsigned(head).size


def _shown(plan: Any) -> dict[str, Any]:
    return {
        "min_index": plan.min_index,
        "already": plan.already,
        "count": plan.count,
        "keys": list(plan.keys),
        "held": list(plan.held),
        "policy": plan.policy,
    }


# --- hold ----------------------------------------------------------------------------------------
def holds() -> dict[str, Any]:
    """The holds in force."""
    from audit import retention

    return {
        "holds": [
            {
                "number": one.number,
                "since": one.since.date().isoformat() if one.since else None,
                "placed": one.placed_at.date().isoformat(),
            }
            for one in retention.holds()
            if one.lifted_at is None
        ]
    }


def place_hold() -> dict[str, Any]:
    from audit import retention

    told = _told()
    since = datetime.fromisoformat(f"{told['since']}T00:00:00+00:00") if told["since"] else None
    return {
        "number": retention.place_hold(reason=told["reason"], since=since, actor=_actor("hold"))
    }


def lift_hold() -> dict[str, Any]:
    """Whether there was one of that number."""
    from audit import retention

    told = _told()
    try:
        retention.lift_hold(told["number"], reason=told["reason"], actor=_actor("hold"))
    except LookupError:
        return {"lifted": False}
    return {"lifted": True}


# --- rotate --------------------------------------------------------------------------------------
def wrapping_keys() -> dict[str, Any]:
    """The key-encryption key in use, and how many data keys each of those named still wraps."""
    from audit import keys, rotation

    named = [*_told().get("named", ()), keys.provider().id]
    return {
        "active": keys.provider().id,
        "wraps": {one: rotation.wrapped_under(one) for one in named},
    }


def rotate_wrapping() -> dict[str, Any]:
    from audit import rotation

    done = rotation.change_wrapping_key(actor=_actor("rotate"))
    return {"old": done.old, "new": done.new, "count": done.count}


def rotate_data() -> dict[str, Any]:
    """The old key and the new one; nothing if the class has none of today."""
    from audit import keys, rotation
    from audit.errors import UnknownKey

    try:
        old, new = rotation.change_data_key(
            _told()["class"], day=keys.today(), actor=_actor("rotate")
        )
    except UnknownKey as reason:
        return {"reason": str(reason)}
    return {"old": old, "new": new}


def fields_due() -> dict[str, Any]:
    """How many values of fields lie under keys that only open, and under keys that open nothing."""
    from audit import resealing
    from audit.crypto.keyring import KeyState
    from audit.errors import UnknownKey

    try:
        lying = resealing.look(_told()["class"])
    except UnknownKey as reason:
        return {"reason": str(reason)}
    return {
        "due": [str(one) for one in lying if one.due],
        "count": sum(one.count for one in lying if one.due),
        "closed": [str(one) for one in lying if not one.due and one.state is not KeyState.ACTIVE],
    }


def seal_fields_anew() -> dict[str, Any]:
    """Seal them anew; what is done is said on the standard error as it goes."""
    from audit import resealing
    from audit.errors import UnknownKey

    try:
        done = resealing.seal_anew(_told()["class"], actor=_actor("rotate"), tell=_aloud)
    except UnknownKey as reason:
        return {"reason": str(reason)}
    return {
        "sealed": done.sealed.total(),
        "closed": [f"{column}: {count}" for column, count in sorted(done.closed.items())],
        "left": [str(one) for one in done.left],
        "idle": list(done.idle),
    }


def _aloud(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def note_signing() -> dict[str, Any]:
    """An entry about the succession of the signing key; it is itself signed by both."""
    from audit import events, log

    told = _told()
    name = {"begun": events.SIGNING_KEY_BEGUN, "ended": events.SIGNING_KEY_ENDED}[told["action"]]
    log.append(name, actor=_actor("rotate"), extra=told["facts"], using=log.REFUSALS)
    return {}


# --- recover -------------------------------------------------------------------------------------
def announce_succession() -> dict[str, Any]:
    """The entry that the next log begins with."""
    from audit import former

    told = _told()
    event = former.announce(told["facts"], reason=told["reason"], actor=_actor("recover"))
    return {"event": str(event)}


TASKS: dict[str, Callable[[], dict[str, Any]]] = {
    "plan_pruning": plan_pruning,
    "announce_pruning": announce_pruning,
    "retention_bundle": retention_bundle,
    "holds": holds,
    "place_hold": place_hold,
    "lift_hold": lift_hold,
    "wrapping_keys": wrapping_keys,
    "rotate_wrapping": rotate_wrapping,
    "rotate_data": rotate_data,
    "fields_due": fields_due,
    "seal_fields_anew": seal_fields_anew,
    "note_signing": note_signing,
    "announce_succession": announce_succession,
}
