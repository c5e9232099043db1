"""Facts of a request that move neither its state nor its clock: whose records, who works on it."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from audit import log
from audit.actors import Actor
from requests_app import events, questions, rules, selectors
from requests_app.actions import door
from requests_app.complaints import routing
from requests_app.errors import BadInput, NotNow
from requests_app.kinds.base import Kind
from requests_app.permissions import Permission, require
from requests_app.questions import EXAMPLE_ID, text


@dataclass(frozen=True)
class Match:
    """Whose records the request is about, and who asks if not the individual."""

    patient: str = text(
        name="the patient",
        question="Whose records is this about?",
        max_length=64,
        example=EXAMPLE_ID,
    )
    representative: str | None = text(
        name="the representative",
        question="Which representative asks?",
        max_length=64,
        example=EXAMPLE_ID,
        optional=True,
    )


@dataclass(frozen=True)
class Assign:
    """Who works on it."""

    person: str = text(
        name="the person",
        question="Who works on this? Give the account.",
        max_length=64,
        example="3f2b8c1e-5d47-4a90-9c36-7e1d2a4b6f80",
    )


def match(reference: str, raw: object, *, actor: Actor, now: datetime) -> Kind:
    """Say whose records an unmatched request is about. The receipt date stays."""
    asked = questions.parse(Match, raw, at="", today=now.date())
    with transaction.atomic():
        request = _locked(reference, actor=actor, now=now)
        if request.patient_id is not None:
            raise NotNow("This request is already matched to a patient.", state=request.state)
        patient = selectors.patient_named(
            asked.patient, at="/patient", actor=actor, permission=Permission.WORK_REQUESTS
        )
        if patient.site_id != request.site_id:
            raise BadInput.one("/patient", "The patient must be one of the request's site.")
        request.patient = patient
        if asked.representative is not None:
            request.representative = selectors.representative_at(
                asked.representative, patient, at="/representative"
            )
        request.save(update_fields=["patient", "representative"])
        _log(events.REQUEST_MATCHED, request, actor)
    return request


def assign(reference: str, raw: object, *, actor: Actor, now: datetime) -> Kind:
    """Say who works on a request."""
    asked = questions.parse(Assign, raw, at="", today=now.date())
    with transaction.atomic():
        request = _locked(reference, actor=actor, now=now)
        person = rules.account_id(asked.person, at="/person")
        routing.check_not_named(request, person, at="/person")
        before, request.assigned_to = request.assigned_to, person
        request.save(update_fields=["assigned_to"])
        _log(events.REQUEST_ASSIGNED, request, actor, before=before, after=person)
    return request


def _locked(reference: str, *, actor: Actor, now: datetime) -> Kind:
    request = door.lock(reference, actor=actor, now=now)
    require(actor, Permission.WORK_REQUESTS, site=str(request.site_id))
    return request


def _log(name: str, request: Kind, actor: Actor, *, before: str = "", after: str = "") -> None:
    log.append(
        name,
        actor=actor,
        patient=str(request.patient_id) if request.patient_id else None,
        request=request.reference,
        obj=log.Obj("request", str(request.pk), request.version),
        before={"person": before} if before else None,
        after={"person": after} if after else None,
    )
