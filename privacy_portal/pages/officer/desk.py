"""One desk for paper, telephone and counter: whoever calls is helped from one page."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from audit.actors import Actor
from privacy_portal.api.reading import logged
from privacy_portal.pages import parts
from privacy_portal.pages.forms import Form
from privacy_portal.pages.officer import base, intake
from requests_app import events, selectors
from requests_app.actions import involved
from requests_app.actions.involved import MayI
from requests_app.errors import BadInput
from requests_app.kinds.base import FINISHED, Kind
from requests_app.people import charts
from requests_app.people import selectors as people
from requests_app.permissions import Permission, may
from requests_app.standing.involved import Answer, MaySpeak

_TONES = {
    Answer.YES: parts.Tone.GOOD,
    Answer.NO: parts.Tone.LATE,
    Answer.ASK: parts.Tone.WAITING,
}


@base.office(Permission.FILE_FOR_OTHERS)
def desk(request: HttpRequest) -> HttpResponse:
    """Where every call, visit and letter begins; what was not finished waits here."""
    who = base.who(request)
    return base.shown(
        request,
        "desk",
        heading=_("Telephone, counter and paper"),
        form=intake.begin_form(),
        kinds=intake.kinds(),
        drafts=intake.drafts(**who),
        may_find=may(who["actor"], Permission.READ_PATIENTS),
    )


@base.office(Permission.FILE_FOR_OTHERS)
def person(request: HttpRequest, pk: str) -> HttpResponse:
    """One person on the line: what to read aloud, whom one may speak to, what to take down."""
    who, form = base.who(request), Form(MayI, only=("name",))
    row = people.one(pk, actor=who["actor"])
    answer: MaySpeak | None = None
    if request.method == "POST":
        form.read(request.POST)
        try:
            answer = involved.may_i_speak(form.raw() | {"patient": str(row.pk)}, **who)
        except BadInput as refusal:
            form.refuse(refusal)
    requests = _open(row.pk, **who)
    return base.shown(
        request,
        "desk_person",
        status=422 if form.wrong else 200,
        heading=_("On the line: %s") % row.identity.full_name,
        pk=str(row.pk),
        born=parts.long_day(row.identity.birth_date),
        telephone=row.identity.telephone,
        form=form,
        answer=answer,
        tag=parts.Tag(str(answer.answer.label), _TONES[answer.answer]) if answer else None,
        sentences=[(one.reference, status_sentence(one)) for one in requests],
        begin=intake.begin_form(),
        kinds=intake.kinds(),
        may_read=may(who["actor"], Permission.READ_PATIENTS),
        may_record=may(who["actor"], Permission.RECORD_DISCLOSURE),
        may_note=may(who["actor"], Permission.WORK_REQUESTS),
    )


def status_sentence(request: Kind) -> str:
    """What can be read aloud of a request: what, when it came, by when, how it stands."""
    said = _("Your request “%(kind)s”, reference %(reference)s, came in on %(day)s.") % {
        "kind": request.title,
        "reference": ", ".join(request.reference.split("-")),
        "day": parts.long_day(request.received_on),
    }
    if request.answered_on is not None:
        answered = _("It was answered on %s.") % parts.long_day(request.answered_on)
        return f"{said} {answered}"
    if request.due_on is None:
        return f"{said} " + _("It is being worked on.")
    return f"{said} " + _("We answer it by %s at the latest.") % parts.long_day(request.due_on)


def _open(patient: Any, *, actor: Actor, now: datetime) -> list[Any]:
    """What is open or was answered lately, of what this actor may see."""
    with logged(events.READ_REQUESTS, actor, patient=patient) as seen:
        person = charts.same_person(patient, at=now)
        rows = selectors.visible_requests(actor, now=now).filter(patient_id__in=person)
        found = list(rows.exclude(state__in=FINISHED).order_by("due_at", "id")[:10])
        seen += [row.reference for row in found]
    return found
