"""What the office does beside moving requests: one form, one action of the floor below, one page on.

Every errand is a row of the table in `errand_list.py`; this is the one view that shows and does them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import Promise

from audit.actors import Actor
from privacy_portal.pages.door import page
from privacy_portal.pages.fields import Field
from privacy_portal.pages.forms import Form
from privacy_portal.pages.officer import base, keeping, loading, offered
from privacy_portal.pages.officer.models import Purpose
from privacy_portal.pages.officer.persons import Persons, named, persons_in
from privacy_portal.pages.once import once, once_told
from requests_app.errors import BadInput, NotFound
from requests_app.kinds.base import Kind, Nothing
from requests_app.people import selectors as people
from requests_app.people.models import Patient
from requests_app.permissions import Permission, may
from requests_app.questions import questions_of

Words = str | Promise


@dataclass(frozen=True, kw_only=True)
class Errand:
    """One thing to do.

    name     stands in the address
    asks     the questions; `Nothing` where only a button is needed
    act      the action: (about, raw, **who) → what came of it
    about    what the address names: "patient", "request", "row" or nothing
    fixed    the question that the address answers, and the form does not ask
    leads    the address of the page after it: (about, what came of it)
    filled   what the form shows at first, from what is there
    persons  who else it is about, chosen one after the other before the form
    carries  an answer that another page has put aside, which the form does not ask; `begins` is the
             address of that page
    secret   what is shown once and kept nowhere, from what came of it; `told` says what to do with it
    whose    the patient of the row that the address names, for what can be chosen of theirs
    home     the route of the page one comes from, where no patient and no request names it
    """

    name: str
    heading: Words
    act: Callable[..., Any]
    needs: Permission
    asks: type[Any] = Nothing
    about: str = ""
    fixed: str = ""
    citation: str = ""
    says: Words = ""
    button: Words = ""
    leads: Callable[[str, Any], str]
    filled: Callable[[str, Mapping[str, Any]], Mapping[str, Any]] | None = None
    only: tuple[str, ...] = ()
    persons: Persons | None = None
    carries: str = ""
    begins: Callable[[str], str] | None = None
    secret: Callable[[Any], str] | None = None
    told: Words = ""
    whose: Callable[[str, Actor], Patient | None] | None = None
    home: str = "office_queue"

    def address(self, about: str) -> str:
        """Where its form stands."""
        if not about:
            return reverse("office_errand", args=[self.name])
        return reverse("office_errand_about", args=[self.name, about])


@page
def view(request: HttpRequest, name: str, about: str = "") -> HttpResponse:
    """The form of an errand, and the errand."""
    from privacy_portal.pages.officer.errand_list import ERRANDS

    errand = ERRANDS.get(name)
    if errand is None or bool(about) != bool(errand.about):
        raise NotFound
    return base.office(errand.needs)(_done)(request, errand=errand, about=about)


def _done(request: HttpRequest, errand: Errand, about: str) -> HttpResponse:
    who = base.who(request)
    subject = _subject(errand, about, who)
    begun = _begun(request, errand, about, who)
    if elsewhere := _first(errand, about, begun):
        return HttpResponseRedirect(elsewhere)
    form = _form(errand)
    if request.method == "POST":
        form.read(request.POST)
        if not form.changes_rows(request.POST):
            try:
                return _sent(request, errand, about, form, begun)
            except BadInput as refusal:
                form.refuse(refusal)
    elif begun:
        form.fill({name: begun[name] for name in form.names if name in begun})
    elif errand.filled is not None:
        form.fill(errand.filled(about, who))
    return _shown(request, errand, about, form, subject, begun)


def _first(errand: Errand, about: str, begun: Mapping[str, Any]) -> str:
    """The page that comes before this form, when it was not gone through."""
    if errand.persons and len(persons_in(begun)) < errand.persons.least:
        where = [errand.name, about] if about else [errand.name]
        return reverse("office_with_about" if about else "office_with", args=where)
    if errand.carries and errand.begins and errand.carries not in begun:
        return errand.begins(about)
    return ""


def _sent(
    request: HttpRequest, errand: Errand, about: str, form: Form, begun: Mapping[str, Any]
) -> HttpResponse:
    """The errand itself, once; then on to the next page, or what is shown once."""
    who = base.who(request)
    caller = who["actor"].id
    if errand.secret is None:
        return once(
            request,
            lambda: errand.leads(about, _act(errand, about, form, begun, who)),
            caller=caller,
        )
    shows = errand.secret

    def made() -> tuple[str, str]:
        row = _act(errand, about, form, begun, who)
        return errand.leads(about, row), shows(row)

    to, shown = once_told(request, made, caller=caller)
    return base.shown(
        request, "shown_once", heading=errand.heading, told=errand.told, shown=shown, to=to
    )


def _act(
    errand: Errand, about: str, form: Form, begun: Mapping[str, Any], who: dict[str, Any]
) -> Any:
    raw = form.raw() | ({errand.fixed: about} if errand.fixed else {})
    if errand.persons:
        raw |= errand.persons.into(persons_in(begun))
    if errand.carries:
        raw |= {errand.carries: begun[errand.carries]}
    given = (about,) if errand.about and not errand.fixed else ()
    asked = (raw,) if errand.asks is not Nothing else ()
    return errand.act(*given, *asked, **who)


def _form(errand: Errand) -> Form:
    unasked = {errand.fixed, errand.carries, errand.persons.question if errand.persons else ""}
    names = [one for one in questions_of(errand.asks) if one not in unasked]
    return Form(errand.asks, only=errand.only or names)


def _begun(
    request: HttpRequest, errand: Errand, about: str, who: dict[str, Any]
) -> Mapping[str, Any]:
    """What another page has put aside for this form."""
    entry = request.GET.get("entry")
    if not entry:
        return {}
    kept = keeping.kept(entry, Purpose.ENTRY, about=f"{errand.name}:{about}", **who)
    return dict(kept.content.answers)


def _subject(errand: Errand, about: str, who: dict[str, Any]) -> Patient | Kind | None:
    """Whom or what it is about, if the actor may see it."""
    if errand.about == "patient":
        return people.one(about, actor=who["actor"], permission=Permission.READ_PATIENTS)
    if errand.whose is not None:
        return _whose(errand, about, who["actor"])
    return loading.loaded(about, **who) if errand.about == "request" else None


def _whose(errand: Errand, about: str, actor: Actor) -> Patient:
    """The patient of the row, of a site where the actor may do this; NotFound otherwise."""
    found = errand.whose(about, actor) if errand.whose else None
    if found is None or not may(actor, errand.needs, site=str(found.site_id)):
        raise NotFound
    return found


def _fields(form: Form, patient: Patient | None, *, actor: Actor, now: datetime) -> list[Field]:
    return offered.fields(form, now=now, patient=patient, actor=actor)


def _shown(
    request: HttpRequest,
    errand: Errand,
    about: str,
    form: Form,
    subject: Any,
    begun: Mapping[str, Any],
) -> HttpResponse:
    who = base.who(request)
    patient = subject if isinstance(subject, Patient) else getattr(subject, "patient", None)
    whom = patient.identity.full_name if patient and isinstance(subject, Patient) else ""
    return base.shown(
        request,
        "errand",
        status=422 if form.wrong else 200,
        heading=errand.heading,
        errand=errand,
        whom=whom,
        others=named(persons_in(begun), **who) if errand.persons else (),
        reference=subject.reference if isinstance(subject, Kind) else "",
        form=form,
        fields=_fields(form, patient, **who) if form.only else [],
        back=_back(errand, about),
    )


def _back(errand: Errand, about: str) -> str:
    routes = {"patient": "office_patient", "request": "office_work"}
    if errand.about in routes:
        return reverse(routes[errand.about], args=[about])
    return reverse(errand.home)
