"""Entries of the log handed over with their proofs, for the API and for the page.

Whoever asks has a reason and says for whom; what was handed over, and what of it opened, is an entry.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.http import HttpResponse

from audit import handover, log
from audit.actors import Actor
from audit.handover import Made, NotHandedOver
from privacy_portal import anchors
from privacy_portal.api.asked_of_log import AskBundle
from requests_app import events
from requests_app.complaints import routing
from requests_app.errors import NotFound, NotNow


@dataclass(frozen=True)
class File:
    """What is handed over: a zip file that proves itself."""

    name: str
    content: bytes

    def response(self) -> HttpResponse:
        """The file as an answer."""
        headers = {"Content-Disposition": f'attachment; filename="{self.name}"'}
        return HttpResponse(self.content, content_type="application/zip", headers=headers)


def hand_over(asked: AskBundle, *, actor: Actor, now: datetime) -> File | None:
    """The bundle, and its entries of the log; None while no signed head covers all that was asked for.

    Raises NotNow for what cannot be in a bundle, NotFound for what this person may not open. The
    caller has seen that they may read the whole log.
    """
    with transaction.atomic():
        try:
            wanted = replace(asked.wanted(), stamped=anchors.stamped())
            made = handover.make(wanted, now=now)
        except NotHandedOver as why:
            raise NotNow(str(why)) from None
        if made is None:
            return None
        _refuse_own_complaints(made, actor)
        _log(asked, made, actor)
    return File(f"log-{now:%Y-%m-%d}-{made.sha256[:8]}.zip", made.content)


def _refuse_own_complaints(made: Made, actor: Actor) -> None:
    """What a search would leave out for this person is not handed to them either."""
    named = {found.request for _, found in made.opened.values() if found.request}
    if routing.hidden_references(named, actor):
        raise NotFound


def _log(asked: AskBundle, made: Made, actor: Actor) -> None:
    """One entry for the bundle, and one for each person of whom something was opened."""
    about = {"sha256": made.sha256, "size": made.size, "entries": len(asked.entries)}
    opened = {place: found.patient for place, (_, found) in made.opened.items()}
    for patient in sorted(set(opened.values()) | {None}, key=str):
        places = [str(at) for at, whose in opened.items() if patient in (None, whose)]
        log.append(
            events.LOG_HANDED_OVER,
            actor=actor,
            patient=patient,
            reason=asked.reason,
            recipient=asked.recipient,
            extra=about | {"opened": ", ".join(places)},
        )
