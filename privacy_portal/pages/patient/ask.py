"""Asking: from "What do you want to happen?" to the confirmation, one thing a page."""

from datetime import timedelta
from types import SimpleNamespace
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from audit import clock
from privacy_portal.accounts import refusals
from privacy_portal.network import client_address
from privacy_portal.pages.door import page
from privacy_portal.pages.forms import OneOf
from privacy_portal.pages.patient import filed, papers, steps, writing
from privacy_portal.pages.patient.asker import arriving, asker, is_visitor, who
from privacy_portal.pages.patient.writing import CHECK, SITE, WHOM, Writing
from requests_app.actions import drafts
from requests_app.errors import BadInput, NotFound
from requests_app.kinds import registry

UNSURE = "unsure"
#: What one place can file without an account; beyond it the telephone still takes everything.
MOST_FILED, FILED_WITHIN = 20, timedelta(hours=1)


@page
def front(call: HttpRequest) -> HttpResponse:
    """What do you want to happen?"""
    form = _kinds()
    if call.method == "POST" and not form.read(call.POST).wrong:
        if form.chosen == UNSURE:
            return redirect("ask_unsure")
        return _begun(call, str(form.chosen))
    return render(call, "patient/front.html", {"form": form, "title": form.title})


def _kinds() -> OneOf:
    options = [
        (kind.name, str(kind.title), str(steps.HINTS.get(kind.name, "")))
        for kind in registry.all_kinds()
    ]
    options.append((UNSURE, _("I am not sure"), _("We help you to find out.")))
    return OneOf(
        "kind", _("What do you want to happen?"), options, _("Choose what you want to happen")
    )


def _begun(call: HttpRequest, kind: str, **more: object) -> HttpResponse:
    draft = drafts.begin({"kind": kind, **more}, actor=arriving(call), now=clock.now())
    return redirect("ask_step", draft.pk, WHOM)


@page
def unsure(call: HttpRequest) -> HttpResponse:
    """Help for whoever does not know which request it is."""
    kinds = [
        {"title": kind.title, "hint": steps.HINTS.get(kind.name, "")}
        for kind in registry.all_kinds()
    ]
    return render(call, "patient/unsure.html", {"kinds": kinds, "back": reverse("ask")})


@page
def step(call: HttpRequest, pk: UUID, name: str) -> HttpResponse:
    """One page of a draft."""
    written = writing.load(pk, **who(call))
    if written.draft.request_id is not None:
        return redirect("ask_sent", pk)
    if name == CHECK:
        return _check(call, written)
    if name == WHOM or (name == SITE and SITE in written.names):
        return _choose(call, written, name)
    return _questions(call, written, name)


def _choose(call: HttpRequest, written: Writing, name: str) -> HttpResponse:
    form = written.whom() if name == WHOM else written.site()
    if call.method == "POST" and not form.read(call.POST).wrong:
        if name == WHOM:
            written.keep_whom(str(form.chosen))
        else:
            written.keep(SITE, {"site": form.chosen})
        return redirect(written.address(written.next()))
    return _shown(call, written, name, form)


def _questions(call: HttpRequest, written: Writing, name: str) -> HttpResponse:
    asked = written.step(name)
    if asked is None:
        raise NotFound
    form = written.form(asked)
    if call.method == "POST":
        form.read(call.POST)
        if not form.changes_rows(call.POST) and written.take(asked, form):
            return redirect(written.address(written.next()))
    return _shown(call, written, name, form, title=str(asked.title))


def _shown(
    call: HttpRequest, written: Writing, name: str, form: object, title: str = ""
) -> HttpResponse:
    facts = {
        "form": form,
        "title": title or form.title,  # type: ignore[attr-defined]
        "heading": bool(title),
        "back": written.before(name),
        "written": written,
        "free_text": any(field.rows for field in form.fields),  # type: ignore[attr-defined]
    }
    return render(call, "patient/question.html", facts)


def _check(call: HttpRequest, written: Writing) -> HttpResponse:
    """Check answers, right before it is sent."""
    missing = written.next()
    if missing != CHECK:
        return redirect(written.address(missing))
    lines = []
    if call.method == "POST":
        _count(call, written)
        try:
            written.send()
            return redirect("ask_sent", written.draft.pk)
        except BadInput as refusal:
            lines = written.lines(refusal)
    facts = {
        "rows": written.rows(),
        "form": SimpleNamespace(wrong=bool(lines), summary=lines),
        "kind": written.kind,
        "back": written.before(CHECK),
        "drop": reverse("ask_drop", args=[written.draft.pk]),
    }
    return render(call, "patient/check.html", facts)


def _count(call: HttpRequest, written: Writing) -> None:
    if is_visitor(written.actor) and written.draft.request_id is None:
        refusals.count(
            "filed", client_address(call), most=MOST_FILED, within=FILED_WITHIN, now=written.now
        )


@page
def sent(call: HttpRequest, pk: UUID) -> HttpResponse:
    """The confirmation: what happens next, with dates. Later it leads to where the request stands."""
    try:
        written = writing.load(pk, **who(call))
    except NotFound:
        return redirect("ask" if not call.user.is_authenticated else "my_requests")
    if written.draft.request is None:
        return redirect(written.address(written.next()))
    facts = filed.confirmation(written.draft.request.reference, **who(call))
    facts["papers"] = papers.offered(facts["request"])
    return render(call, "patient/sent.html", facts)


@page
def drop(call: HttpRequest, pk: UUID) -> HttpResponse:
    """Throw a draft away, after a page that says what will be gone."""
    written = writing.load(pk, **who(call))
    if call.method == "POST":
        drafts.throw_away(pk, **who(call))
        return redirect("landing" if is_visitor(asker(call)) else "my_requests")
    back = written.address(written.next())
    return render(call, "patient/drop.html", {"kind": written.kind, "back": back})
