"""A request tied to the wrong patient goes on as the right one's, and keeps its receipt date.

A request's patient, once told, never changes: the same is filed for the right one with the same
receipt, channel and details, and the other is moved beside it.  Who asks is confirmed anew, since it
was confirmed against the wrong chart, and no representative goes along.  What it had put in force for
the wrong patient ends there; what takes effect when it is expressed begins for the right one from the
same receipt.  Neither patient learns who the other is.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from audit import log
from audit.actors import Actor
from requests_app import events, questions, selectors
from requests_app.actions import door, file
from requests_app.actions.refile import MOVE, SIGNED_IN
from requests_app.actions.whole import whole
from requests_app.casework import moved
from requests_app.casework.models import Refiling
from requests_app.complaints import routing
from requests_app.errors import BadInput, NotNow
from requests_app.kinds.base import Kind, Move, Nothing
from requests_app.kinds.models import Asker, Request, StatusRow
from requests_app.people import charts
from requests_app.people.models import AccountLink, Patient
from requests_app.permissions import Permission, require
from requests_app.questions import EXAMPLE_ID, group, text
from requests_app.standing.people import is_same


@dataclass(frozen=True)
class ToPatient:
    """Whom it is about, why it stood with another, and who asks where that is not known aright."""

    patient: str = text(
        name="the patient",
        question="Whose records is this about?",
        max_length=64,
        example=EXAMPLE_ID,
    )
    why: str = text(
        name="why it is about another patient",
        question="Why is this about another patient?",
        max_length=1000,
        multiline=True,
    )
    asker: file.AskerAnswers | None = group(
        file.AskerAnswers, name="who asks", question="Who asks, if it was written down wrongly?",
        optional=True,
    )  # fmt: skip


def to_patient(reference: str, raw: object, *, actor: Actor, now: datetime) -> Kind:
    """File an undecided request for the patient it is about; the new one.

    Raises NotFound, NotPermitted, NotNow (answered, decided on, tied to nobody, asked from the
    patient's own account, or not to be undone), BadInput; nothing is then stored.
    """
    asked = questions.parse(ToPatient, raw, at="", today=now.date())
    with whole():
        wrong = door.lock(reference, actor=actor, now=now)
        require(actor, Permission.WORK_REQUESTS, site=str(wrong.site_id))
        _check_tied_by_the_office(wrong)
        patient = _other(asked.patient, wrong, actor=actor, now=now)
        ended = wrong.not_theirs(now=now)
        door.check(wrong, MOVE, actor=actor, now=now)
        right = _filed_for(patient, wrong, _asker(asked, wrong, patient), actor=actor, now=now)
        row = moved.keep(wrong, right, asked.why, actor=actor, now=now)
        routing.goes_around_as_before(wrong, right)
        move: Move[Any] = Move(wrong, actor, now, Nothing())
        door.carry_out(move, wrong.moves()[MOVE])
        _log(row, wrong, actor, after={"request": right.reference, "ended": str(ended).lower()})
        _log(row, right, actor, before={"request": wrong.reference})
    return right


def _check_tied_by_the_office(wrong: Kind) -> None:
    """What an account asks for itself is not made another's: only staff's own tie can be wrong."""
    if wrong.patient_id is None:
        raise NotNow(
            "This request is tied to no patient yet. Say whose records it is about.",
            state=wrong.state,
        )
    line = [wrong.pk, *moved.came_before([wrong.pk])]
    born = StatusRow.objects.filter(request_id__in=line, version=1, move=SIGNED_IN)
    if born.exists() or _asked_as_this_patient(wrong, line):
        raise NotNow(
            "Whoever filed this was signed in as this patient or for them, so it is theirs. If it is "
            "about somebody else, take it down anew for that patient, with the same day of receipt.",
            state=wrong.state,
        )


def _asked_as_this_patient(wrong: Kind, line: list[UUID]) -> bool:
    """Whether the account that filed it is tied to the patient, or was when it filed."""
    try:
        account = UUID(wrong.filed_by)
    except ValueError:  # a task or a command
        return False
    filed = Request.objects.filter(pk__in=line).order_by("entered_at").values("entered_at")[:1]
    then = Q(ended_at__isnull=True) | Q(linked_at__lte=filed)
    return AccountLink.objects.filter(then, account=account, patient=wrong.patient_id).exists()


def _other(asked: str, wrong: Kind, *, actor: Actor, now: datetime) -> Patient:
    """The patient it is about: another person than the one it stands with."""
    patient = selectors.patient_named(
        asked, at="/patient", actor=actor, permission=Permission.WORK_REQUESTS
    )
    if patient.pk == wrong.patient_id:
        raise BadInput.one("/patient", "Choose another patient than the one it is tied to.")
    if patient.pk in charts.same_person(wrong.subject, at=now):
        raise BadInput.one(
            "/patient",
            "This is another chart of the same person, and what stands on either holds for both. "
            "If they are two people, end the link of the charts first.",
        )
    return patient


def _asker(asked: ToPatient, wrong: Kind, patient: Patient) -> Asker:
    """Who asks, as it was taken down. The wrong patient's name does not come to the right one's eyes."""
    if asked.asker is not None:
        return file.asker_of(asked.asker)
    asker: Asker = wrong.filed.asker
    theirs = wrong.patient.identity.full_name if wrong.patient else ""
    if is_same(asker.name, theirs) and not is_same(asker.name, patient.identity.full_name):
        raise BadInput.one(
            "/asker",
            "The name of whoever asks is that of the other patient. Say who asks: the right patient "
            "will read it.",
        )
    return asker


def _filed_for(patient: Patient, wrong: Kind, asker: Asker, *, actor: Actor, now: datetime) -> Kind:
    right = type(wrong)(
        kind=wrong.kind,
        site=patient.site,
        patient=patient,
        channel=wrong.channel,
        received_at=wrong.received_at,
        received_on=wrong.received_on,
        filed=replace(wrong.filed, asker=asker),
    )
    return file.born(right, "file", actor=actor, now=now, filed_by=wrong.filed_by)


def _log(row: Refiling, request: Kind, actor: Actor, **told: dict[str, str]) -> None:
    """One entry in the history of each: it names the other's reference and no person."""
    log.append(
        events.REQUEST_NOT_THEIRS,
        actor=actor,
        patient=str(request.patient_id),
        request=request.reference,
        obj=log.Obj("refiling", str(row.pk)),
        before=told.get("before"),
        after=told.get("after"),
    )
