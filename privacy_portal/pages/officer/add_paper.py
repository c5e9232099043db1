"""A document is added to a request by the office: what came in on paper, what was shown, what is given."""

from dataclasses import replace
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
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
from requests_app.kinds.base import Kind


@uploads.takes_a_file
@base.office(*base.STAFF)
def add(request: HttpRequest, reference: str) -> HttpResponse:
    """What it is, what there is to say of it, and the file."""
    who = base.who(request)
    found = loading.loaded(reference, **who)
    allowed = sorts(found, **who)
    if not allowed:
        rules.check_add(Sort.CAME_IN, found, **who)
    before = Form(documents.Announce, only=("sort", "description"))
    if request.method == "GET" and Sort.CAME_IN in allowed:
        before.fill({"sort": Sort.CAME_IN.value})
    redrawn = _(
        "Where and when a photograph was taken is removed; a record to be given stays as it is."
    )
    form = FileForm(_("The file"), hint=f"{limits()} {redrawn}", heading=False, before=before)
    if request.method == "POST":
        before.read(request.POST)
        with form.refusing(request):
            upload = uploads.upload_of(request)
            raw = before.raw() | {"name": named(upload)}
            documents.add(reference, raw, upload.pieces, **who)
            return redirect("office_papers", reference)
    return base.shown(
        request,
        "add_paper",
        status=form.status,
        heading=_("Add a document"),
        bar=loading.bar(found, **who),
        form=form,
        fields=[_among(one, allowed) for one in form.fields],
    )


def sorts(found: Kind, *, actor: Actor, now: datetime) -> list[Sort]:
    """The sorts of document this person may add there."""
    return [one for one in Sort if _may(one, found, actor, now)]


def _may(sort: Sort, found: Kind, actor: Actor, now: datetime) -> bool:
    try:
        rules.check_add(sort, found, actor, now=now)
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
