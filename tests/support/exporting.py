"""Exports as tests ask for them, and the worker's part done at once."""

from typing import Any

from audit import clock
from audit.actors import Actor
from privacy_portal.api.models import Export
from privacy_portal.exports import jobs, pieces

OWN: dict[str, Any] = {"whom": "own_auditor", "name": "Audra Auditor"}
BOARD: dict[str, Any] = {
    "whom": "oversight_agency",
    "name": "Example Board of Physical Therapy",
    "address": "7 Example Street",
    "authority": "The state's licensing law",
    "letter": "Folder 7, letter of May 18",
}
SECRETARY: dict[str, Any] = {
    "whom": "secretary",
    "name": "Office for Civil Rights",
    "letter": "Folder 7, letter of May 11",
}


def asked(register: str, actor: Actor, form: str = "csv", **more: Any) -> Export:
    """An export asked for and not yet written."""
    raw = {"format": form, "for_whom": OWN} | more
    if register == "log":
        raw = {"reason": "Yearly review"} | raw
    return jobs.start(register, raw, actor=actor, now=clock.now())


def write(actor: Actor) -> int:
    """What the worker does, as this actor: how many were ended."""
    return jobs.write_waiting(actor_of=lambda _export: actor, until=lambda: False)


def written(register: str, actor: Actor, form: str = "csv", **more: Any) -> tuple[Export, bytes]:
    """An export, written, with its bytes."""
    export = asked(register, actor, form, **more)
    write(actor)
    export.refresh_from_db()
    return export, b"".join(pieces.opened(export))
