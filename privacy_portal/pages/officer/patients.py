"""A patient is found by two facts, and then everything that stands for them is on one page."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.actors import Actor
from privacy_portal.api.reading import logged
from privacy_portal.pages import parts
from privacy_portal.pages.forms import Form
from privacy_portal.pages.officer import base, keeping, person_parts, standing
from privacy_portal.pages.officer.models import Purpose
from privacy_portal.pages.officer.persons import Found, named, those_who_fit
from requests_app import events, selectors
from requests_app.actions.work import match
from requests_app.errors import BadInput, NotFound
from requests_app.people import charts
from requests_app.people import selectors as people
from requests_app.people.selectors import FindPatients
from requests_app.permissions import Permission, may

_SHOWN = 25


@base.office(Permission.READ_PATIENTS)
def find(request: HttpRequest) -> HttpResponse:
    """Ask for two facts; those who fit stand behind a random id, never in the address."""
    who, form = base.who(request), Form(FindPatients)
    if request.method == "POST":
        form.read(request.POST)
        try:
            return _looked_up(request, form, **who)
        except BadInput as refusal:
            form.refuse(refusal)
    view = request.GET.get("view", "")
    return base.shown(
        request,
        "find",
        status=422 if form.wrong else 200,
        heading=_("Find a patient"),
        form=form,
        found=_found(view, **who) if view and not form.wrong else None,
        view=view,
        purpose=_purpose(request),
        tied=_tied(request, **who),
        may_add=may(who["actor"], Permission.MANAGE_PATIENTS),
    )


@base.office(Permission.WORK_REQUESTS)
def matched(request: HttpRequest, reference: str) -> HttpResponse:
    """Say whose records a request is about. The receipt date stays."""
    if request.method != "POST":
        raise NotFound
    match(reference, {"patient": request.POST.get("patient", "")}, **base.who(request))
    return HttpResponseRedirect(reverse("office_request", args=[reference]))


@base.office(Permission.READ_PATIENTS)
def one(request: HttpRequest, pk: str, part: str = "wishes") -> HttpResponse:
    """Everything that stands for one person now, in three parts; the requests stand on the first."""
    if part not in person_parts.PARTS:
        raise NotFound
    who = base.who(request)
    row = people.one(pk, actor=who["actor"])
    start = _start(request.GET.get("from", ""))
    with logged(events.READ_STANDING, who["actor"], patient=row.pk) as seen:
        person = charts.same_person(row.pk, at=who["now"])
        requests = _requests(person, **who) if part == "wishes" else []
        stands = person_parts.of(part, standing.Asked(row, person, who["actor"], who["now"], start))
        seen += [one.reference for one in requests]
    identity = row.identity
    return base.shown(
        request,
        "patient",
        heading=identity.full_name,
        pk=str(row.pk),
        identity=[
            (_("Date of birth"), parts.long_day(identity.birth_date)),
            (_("Record number"), identity.record_number),
            (_("Address"), identity.address),
            (_("E-mail"), identity.email),
            (_("Telephone"), identity.telephone),
        ],
        charts=len(person),
        part=part,
        parts=person_parts.readable(who["actor"]),
        older=start + standing.AT_ONCE if part == "authorizations" and stands[0].lines else 0,
        table=_table(requests) if part == "wishes" else None,
        sections=stands,
        errands=standing.errands(who["actor"]),
        may_check=may(who["actor"], Permission.ASK_CHECK),
    )


def _start(typed: str) -> int:
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 4 else 0


def _looked_up(request: HttpRequest, form: Form, *, actor: Actor, now: datetime) -> HttpResponse:
    found = those_who_fit(form, actor=actor, now=now)
    kept = keeping.keep(Purpose.FILTER, {"patients": found}, actor=actor, now=now)
    purpose = _purpose(request)
    if purpose == "queue":
        return HttpResponseRedirect(f"{reverse('office_queue')}?stage=all&view={kept.pk}")
    more = f"&for={purpose}" if purpose else ""
    return HttpResponseRedirect(f"{reverse('office_find')}?view={kept.pk}{more}")


def _purpose(request: HttpRequest) -> str:
    """What the person is looked for: the queue, the desk, or a request that waits for its patient."""
    asked = request.GET.get("for", "") or request.POST.get("for", "")
    if asked in {"", "queue", "desk"}:
        return asked
    return selectors.reference_or_not_found(asked)


def _tied(request: HttpRequest, *, actor: Actor, now: datetime) -> bool:
    """Whether the person is looked for to move a request to them, which stands with another."""
    reference = _purpose(request)
    if reference in {"", "queue", "desk"}:
        return False
    rows = selectors.visible_requests(actor, now=now).filter(reference=reference)
    return rows.filter(patient__isnull=False).exists()


def _found(view: str, *, actor: Actor, now: datetime) -> list[Found]:
    ids = keeping.kept(view, Purpose.FILTER, actor=actor, now=now).content.answers["patients"]
    return named(ids, actor=actor, now=now)


def _requests(person: frozenset[Any], *, actor: Actor, now: datetime) -> list[Any]:
    if not may(actor, Permission.READ_REQUESTS):
        return []
    rows = selectors.visible_requests(actor, now=now).filter(patient_id__in=person)
    return list(rows.order_by("-received_at", "-id")[:_SHOWN])


def _table(rows: Sequence[Any]) -> parts.Table:
    from privacy_portal.pages.officer.wording import brief_day, state_tag

    lines = [
        [
            parts.Cell(row.reference, href=reverse("office_request", args=[row.reference])),
            parts.Cell(str(row.title)),
            parts.Cell(brief_day(row.received_on)),
            parts.Cell("", tag=state_tag(row)),
            parts.Cell(brief_day(row.due_on) if row.due_on else _("No legal due date")),
        ]
        for row in rows
    ]
    columns = [_("Reference"), _("Kind"), _("Received"), _("State"), _("Due")]
    return parts.Table("requests", _("Requests, newest first"), columns, lines, _("None."))
