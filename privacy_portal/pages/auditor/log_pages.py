"""The log: looked for without showing anything protected; one entry, revealed for a reason."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit import clock, log
from audit.actors import Actor
from audit.log import Opened
from privacy_portal.accounts.model_users import User
from privacy_portal.pages.auditor import entries, reasons, searching
from privacy_portal.pages.auditor.entries import Choice
from privacy_portal.pages.auditor.event_words import every_event, in_words
from privacy_portal.pages.auditor.searching import SearchLog
from privacy_portal.pages.door import actor_of, page
from privacy_portal.pages.forms import Form
from privacy_portal.pages.officer.proofs import given
from requests_app import events, questions
from requests_app.errors import BadInput, NotFound
from requests_app.log_readers import require_whole_log, without_own_complaints
from requests_app.practice import selectors as practice


@dataclass(frozen=True)
class Reveal:
    """Why protected fields are opened."""

    reason: str = reasons.reason()


@page
def search(call: HttpRequest) -> HttpResponse:
    """Look for entries. Without a question only the form stands here, and nothing is read."""
    actor = actor_of(call)
    require_whole_log(actor)
    form, facts = Form(SearchLog), dict[str, Any]()
    if "search" in call.GET:
        form.read(call.GET)
        try:
            facts = _found(call, form, actor)
        except BadInput as refusal:
            form.refuse(refusal)
    return render(call, "audit/log.html", facts | {"form": form, "fields": _fields(form)})


def _found(call: HttpRequest, form: Form, actor: Actor) -> dict[str, Any]:
    asked = questions.parse(SearchLog, form.raw(), at="", today=clock.now().date())
    before = searching.read_cursor(call.GET.get("before", ""))
    found = searching.look(asked, before=before, actor=actor)
    caption = ngettext("%(n)d entry", "%(n)d entries", len(found.entries)) % {
        "n": len(found.entries)
    }
    table = entries.table(found.entries, caption=caption, zone=form.zone)
    return {"table": table, "through": found.through, "following": _next(call, found.following)}


def _next(call: HttpRequest, following: UUID | None) -> str:
    if following is None:
        return ""
    asked = {name: value for name, value in call.GET.items() if name != "before"}
    return f"{reverse('audit_log')}?{urlencode(asked | {'before': str(following)})}"


def _fields(form: Form) -> list[dict[str, Any]]:
    """Each field, and for two of them what can be chosen."""
    choices = {"event": every_event, "actor": _staff}
    return [
        {"field": field, "choices": _choices(choices[field.name](), field.value)}
        if field.name in choices
        else {"field": field}
        for field in form.fields
    ]


def _choices(known: list[tuple[str, str]], chosen: str) -> list[Choice]:
    """All that is known, and what stood in the address if it is none of them."""
    if chosen and chosen not in dict(known):
        known = [(chosen, chosen), *known]
    return [Choice("", _("Any"), not chosen)] + [
        Choice(value, words, value == chosen) for value, words in known
    ]


def _staff() -> list[tuple[str, str]]:
    rows = User.objects.filter(name__gt="").order_by("name", "id").values_list("id", "name")
    return [(str(pk), name) for pk, name in rows]


@page
def entry(call: HttpRequest, eid: UUID) -> HttpResponse:
    """One entry; what is protected in it only after a reason was given."""
    actor = actor_of(call)
    require_whole_log(actor)
    form = Form(Reveal)
    if call.method == "POST":
        form.read(call.POST)
        try:
            asked = questions.parse(Reveal, form.raw(), at="", today=clock.now().date())
            return _show(call, eid, actor, form, reason=asked.reason)
        except BadInput as refusal:
            form.refuse(refusal)
    return _show(call, eid, actor, form, reason=None)


def _show(
    call: HttpRequest, eid: UUID, actor: Actor, form: Form, *, reason: str | None
) -> HttpResponse:
    found = _opened(eid, actor, reason)
    facts = {
        "form": form,
        "name": in_words(found.entry.name),
        "eid": eid,
        "shown": entries.shown(found, practice.zone()),
        "revealed": entries.revealed(found) if reason else None,
        "back": reverse("audit_log"),
    }
    return render(call, "audit/entry.html", facts)


@page
def receipt(call: HttpRequest, eid: UUID) -> HttpResponse:
    """The proof that one entry stands in the log; it opens nothing that the entry protects."""
    actor = actor_of(call)
    require_whole_log(actor)
    _opened(eid, actor, None)
    return given(call, eid, f"entry-{eid}")


def _opened(eid: UUID, actor: Actor, reason: str | None) -> Opened:
    """One entry; that it was opened is an entry too, about the patient once it was revealed."""
    with transaction.atomic():
        try:
            found = log.read(eid)
        except LookupError:
            raise NotFound from None
        if not without_own_complaints([found], actor):
            raise NotFound
        log.append(
            events.READ_LOG,
            actor=actor,
            patient=found.entry.patient if reason else None,
            request=found.entry.request,
            obj=log.Obj("entry", str(eid)),
            reason=reason,
            purpose="one entry",
            extra={"count": 1, "revealed": reason is not None},
        )
    return found
