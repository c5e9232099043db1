"""Whoever writes to a patient asks first: may this be sent, by these means, to this address?"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from privacy_portal.pages import parts
from privacy_portal.pages.forms import Form
from privacy_portal.pages.officer import base, offered
from privacy_portal.pages.officer.questions import answered, open_questions
from requests_app.actions import communications
from requests_app.actions.communications import CheckCommunication
from requests_app.disclosures.check.sending import SendDecision, SendVerdict
from requests_app.errors import BadInput
from requests_app.people import selectors as people
from requests_app.permissions import Permission

_ASKED = ("sending", "means", "address", "paid_by_others", "face_to_face_or_gift", "authorization")
_TONES = {
    SendVerdict.SEND: parts.Tone.GOOD,
    SendVerdict.USE: parts.Tone.WAITING,
    SendVerdict.QUESTIONS: parts.Tone.OPEN,
    SendVerdict.DO_NOT: parts.Tone.LATE,
}


@base.office(Permission.ASK_CHECK)
def send(request: HttpRequest, pk: str) -> HttpResponse:
    """Ask. Every answer is kept, and is an entry of the log."""
    who, form = base.who(request), Form(CheckCommunication, only=_ASKED)
    row = people.one(pk, actor=who["actor"], permission=Permission.ASK_CHECK)
    decision: SendDecision | None = None
    given = answered(request)
    if request.method == "POST":
        form.read(request.POST)
        raw: dict[str, Any] = form.raw() | {"patient": str(row.pk)}
        try:
            decision = communications.ask(
                raw | ({"answers": given} if given else {}), **who
            ).decision
        except BadInput as refusal:
            form.refuse(refusal)
    return base.shown(
        request,
        "send",
        status=422 if form.wrong else 200,
        heading=_("May this be sent?"),
        whom=row.identity.full_name,
        pk=str(row.pk),
        form=form,
        fields=offered.fields(form, now=who["now"], patient=row),
        decision=decision,
        verdict=_verdict(decision.verdict) if decision else None,
        questions=open_questions(decision.questions, given) if decision else [],
    )


def _verdict(verdict: SendVerdict) -> parts.Tag:
    words = {
        SendVerdict.SEND: _("It may be sent"),
        SendVerdict.USE: _("Send it to this address instead"),
        SendVerdict.QUESTIONS: _("Not yet: answer the questions"),
        SendVerdict.DO_NOT: _("Do not send it"),
    }
    return parts.Tag(words[verdict], _TONES[verdict])
