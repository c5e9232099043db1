"""A request that is another kind than it was filed as goes on as that kind, with the same receipt."""

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from privacy_portal.pages.forms import Form, OneOf
from privacy_portal.pages.officer import base, loading
from privacy_portal.pages.officer.intake import Both
from privacy_portal.pages.once import once
from requests_app.actions.refile import Refile, refile
from requests_app.errors import BadInput, NotFound
from requests_app.kinds import registry
from requests_app.kinds.base import Kind
from requests_app.permissions import Permission
from requests_app.questions import questions_of


@base.office(Permission.WORK_REQUESTS)
def choose(request: HttpRequest, reference: str) -> HttpResponse:
    """Which kind it is."""
    who = base.who(request)
    found = loading.loaded(reference, **who)
    options = [
        (one.name, str(one.title), "") for one in registry.all_kinds() if one.name != found.kind
    ]
    form = OneOf(
        "kind", _("Which kind of request is it?"), options, _("Choose the kind it is."),
        hint=_("It keeps the day of receipt; its clock counts from that day under the rule of the right kind."),
    )  # fmt: skip
    if request.method == "POST":
        form.read(request.POST)
        if not form.wrong:
            where = [found.reference, str(form.chosen)]
            return HttpResponseRedirect(reverse("office_refile", args=where))
    return base.shown(
        request,
        "refile_kind",
        status=422 if form.wrong else 200,
        heading=_("File it as another kind"),
        fields=[replace(one, heading=False) for one in form.fields],
        bar=loading.bar(found, **who),
        form=form,
        back=reverse("office_work", args=[found.reference]),
    )


@base.office(Permission.WORK_REQUESTS)
def anew(request: HttpRequest, reference: str, kind: str) -> HttpResponse:
    """What that kind asks, filled with what was said before; then it is filed anew."""
    who = base.who(request)
    found = loading.loaded(reference, **who)
    right = next((one for one in registry.all_kinds() if one.name == kind), None)
    if right is None or kind == found.kind:
        raise NotFound
    why, details = Form(Refile), Form(right.Details, at="/details", prefix="details.")
    if request.method == "POST":
        why.read(request.POST)
        details.read(request.POST)
        if not Form.changes_rows(request.POST):
            try:
                return once(
                    request,
                    lambda: _filed(reference, kind, why, details, who),
                    caller=who["actor"].id,
                )
            except BadInput as refusal:
                _refused(refusal, why, details)
    else:
        details.fill(_same(found, right))
    both = Both([why, details])
    return base.shown(
        request,
        "refile",
        status=422 if both.wrong else 200,
        heading=_("File it anew: %s") % right.title,
        bar=loading.bar(found, **who),
        form=both,
        why=why.fields,
        details=details.fields,
        back=reverse("office_refile_kind", args=[found.reference]),
    )


def _filed(reference: str, kind: str, why: Form, details: Form, who: dict[str, Any]) -> str:
    raw = why.raw() | {"kind": kind, "details": details.raw()}
    return reverse("office_request", args=[refile(reference, raw, **who).reference])


def _refused(refusal: BadInput, why: Form, details: Form) -> None:
    """Each problem at its own form; what belongs to neither stands above both."""
    inside = [one for one in refusal.problems if one.field.startswith("/details")]
    beside = [one for one in refusal.problems if one not in inside]
    if inside:
        details.refuse(BadInput(inside))
    if beside:
        why.refuse(BadInput(beside))


def _same(found: Kind, right: type[Kind]) -> dict[str, Any]:
    """What was answered before to a question that the right kind asks in the same way."""
    ours, theirs = questions_of(type(found).Details), questions_of(right.Details)
    return {
        name: value
        for name, value in found.filed.details.items()
        if name in theirs and type(theirs[name]) is type(ours.get(name)) and isinstance(value, str)
    }
