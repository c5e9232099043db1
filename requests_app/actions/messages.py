"""Messages between the asker and the privacy office, and the office's own notes."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from audit import log
from audit.actors import Actor
from requests_app import events, questions, selectors
from requests_app.actions import door
from requests_app.errors import BadInput
from requests_app.kinds.base import Kind
from requests_app.messages.models import Direction, Message, MessageText
from requests_app.outbox import Audience, Topic, tell
from requests_app.permissions import Permission, may, require
from requests_app.questions import text, yes_no


@dataclass(frozen=True)
class Write:
    """The words, and whether only the office is to read them."""

    body: str = text(name="your message", question="Your message", max_length=4000, multiline=True)
    note: bool | None = yes_no(
        name="whether this is a note",
        question="Is this an internal note that the person who asked must not see?",
        optional=True,
        example=False,
    )


def write(reference: str, raw: object, *, actor: Actor, now: datetime) -> Message:
    """Add one message to a request the actor may see. Raises NotFound, NotPermitted, BadInput."""
    written = questions.parse(Write, raw, at="", today=now.date())
    with transaction.atomic():
        request = door.lock(reference, actor=actor, now=now)
        direction = _direction(request, actor, note=bool(written.note))
        message = Message.objects.create(
            request_id=request.pk,
            direction=direction,
            text=MessageText(written.body),
            written_by=actor.id,
            written_by_name=actor.name,
            written_at=now,
        )
        log.append(
            events.NOTE_WRITTEN if direction == Direction.NOTE else events.MESSAGE_WRITTEN,
            actor=actor,
            patient=str(request.patient_id) if request.patient_id else None,
            request=request.reference,
            obj=log.Obj("message", str(message.pk), None),
        )
        _tell(request, direction, now)
    return message


def _direction(request: Kind, actor: Actor, *, note: bool) -> Direction:
    if may(actor, Permission.FILE_OWN) and selectors.is_own(request, actor):
        if note:
            raise BadInput.one("/note", "Only the privacy office writes internal notes.")
        return Direction.TO_OFFICE
    require(actor, Permission.WORK_REQUESTS, site=str(request.site_id))
    return Direction.NOTE if note else Direction.TO_ASKER


_HEARS = {Direction.TO_OFFICE: Audience.OFFICE, Direction.TO_ASKER: Audience.ASKER}


def _tell(request: Kind, direction: Direction, now: datetime) -> None:
    if direction in _HEARS:
        tell(request, (Topic.MESSAGE, _HEARS[direction]), now=now)
