"""The notice of privacy practices, for anybody: the version in force, and every older one."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from audit import clock
from audit.actors import Actor
from privacy_portal.api.reading import logged
from privacy_portal.pages.door import needs, page, who
from privacy_portal.pages.parts import Cell, Table, short_day
from requests_app import events, selectors
from requests_app.actions.notices import confirm
from requests_app.deadlines.calendars import day_of
from requests_app.errors import NotFound
from requests_app.notices import selectors as notices
from requests_app.notices.models import Acknowledgment, NoticeVersion, Outcome
from requests_app.people.models import Capacity
from requests_app.permissions import Permission, may
from requests_app.practice import selectors as practice


@page
def in_force(call: HttpRequest) -> HttpResponse:
    """The version in force today, whole, and where the older ones are."""
    found = notices.in_force(on=_today())
    if found is None:
        raise NotFound
    return _shown(call, found, old=False)


@page
@needs(Permission.FILE_OWN)
def received(call: HttpRequest) -> HttpResponse:
    """Confirm that one has received the version in force; once for each version."""
    given = who(call)
    found, tie = notices.in_force(on=_today()), _own_tie(**given)
    if call.method == "POST" and tie and found and _confirmed(tie, found) is None:
        confirm({"patient": str(tie.patient_id)}, **given)
    return redirect("notice")


@page
def version(call: HttpRequest, pk: UUID) -> HttpResponse:
    """One version, perhaps no longer in force."""
    found = selectors.one(NoticeVersion.objects.filter(pk=pk))
    now = notices.in_force(on=_today())
    return _shown(call, found, old=now is None or now.pk != found.pk)


def _shown(call: HttpRequest, found: NoticeVersion, *, old: bool) -> HttpResponse:
    facts = {
        "notice": found,
        "old": old,
        "table": _versions(),
        "back": reverse("notice") if old else "",
    }
    if not old:
        facts |= _acknowledgment(call, found)
    return render(call, "patient/notice.html", facts)


def _acknowledgment(call: HttpRequest, found: NoticeVersion) -> dict[str, Any]:
    """What stands of it for a patient who is signed in; nothing for anybody else."""
    actor = getattr(call, "actor", None)
    tie = _own_tie(actor, clock.now()) if actor and may(actor, Permission.FILE_OWN) else None
    if actor is None or tie is None:
        return {}
    with logged(events.READ_STANDING, actor, patient=tie.patient_id):
        row = _confirmed(tie, found)
    return {"can_confirm": row is None, "confirmed": short_day(row.on) if row else ""}


def _own_tie(actor: Actor, now: datetime) -> selectors.Tie | None:
    own = selectors.ties(actor, now=now)
    return next((tie for tie in own if tie.capacity == Capacity.INDIVIDUAL), None)


def _confirmed(tie: selectors.Tie, found: NoticeVersion) -> Acknowledgment | None:
    """What was got of this patient for this version, here or on paper."""
    got = notices.acknowledgments(tie.patient_id).filter(notice=found)
    return got.filter(outcome__in=(Outcome.SIGNED, Outcome.CONFIRMED)).first()


def _versions() -> Table:
    rows = NoticeVersion.objects.order_by("-effective_on")
    cells = [
        [
            Cell(
                _("In force from %(day)s") % {"day": short_day(row.effective_on)},
                href=reverse("notice_version", args=[row.pk]),
            ),
            Cell(short_day(row.published_on)),
        ]
        for row in rows
    ]
    return Table("versions", _("Every version"), [_("Version"), _("Published")], cells)


def _today() -> date:
    return day_of(clock.now(), practice.zone())
