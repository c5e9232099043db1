"""Files that are deleted: identity images that have served, and what was added by mistake.

No rule asks for a copy of anybody's passport, and one that is not there cannot be lost (164.514(h)
asks that identity be verified, 164.530(j) that the verification be on record).  What lies in the wrong
place is a disclosure waiting to happen; that it was there, and why it went, stays on record.
"""

from datetime import datetime
from typing import Any

from django.conf import settings

from audit import log
from audit.actors import Actor
from requests_app import events
from requests_app.casework import moved
from requests_app.documents.models import Document, ErasedFacts, Sort, Stage
from requests_app.kinds.base import Move


def after_verification(move: Move[Any]) -> None:
    """Mark the request's identity images as deleted, in the move's transaction.

    Those too that came with a request which was moved to it.

    The storage's file goes as soon as the sweep comes by; nobody can read it from this moment on.
    """
    if settings.KEEP_IDENTITY_IMAGES:
        return
    images = Document.objects.select_for_update().filter(
        request_id__in=[move.request.pk, *moved.came_before([move.request.pk])],
        sort=Sort.IDENTITY,
        stage=Stage.KEPT,
    )
    for image in images.order_by("announced_at", "id"):
        erase(image, reason="identity verified", actor=move.actor, now=move.now)


def erase(
    document: Document, *, reason: str, actor: Actor, now: datetime, why: str | None = None
) -> None:
    """Mark a document's file as deleted. Nobody can read it from this moment on.

    reason  in the log
    why     in somebody's own words, where it was their decision; kept beside the document
    """
    document.stage = Stage.ERASED
    document.ended_at, document.ended_by = now, actor.id
    document.erased = ErasedFacts(why) if why else None
    document.save(update_fields=["stage", "ended_at", "ended_by", "erased"])
    patient = document.patient_id or (document.request.patient_id if document.request else None)
    log.append(
        events.DOCUMENT_ERASED,
        actor=actor,
        patient=str(patient) if patient else None,
        request=document.request.reference if document.request else None,
        obj=log.Obj("document", str(document.pk)),
        reason=reason,
    )
