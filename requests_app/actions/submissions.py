"""One submission for several patients: one receipt, a request for each (45 CFR 164.524(b)(2): each
has a clock of its own from the same day).
"""

from datetime import datetime
from uuid import uuid4

from django.db import transaction

from audit import log
from audit.actors import Actor
from requests_app import events
from requests_app.actions.file import file
from requests_app.casework.models import Submission, SubmissionPart
from requests_app.errors import BadInput, Problem
from requests_app.kinds.base import Kind
from requests_app.permissions import Permission, require

MOST = 50


def file_for_several(raw: object, *, actor: Actor, now: datetime) -> list[Kind]:
    """File the same request for each of several patients, all or none.

    raw  as staff file one request (actions.file), with "patients", a list of 2 to 50 ids, in the
         place of "patient"
    """
    require(actor, Permission.FILE_FOR_OTHERS)
    if not isinstance(raw, dict):
        raise BadInput.one("", "Send one JSON object.")
    rest = {name: value for name, value in raw.items() if name != "patients"}
    patients = _patients(raw.get("patients"))
    if "patient" in rest:
        raise BadInput.one("/patient", "Name every patient in `patients`.")
    with transaction.atomic():
        together = Submission.objects.create(id=uuid4(), entered_by=actor.id, entered_at=now)
        filed = [
            _filed(rest | {"patient": patient}, position, actor=actor, now=now)
            for position, patient in enumerate(patients)
        ]
        for request in filed:
            SubmissionPart.objects.create(submission=together, request_id=request.pk)
        log.append(
            events.SUBMISSION_FILED,
            actor=actor,
            obj=log.Obj("submission", str(together.pk)),
            extra={"requests": " ".join(request.reference for request in filed)},
        )
    return filed


def _patients(asked: object) -> list[str]:
    good = isinstance(asked, list) and all(isinstance(one, str) for one in asked)
    if not (good and isinstance(asked, list) and 2 <= len(set(asked)) == len(asked) <= MOST):
        sentence = f"Give the ids of 2 to {MOST} patients, each once."
        raise BadInput.one("/patients", sentence)
    return [str(one) for one in asked]


def _filed(raw: dict[str, object], position: int, *, actor: Actor, now: datetime) -> Kind:
    """One of them; what is wrong with its patient is said where the patient was named."""
    try:
        return file(raw, actor=actor, now=now)
    except BadInput as wrong:
        raise BadInput(
            [
                Problem(f"/patients/{position}", one.sentence) if one.field == "/patient" else one
                for one in wrong.problems
            ]
        ) from None
