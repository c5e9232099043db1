"""Persons found by two facts, and chosen one after the other where a form is about more than one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from audit.actors import Actor
from privacy_portal.api.reading import logged
from privacy_portal.pages import parts
from privacy_portal.pages.door import page
from privacy_portal.pages.forms import Form
from privacy_portal.pages.officer import base, keeping
from privacy_portal.pages.officer.models import Kept, Purpose
from requests_app import events, questions
from requests_app.errors import BadInput, NotFound
from requests_app.people import selectors as people
from requests_app.people.models import Patient
from requests_app.people.selectors import FindPatients

#: One fact alone finds too many, and shows people to whoever does not know whom they look for.
ENOUGH = 2
_CHOSEN, _FOUND = "persons", "found"


@dataclass(frozen=True)
class Persons:
    """Who else a form is about.

    question  the question that this answers, which the form does not ask
    into      the members of the body, from the ids that were chosen
    """

    question: str
    least: int
    most: int
    into: Callable[[list[str]], dict[str, Any]]
    says: str | Promise


@dataclass(frozen=True, slots=True)
class Found:
    """One person who fits."""

    id: str
    name: str
    born: str
    record_number: str


@dataclass(frozen=True)
class Choosing:
    """One page of choosing: where it stands, where it leads, and who is out of the question.

    begin  puts the first choice aside, when nothing was yet
    """

    asked: Persons
    row: Kept | None
    begin: Callable[[], Kept]
    here: Callable[[Kept], str]
    on: Callable[[Kept], str]
    heading: str | Promise
    whom: str
    besides: frozenset[str]
    back: str


# --- finding -----------------------------------------------------------------------------------------
def those_who_fit(form: Form, *, actor: Actor, now: datetime) -> list[str]:
    """The ids of those who fit two facts or more. Looking is an entry of the log."""
    raw = form.raw()
    asked = questions.parse(FindPatients, raw, at="", today=now.date())
    if len([value for value in raw.values() if value]) < ENOUGH:
        raise BadInput.one(
            "/family_name", _("Enter two facts, such as family name and date of birth.")
        )
    with logged(events.READ_PATIENTS, actor, purpose="finding a patient") as seen:
        found = [str(row.pk) for row in people.find(asked, actor=actor)]
        seen += found
    return found


def named(ids: Sequence[str], *, actor: Actor, now: datetime) -> list[Found]:
    """Those of these the actor may see, in this order. Showing them is an entry of the log."""
    if not ids:
        return []
    with logged(events.READ_PATIENTS, actor, purpose="finding a patient") as seen:
        rows = {str(row.pk): row for row in people.visible(actor).filter(pk__in=ids)}
        seen += list(rows)
    return [_line(rows[one]) for one in ids if one in rows]


def _line(row: Patient) -> Found:
    identity = row.identity
    born = parts.short_day(identity.birth_date)
    return Found(str(row.pk), identity.full_name, born, identity.record_number)


def persons_in(answers: Mapping[str, Any]) -> list[str]:
    """The ids chosen so far, of what was put aside."""
    return list(answers.get(_CHOSEN, ()))


# --- choosing ----------------------------------------------------------------------------------------
@page
def for_errand(request: HttpRequest, name: str, about: str = "") -> HttpResponse:
    """Who else an errand is about."""
    from privacy_portal.pages.officer.errand_list import ERRANDS

    errand = ERRANDS.get(name)
    if errand is None or errand.persons is None or bool(about) != bool(errand.about):
        raise NotFound
    return base.office(errand.needs)(_for_errand)(request, errand=errand, about=about)


def _for_errand(request: HttpRequest, errand: Any, about: str) -> HttpResponse:
    who = base.who(request)
    subject = people.one(about, actor=who["actor"]) if errand.about == "patient" else None
    key = f"{errand.name}:{about}"
    view = request.GET.get("view", "")
    choosing = Choosing(
        asked=errand.persons,
        row=keeping.kept(view, Purpose.ENTRY, about=key, **who) if view else None,
        begin=lambda: keeping.keep(Purpose.ENTRY, {}, about=key, **who),
        here=lambda row: f"{request.path}?view={row.pk}",
        on=lambda row: f"{errand.address(about)}?entry={row.pk}",
        heading=errand.heading,
        whom=subject.identity.full_name if subject else "",
        besides=frozenset({about}),
        back=reverse("office_patient", args=[about]) if subject else reverse(errand.home),
    )
    return choose(request, choosing)


def choose(request: HttpRequest, choosing: Choosing) -> HttpResponse:
    """Find by two facts, choose, take away again, go on."""
    form = Form(FindPatients)
    if request.method == "POST":
        try:
            return HttpResponseRedirect(_changed(request, choosing, form))
        except BadInput as refusal:
            form.refuse(refusal)
    return _shown(request, choosing, form)


def _changed(request: HttpRequest, choosing: Choosing, form: Form) -> str:
    who = base.who(request)
    row = choosing.row or choosing.begin()
    answers = row.content.answers
    chosen, sent = persons_in(answers), request.POST
    if "choose" in sent:
        picked = str(people.one(sent["choose"], actor=who["actor"]).pk)
        full = len(chosen) >= choosing.asked.most
        if not full and picked not in {*chosen, *choosing.besides}:
            chosen = [*chosen, picked]
        keeping.change(row, {**answers, _CHOSEN: chosen, _FOUND: None})
        enough = len(chosen) == choosing.asked.most
        return choosing.on(row) if enough else choosing.here(row)
    if "remove" in sent:
        left = [one for one in chosen if one != sent["remove"]]
        keeping.change(row, {**answers, _CHOSEN: left})
        return choosing.here(row)
    form.read(sent)
    keeping.change(row, {**answers, _FOUND: those_who_fit(form, **who)})
    return choosing.here(row)


def _shown(request: HttpRequest, choosing: Choosing, form: Form) -> HttpResponse:
    who, row, asked = base.who(request), choosing.row, choosing.asked
    answers = row.content.answers if row else {}
    chosen = persons_in(answers)
    found = answers.get(_FOUND)
    others = [one for one in found or () if one not in {*chosen, *choosing.besides}]
    known = {one.id: one for one in named([*chosen, *others], **who)}
    return base.shown(
        request,
        "persons",
        status=422 if form.wrong else 200,
        heading=choosing.heading,
        whom=choosing.whom,
        says=asked.says,
        chosen=[known[one] for one in chosen if one in known],
        found=None if found is None else [known[one] for one in others if one in known],
        on=choosing.on(row) if row and len(chosen) >= asked.least else "",
        room=len(chosen) < asked.most,
        form=form,
        back=choosing.back,
    )
