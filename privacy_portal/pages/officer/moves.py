"""One move of one request: its own questions, then the check with the letter, then the act.

The version that was looked at goes along. When the request has changed meanwhile, a page says what
has changed, and nothing that was written is lost.
"""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.actors import Actor
from privacy_portal.pages.forms import Form
from privacy_portal.pages.officer import answers, base, keeping, loading, wording
from privacy_portal.pages.officer.models import Kept, Purpose
from privacy_portal.pages.officer.verbs import verb
from requests_app.actions import door
from requests_app.errors import BadInput, NotNow, NotPermitted, Stale
from requests_app.kinds.base import Kind, MoveSpec
from requests_app.questions import questions_of


@base.office(*base.STAFF)
def ask(request: HttpRequest, reference: str, move: str) -> HttpResponse:
    """The questions of a move. One that asks nothing goes to its check at once."""
    who = base.who(request)
    found = loading.loaded(reference, **who)
    spec = possible(found, move, **who)
    earlier = _earlier(request, found, move, **who)
    if request.method == "POST" or not questions_of(spec.asks):
        return _asked(request, found, spec, earlier)
    raw = earlier.content.answers["raw"] if earlier else {}
    form = Form(spec.asks, zone=found.site.time_zone).fill(raw)
    return _questions(request, found, spec, form, found.version)


@base.office(*base.STAFF)
def check(request: HttpRequest, reference: str, move: str, pk: str) -> HttpResponse:
    """What is about to be done, word for word; then the act itself."""
    who = base.who(request)
    found = loading.loaded(reference, **who)
    kept = keeping.kept(pk, Purpose.ENTRY, about=_about(found, move), **who)
    version, raw = kept.content.answers["version"], kept.content.answers["raw"]
    try:
        if request.method == "POST":
            door.act(reference, move, raw=raw, version=version, **who)
            keeping.throw_away(kept)
            return HttpResponseRedirect(reverse("office_request", args=[found.reference]))
        letter = door.rehearse(reference, move, raw=raw, version=version, **who)
    except Stale:
        return _changed(request, found, move, kept)
    spec = found.moves()[move]
    return base.shown(
        request,
        "check",
        heading=_("Check: %s") % verb(move),
        bar=loading.bar(found, **who),
        asked=f"{reverse('office_move', args=[found.reference, move])}?entry={kept.pk}",
        button=verb(move),
        facts=answers.of(spec.asks, raw),
        letter=letter,
        elements=found.LETTERS[move].elements if letter else (),
        citation=found.citation,
        asks=bool(questions_of(spec.asks)),
        leads_to=str(found.State(spec.paths[found.state]).label),
    )


def possible(found: Kind, move: str, *, actor: Actor, now: datetime) -> MoveSpec:
    """The move, if it can be made now; else the refusal whose sentence the request page shows too."""
    listed = {one.spec.name: one for one in door.possibilities(found, actor=actor, now=now)}
    here = listed.get(move)
    if here is None:
        spec = found.moves().get(move)
        if spec is not None and spec.by_name:
            raise NotPermitted(_("Your role does not take this step."))
        raise NotNow(_("This kind of request has no such step."), state=found.state)
    if not here.allowed:
        raise NotNow(here.sentence, citation=here.citation, state=found.state)
    return here.spec


def _asked(request: HttpRequest, found: Kind, spec: MoveSpec, earlier: Kept | None) -> HttpResponse:
    """Read the form, try the move, and put it aside for the check."""
    who, form = base.who(request), Form(spec.asks, zone=found.site.time_zone)
    version = _version(request, found)
    if request.method == "POST":
        form.read(request.POST)
        if form.changes_rows(request.POST):
            return _questions(request, found, spec, form, version)
    raw = form.raw()
    try:
        door.rehearse(found.reference, spec.name, raw=raw, version=version, **who)
    except BadInput as refusal:
        return _questions(request, found, spec, form.refuse(refusal), version)
    except Stale:
        pass  # Put aside all the same: the check says what has changed.
    written = {"raw": raw, "version": version}
    if earlier is not None:
        keeping.change(earlier, written)
    kept = earlier or keeping.keep(Purpose.ENTRY, written, about=_about(found, spec.name), **who)
    where = [found.reference, spec.name, str(kept.pk)]
    return HttpResponseRedirect(reverse("office_check", args=where))


def _questions(
    request: HttpRequest, found: Kind, spec: MoveSpec, form: Form, version: int
) -> HttpResponse:
    return base.shown(
        request,
        "ask",
        status=422 if form.wrong else 200,
        heading=verb(spec.name),
        bar=loading.bar(found, **base.who(request)),
        form=form,
        version=version,
        entry=request.GET.get("entry", ""),
        citation=found.citation,
    )


def _changed(request: HttpRequest, found: Kind, move: str, kept: Kept) -> HttpResponse:
    """What happened since the version that was looked at."""
    rows = found.status_rows.filter(version__gt=kept.content.answers["version"])
    zone = found.site.time_zone
    return base.shown(
        request,
        "changed",
        status=409,
        heading=_("This request has changed since you looked at it"),
        bar=loading.bar(found, **base.who(request)),
        move=move,
        kept=str(kept.pk),
        events=[
            {
                "title": found.moves()[row.move].title,
                "moment": wording.moment(row.at, zone),
                "by": row.actor_name or _("the person who asked"),
            }
            for row in rows.order_by("version")
        ],
        still=any(
            one.allowed and one.spec.name == move
            for one in door.possibilities(found, **base.who(request))
        ),
    )


def _earlier(
    request: HttpRequest, found: Kind, move: str, *, actor: Actor, now: datetime
) -> Kept | None:
    """What was written before, when somebody comes back to change it."""
    entry = request.GET.get("entry") or request.POST.get("entry")
    if not entry:
        return None
    about = _about(found, move)
    return keeping.kept(entry, Purpose.ENTRY, actor=actor, now=now, about=about)


def _version(request: HttpRequest, found: Kind) -> int:
    """The version the form was opened on."""
    typed = request.POST.get("version", "")
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 9 else found.version


def _about(found: Any, move: str) -> str:
    return f"{found.reference}:{move}"
