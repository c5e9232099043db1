"""A copy is given: what a kind's move and the desk write of it."""

from datetime import date, datetime
from typing import Any

from audit.actors import Actor
from requests_app.kinds import effects
from requests_app.kinds.base import Move
from requests_app.notices import selectors
from requests_app.notices.models import Channel, NoticeReceipt, NoticeVersion
from requests_app.people.models import Patient


def given_by(move: Move[Any]) -> NoticeVersion:
    """The version this move gives: the one in force on the day it was given."""
    found = selectors.in_force(on=move.input.given_on or move.today)
    if found is None:
        raise LookupError("no notice was in force")  # checked before: rules.notice_was_in_force
    return found


def give(move: Move[Any]) -> None:
    """Keep which version was given how, and tie the patient to it, if the person is one."""
    notice, given = given_by(move), move.input
    effects.record_decision(
        move,
        "give",
        given=f"The notice in force from {notice.effective_on.isoformat()}, sha256 {notice.sha256}",
        elsewhere=given.channel.value,
        note=given.address or "",
    )
    if move.request.patient is not None:
        receipt(
            move.request.patient,
            notice,
            channel=given.channel,
            on=given.given_on or move.today,
            actor=move.actor,
            now=move.now,
            request=move.request.pk,
        )


def receipt(
    patient: Patient,
    notice: NoticeVersion,
    *,
    channel: Channel,
    on: date,
    actor: Actor,
    now: datetime,
    request: Any = None,
) -> NoticeReceipt:
    """Tie a patient to the version received."""
    return NoticeReceipt.objects.create(
        patient=patient,
        notice=notice,
        request_id=request,
        channel=channel,
        given_on=on,
        recorded_by=actor.id,
        recorded_at=now,
    )
