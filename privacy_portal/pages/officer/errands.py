"""What the office does beside moving requests: one form, one action of the floor below, one page on.

Every errand is a row of the table in `errand_list.py`; this is the one view that shows and does them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise

from privacy_portal.pages.door import page
from privacy_portal.pages.forms import Form
from privacy_portal.pages.officer import base, keeping, loading, offered
from privacy_portal.pages.officer.models import Purpose
from privacy_portal.pages.once import once
from requests_app.errors import BadInput, NotFound
from requests_app.kinds.base import Kind, Nothing
from requests_app.people import selectors as people
from requests_app.people.models import Patient
from requests_app.permissions import Permission
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
    form = _form(errand)
    if request.method == "POST":
        form.read(request.POST)
        if not form.changes_rows(request.POST):
            try:
                return once(request, lambda: _act(errand, about, form, who), caller=who["actor"].id)
            except BadInput as refusal:
                form.refuse(refusal)
    elif request.GET.get("entry"):
        form.fill(_begun(request.GET["entry"], errand, about, who))
    elif errand.filled is not None:
        form.fill(errand.filled(about, who))
    return _shown(request, errand, about, form, subject)


def _act(errand: Errand, about: str, form: Form, who: dict[str, Any]) -> str:
    raw = form.raw() | ({errand.fixed: about} if errand.fixed else {})
    given = (about,) if errand.about and not errand.fixed else ()
    asked = (raw,) if errand.asks is not Nothing else ()
    return errand.leads(about, errand.act(*given, *asked, **who))


def _form(errand: Errand) -> Form:
    names = [one for one in questions_of(errand.asks) if one != errand.fixed]
    return Form(errand.asks, only=errand.only or names)


def _begun(entry: str, errand: Errand, about: str, who: dict[str, Any]) -> dict[str, Any]:
    """What another page has put aside for this form."""
    kept = keeping.kept(entry, Purpose.ENTRY, about=f"{errand.name}:{about}", **who)
    return dict(kept.content.answers)


def _subject(errand: Errand, about: str, who: dict[str, Any]) -> Patient | Kind | None:
    """Whom or what it is about, if the actor may see it."""
    if errand.about == "patient":
        return people.one(about, actor=who["actor"], permission=Permission.READ_PATIENTS)
    return loading.loaded(about, **who) if errand.about == "request" else None


def _shown(
    request: HttpRequest, errand: Errand, about: str, form: Form, subject: Any
) -> HttpResponse:
    who = base.who(request)
    patient = subject if isinstance(subject, Patient) else getattr(subject, "patient", None)
    whom = patient.identity.full_name if isinstance(subject, Patient) else ""
    return base.shown(
        request,
        "errand",
        status=422 if form.wrong else 200,
        heading=errand.heading,
        errand=errand,
        whom=whom,
        reference=subject.reference if isinstance(subject, Kind) else "",
        form=form,
        fields=offered.fields(form, now=who["now"], patient=patient) if form.only else [],
        back=_back(errand, about),
    )


def _back(errand: Errand, about: str) -> str:
    routes = {"patient": "office_patient", "request": "office_work"}
    if errand.about in routes:
        return reverse(routes[errand.about], args=[about])
    return reverse("office_queue")
