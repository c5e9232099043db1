"""What is done from the queue: assign several at once, look at one person's, save a view."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from privacy_portal.pages.officer import base, keeping, people, queue_filters
from privacy_portal.pages.officer.models import Purpose
from requests_app.actions.work import assign
from requests_app.errors import BadInput, NotFound, NotNow, NotPermitted
from requests_app.permissions import Permission

#: As many as one page of the queue shows.
MOST = 25
_NAME = 60


@base.office(Permission.WORK_REQUESTS)
def assign_together(request: HttpRequest) -> HttpResponse:
    """Assign what was ticked. Each is an act of its own: one that is refused stops no other."""
    who = base.who(request)
    person = request.POST.get("person", "")
    chosen = list(dict.fromkeys(request.POST.getlist("reference")))[:MOST]
    name = dict(people.workers(now=who["now"])).get(person)
    if name is None or not chosen:
        said = _("Tick at least one request and choose who works on it.")
        results = [{"reference": "", "sentence": said, "done": False}]
    else:
        results = [_assigned(one, person, name, who) for one in chosen]
    row = keeping.keep(Purpose.ENTRY, {"results": results}, about="assigned", **who)
    return _back(request, done=str(row.pk))


def _assigned(reference: str, person: str, name: str, who: dict[str, Any]) -> dict[str, Any]:
    try:
        assign(reference, {"person": person}, **who)
    except BadInput as refusal:
        sentence = " ".join(one.sentence for one in refusal.problems)
        return {"reference": reference, "sentence": sentence, "done": False}
    except (NotFound, NotPermitted, NotNow) as refusal:
        return {"reference": reference, "sentence": refusal.sentence, "done": False}
    return {"reference": reference, "sentence": _("Assigned to %s.") % name, "done": True}


@base.office(*base.STAFF)
def save_view(request: HttpRequest) -> HttpResponse:
    """Keep a look at the queue under a name. One that is about a person is not kept: it runs out."""
    name = " ".join(request.POST.get("name", "").split())[:_NAME]
    asked = queue_filters.read(QueryDict(request.POST.get("query", "")[:500]), **base.who(request))
    if not name or asked.view:
        raise BadInput.one("/name", _("Enter a name for this view, without a person's filter."))
    keeping.keep(Purpose.VIEW, {"query": asked.query}, name=name, **base.who(request))
    return _back(request)


@base.office(*base.STAFF)
def remove_view(request: HttpRequest, pk: str) -> HttpResponse:
    """A saved view is no longer wanted."""
    keeping.throw_away(keeping.kept(pk, Purpose.VIEW, **base.who(request)))
    return HttpResponseRedirect(reverse("office_queue"))


def _back(request: HttpRequest, **more: str) -> HttpResponseRedirect:
    """To the queue as it was looked at; only what a filter of ours would write is repeated."""
    asked = queue_filters.read(QueryDict(request.POST.get("query", "")[:500]), **base.who(request))
    query = asked.query
    joined = "&".join(part for part in (query, urlencode(more)) if part)
    return HttpResponseRedirect(reverse("office_queue") + (f"?{joined}" if joined else ""))
