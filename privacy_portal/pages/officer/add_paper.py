"""A document is added by the office to a request, or to a patient where no request is.

What came in on paper, what was shown at the counter, what is given.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.actors import Actor
from privacy_portal import uploads
from privacy_portal.pages.fields import Field
from privacy_portal.pages.files import FileForm, limits, named
from privacy_portal.pages.forms import Form
from privacy_portal.pages.officer import base, loading
from requests_app.actions import documents
from requests_app.documents import rules
from requests_app.documents.models import Sort
from requests_app.errors import NotPermitted
from requests_app.people import selectors as people

#: What is told first, where it may be added: most paper of a request is what came in.
_LIKELY = Sort.CAME_IN
_Keep = Callable[..., Any]


@uploads.takes_a_file
@base.office(*base.STAFF)
def add(request: HttpRequest, reference: str) -> HttpResponse:
    """Of a request: what it is, what there is to say of it, and the file."""
    who = base.who(request)
    found = loading.loaded(reference, **who)
    return _adding(
        request,
        found,
        partial(documents.add, reference),
        to=reverse("office_papers", args=[reference]),
        heading=_("Add a document"),
        bar=loading.bar(found, **who),
        without=reverse("office_request", args=[reference]),
    )


@uploads.takes_a_file
@base.office(*base.STAFF)
def add_of_patient(request: HttpRequest, pk: str) -> HttpResponse:
    """Of a patient, where no request is: what shows that somebody may act for them."""
    found = people.one(pk, actor=base.actor_of(request))
    return _adding(
        request,
        found,
        partial(documents.add_of_patient, pk),
        to=(shelf := reverse("office_patient_part", args=[pk, "papers"])),
        heading=_("Add a paper that shows who may act for them"),
        whom=found.identity.full_name,
        without=shelf,
    )


def _adding(
    request: HttpRequest, owner: rules.Owner, keep: _Keep, *, to: str, **facts: Any
) -> HttpResponse:
    """The form, and the file on its way in; `keep` takes the answers and the bytes."""
    who = base.who(request)
    allowed = sorts(owner, **who)
    if not allowed:
        rules.check_add(next(iter(rules.table_of(owner))), owner, **who)
    form = _form(request, allowed)
    before = form.before
    assert before is not None
    if request.method == "POST":
        before.read(request.POST)
        with form.refusing(request):
            upload = uploads.upload_of(request)
            told = {} if "sort" in before.names else {"sort": allowed[0].value}
            keep(before.raw() | told | {"name": named(upload)}, upload.pieces, **who)
            return redirect(to)
    fields = [_among(one, allowed) for one in form.fields]
    return base.shown(
        request, "add_paper", status=form.status, form=form, fields=fields, back=to, **facts
    )


def _form(request: HttpRequest, allowed: list[Sort]) -> FileForm:
    """What it is, is asked where it can be more than one thing."""
    asked = ("sort", "description") if len(allowed) > 1 else ("description",)
    before = Form(documents.Announce, only=asked)
    if request.method == "GET" and _LIKELY in allowed:
        before.fill({"sort": _LIKELY.value})
    redrawn = _(
        "Where and when a photograph was taken is removed; a record to be given stays as it is."
    )
    return FileForm(_("The file"), hint=f"{limits()} {redrawn}", heading=False, before=before)


def sorts(owner: rules.Owner, *, actor: Actor, now: datetime) -> list[Sort]:
    """The sorts of document this person may add there."""
    return [one for one in Sort if _may(one, owner, actor, now)]


def _may(sort: Sort, owner: rules.Owner, actor: Actor, now: datetime) -> bool:
    try:
        rules.check_add(sort, owner, actor, now=now)
    except NotPermitted:
        return False
    return True


def _among(field: Field, allowed: list[Sort]) -> Field:
    """Only what this person may add is offered."""
    if field.name != "sort":
        return field
    offered = [one for one in field.options if one.value in allowed]
    first = replace(offered[0], id=field.first)
    return replace(field, options=[first, *offered[1:]])
