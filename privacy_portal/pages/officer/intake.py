"""A request is taken down: a draft from the first moment, so that a hang-up loses nothing.

The time at which the draft was begun is the time of the call, and the receipt that is proposed: the
clock runs from when any office of the practice had the request, not from when it was keyed in.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.actors import Actor
from privacy_portal.pages.forms import Form, Line
from privacy_portal.pages.officer import base, keeping, offered, wording
from privacy_portal.pages.officer.models import Kept, Purpose
from requests_app import questions
from requests_app.actions import file as filing
from requests_app.errors import BadInput
from requests_app.kinds import registry
from requests_app.kinds.models import Channel
from requests_app.people import selectors as people
from requests_app.permissions import Permission
from requests_app.practice import selectors as practice

_ABOUT = "desk"
_ASKED = ("channel", "received_at", "asker", "site")


@dataclass(frozen=True)
class Begin:
    """What is known when somebody calls."""

    channel: Channel = questions.choice(
        Channel, name="how it comes in", question=gettext_lazy("How does it come in?")
    )


@dataclass
class Both:
    """The two forms of the page as one: for the error summary and the title."""

    forms: Sequence[Form]

    @property
    def wrong(self) -> bool:
        return any(form.wrong for form in self.forms)

    @property
    def summary(self) -> list[Line]:
        return [line for form in self.forms for line in form.summary]


def begin_form() -> Form:
    """The one question before a draft."""
    return Form(Begin)


def drafts(*, actor: Actor, now: datetime) -> list[dict[str, Any]]:
    """What this account began and did not send, newest first."""
    rows = Kept.objects.filter(account=actor.id, purpose=Purpose.ENTRY, about=_ABOUT)
    return [
        {
            "id": str(row.pk),
            "kind": str(registry.kind(row.content.answers["kind"]).title),
            "begun": wording.moment(row.made_at, practice.zone()),
        }
        for row in rows.exclude(ends_at__lte=now).order_by("-made_at")
    ]


@base.office(Permission.FILE_FOR_OTHERS)
def begin(request: HttpRequest) -> HttpResponse:
    """Put a draft aside at once, with the time of the call."""
    kind = registry.kind_asked(request.POST.get("kind"))
    who = base.who(request)
    patient = request.POST.get("patient", "")
    if patient:
        patient = str(people.one(patient, actor=who["actor"]).pk)
    zone = practice.zone()
    typed = Form(filing.intake(kind), only=_ASKED, zone=zone)
    typed.fill({"channel": request.POST.get("channel"), "received_at": who["now"].isoformat()})
    answers = {"kind": kind.name, "patient": patient, "asked": typed.typed, "details": {}}
    row = keeping.keep(Purpose.ENTRY, answers, about=_ABOUT, **who)
    return HttpResponseRedirect(reverse("office_draft", args=[row.pk]))


@base.office(Permission.FILE_FOR_OTHERS)
def draft(request: HttpRequest, pk: str) -> HttpResponse:
    """The request as it is taken down. Whatever is sent is kept first, and judged after."""
    who = base.who(request)
    row = keeping.kept(pk, Purpose.ENTRY, about=_ABOUT, **who)
    kept = row.content.answers
    kind = registry.kind(kept["kind"])
    asked = Form(filing.intake(kind), only=_ASKED)
    details = Form(kind.Details, at="/details", prefix="details.")
    asked.typed, details.typed = dict(kept["asked"]), dict(kept["details"])
    if request.method == "POST":
        asked.read(request.POST)
        details.read(request.POST)
        keeping.change(row, kept | {"asked": asked.typed, "details": details.typed})
        if "later" in request.POST:
            return HttpResponseRedirect(reverse("office_desk"))
        if not Form.changes_rows(request.POST):
            filed = _file(row, asked, details, who)
            if filed:
                return HttpResponseRedirect(filed)
    return _shown(request, row, asked, details)


def _file(row: Kept, asked: Form, details: Form, who: dict[str, Any]) -> str:
    """Where the filed request is; empty when something is to be put right first."""
    kept = row.content.answers
    raw = asked.raw() | {"kind": kept["kind"], "details": details.raw()}
    if kept["patient"]:
        raw["patient"] = kept["patient"]
    try:
        filed = filing.file(raw, **who)
    except BadInput as refusal:
        inside = [one for one in refusal.problems if one.field.startswith("/details")]
        beside = [one for one in refusal.problems if one not in inside]
        details.refuse(BadInput(inside))
        asked.refuse(BadInput(beside))
        return ""
    keeping.throw_away(row)
    # What came in writing is added next, while the paper lies there.
    written = Channel(filed.channel).written
    return reverse("office_add_paper" if written else "office_request", args=[filed.reference])


def _shown(request: HttpRequest, row: Kept, asked: Form, details: Form) -> HttpResponse:
    kept, both = row.content.answers, Both([asked, details])
    kind = registry.kind(kept["kind"])
    who = base.who(request)
    patient = people.one(kept["patient"], actor=who["actor"]) if kept["patient"] else None
    return base.shown(
        request,
        "draft",
        status=422 if both.wrong else 200,
        heading=_("Take down: %s") % kind.title,
        form=both,
        asked=offered.fields(asked, now=who["now"]),
        details=details.fields,
        whom=patient.identity.full_name if patient else "",
        begun=wording.moment(row.made_at, practice.zone()),
    )


def kinds() -> list[tuple[str, str]]:
    """The kinds, in the patient's words."""
    return [(kind.name, str(kind.title)) for kind in registry.all_kinds()]
