"""A request is taken down: a draft from the first moment, so that a hang-up loses nothing.

The time at which the draft was begun is the time of the call, and the receipt that is proposed: the
clock runs from when any office of the practice had the request, not from when it was keyed in.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.actors import Actor
from privacy_portal.pages.forms import Form, Line
from privacy_portal.pages.officer import base, keeping, offered, persons, wording
from privacy_portal.pages.officer.models import Kept, Purpose
from requests_app import questions
from requests_app.actions import file as filing
from requests_app.actions.submissions import MOST, file_for_several
from requests_app.errors import BadInput
from requests_app.kinds import registry
from requests_app.kinds.base import Kind
from requests_app.kinds.models import Channel
from requests_app.people import selectors as people
from requests_app.permissions import Permission, may
from requests_app.practice import selectors as practice

_ABOUT = "desk"
_FIRST = ("channel", "received_at", "asker", "site")
#: What is seldom known at once: folded away on the page.
_MORE = ("representative", "wishes", "follows")
_ASKED = _FIRST + _MORE


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
        if "others" in request.POST:
            return HttpResponseRedirect(reverse("office_draft_persons", args=[row.pk]))
        if not Form.changes_rows(request.POST):
            filed = _file(row, asked, details, who)
            if filed:
                return HttpResponseRedirect(filed)
    return _shown(request, row, asked, details)


def _file(row: Kept, asked: Form, details: Form, who: dict[str, Any]) -> str:
    """Where the filed request is; empty when something is to be put right first."""
    kept = row.content.answers
    raw = asked.raw() | {"kind": kept["kind"], "details": details.raw()}
    try:
        filed = _filed(raw, _patients(kept), who)
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


def _patients(kept: Mapping[str, Any]) -> list[str]:
    """Everybody it is about, as far as they were found."""
    return [*([kept["patient"]] if kept["patient"] else []), *persons.persons_in(kept)]


def _filed(raw: dict[str, Any], patients: list[str], who: dict[str, Any]) -> Kind:
    """One request, or one for each of several patients with the same receipt; the first of them."""
    if len(patients) < 2:
        return filing.file(raw | ({"patient": patients[0]} if patients else {}), **who)
    return file_for_several(raw | {"patients": patients}, **who)[0]


_OTHERS = persons.Persons(
    "patients",
    0,
    MOST - 1,
    lambda ids: {"patients": ids},
    gettext_lazy("One letter for several: each gets a request of their own with the same receipt."),
)


@base.office(Permission.FILE_FOR_OTHERS)
def others(request: HttpRequest, pk: str) -> HttpResponse:
    """Who else one submission is about."""
    who = base.who(request)
    row = keeping.kept(pk, Purpose.ENTRY, about=_ABOUT, **who)
    draft_page = reverse("office_draft", args=[row.pk])
    choosing = persons.Choosing(
        asked=_OTHERS,
        row=row,
        begin=lambda: row,
        here=lambda row: request.path,
        on=lambda row: draft_page,
        heading=_("Who else is it about?"),
        whom="",
        besides=frozenset({row.content.answers["patient"]}),
        back=draft_page,
    )
    return persons.choose(request, choosing)


def _shown(request: HttpRequest, row: Kept, asked: Form, details: Form) -> HttpResponse:
    kept, both = row.content.answers, Both([asked, details])
    kind = registry.kind(kept["kind"])
    who = base.who(request)
    patient = people.one(kept["patient"], actor=who["actor"]) if kept["patient"] else None
    fields = offered.fields(asked, now=who["now"], patient=patient)
    return base.shown(
        request,
        "draft",
        status=422 if both.wrong else 200,
        heading=_("Take down: %s") % kind.title,
        form=both,
        asked=[one for one in fields if one.name in _FIRST],
        more=[one for one in fields if one.name in _MORE],
        more_open=not {*asked.raw(), *(one.partition(".")[0] for one in asked.errors)}.isdisjoint(
            _MORE
        ),
        others=persons.named(persons.persons_in(kept), **who),
        details=details.fields,
        whom=patient.identity.full_name if patient else "",
        may_find=may(who["actor"], Permission.READ_PATIENTS),
        begun=wording.moment(row.made_at, practice.zone()),
    )


def kinds() -> list[tuple[str, str]]:
    """The kinds, in the patient's words."""
    return [(kind.name, str(kind.title)) for kind in registry.all_kinds()]
