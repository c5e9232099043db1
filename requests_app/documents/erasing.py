"""Identity images are deleted once they have served: what is kept is the method and the result.

No rule asks for a copy of anybody's passport, and one that is not there cannot be lost (164.514(h)
asks that identity be verified, 164.530(j) that the verification be on record).
"""

from typing import Any

from django.conf import settings

from audit import log
from requests_app import events
from requests_app.documents.models import Document, Sort, Stage
from requests_app.kinds.base import Move


def after_verification(move: Move[Any]) -> None:
    """Mark the request's identity images as deleted, in the move's transaction.

    The storage's file goes as soon as the sweep comes by; nobody can read it from this moment on.
    """
    if settings.KEEP_IDENTITY_IMAGES:
        return
    images = Document.objects.select_for_update().filter(
        request_id=move.request.pk, sort=Sort.IDENTITY, stage=Stage.KEPT
    )
    for image in images.order_by("announced_at", "id"):
        image.stage = Stage.ERASED
        image.ended_at, image.ended_by = move.now, move.actor.id
        image.save(update_fields=["stage", "ended_at", "ended_by"])
        log.append(
            events.DOCUMENT_ERASED,
            actor=move.actor,
            patient=str(move.request.patient_id) if move.request.patient_id else None,
            request=move.request.reference,
            obj=log.Obj("document", str(image.pk)),
            reason="identity verified",
        )
