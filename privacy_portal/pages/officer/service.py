"""What could not be sent, the set-up of the practice, and the notice."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from privacy_portal.api.reading import logged
from privacy_portal.pages import parts
from privacy_portal.pages.officer import base, wording
from requests_app import events, selectors
from requests_app.actions import dead_letters, held
from requests_app.deadlines.calendars import day_of
from requests_app.kinds import registry
from requests_app.notices import selectors as notices
from requests_app.notices.models import NoticeVersion
from requests_app.outbox import Topic
from requests_app.permissions import Permission, may
from requests_app.practice import selectors as practice
from requests_app.practice.models import (
    BusinessAssociate,
    Designation,
    RecordSet,
    Site,
    Target,
)

_MOST = 100
#: Which errand does what a step of the set-up asks for.
_DONE_BY = {"practice": "practice", "site": "site", "duty": "designate", "record_set": "record-set"}


@base.office(Permission.MEND_SERVICE)
def not_sent(request: HttpRequest) -> HttpResponse:
    """Messages that were given up, and those the office has to pass on itself."""
    who = base.who(request)
    with logged(events.READ_SERVICE, who["actor"], purpose="dead letters") as seen:
        rows = list(dead_letters.listed(who["actor"]).order_by("made_at", "id")[:_MOST])
        seen += (references := [row.request.reference for row in rows if row.request])
        waiting = []
        if may(who["actor"], Permission.WORK_REQUESTS):
            waiting = list(held.waiting(who["actor"])[:_MOST])
    opens = selectors.visible_requests(**who).filter(reference__in=references)
    readable = set(opens.values_list("reference", flat=True))
    return base.shown(
        request,
        "not_sent",
        heading=_("Not sent"),
        dead=[_dead(row, readable) for row in rows],
        held=[_held(row) for row in waiting],
    )


@base.office(Permission.READ_PRACTICE)
def set_up(request: HttpRequest) -> HttpResponse:
    """What is missing before patients can file, and what stands of the practice."""
    who = base.who(request)
    today = day_of(who["now"], practice.zone())
    may_change = may(who["actor"], Permission.MANAGE_PRACTICE)
    return base.shown(
        request,
        "set_up",
        heading=_("Set-up of the practice"),
        missing=[_step(one, may_change=may_change) for one in practice.missing_steps(on=today)],
        may_change=may_change,
        sections=[
            _facts("sites", _("Sites"), "site", Site.objects.order_by("name"), "site-facts", _site),
            _facts("duties", _("Who holds which duty"), "designate",
                   Designation.objects.filter(practice.in_force(today)).order_by("duty"),
                   "end-designation", _duty),
            _facts("record-sets", _("Designated record sets"), "record-set",
                   RecordSet.objects.filter(practice.in_force(today)).order_by("name"),
                   "end-record-set", lambda row: (row.name, row.where_kept)),
            _facts("associates", _("Business associates"), "associate",
                   BusinessAssociate.objects.filter(practice.in_force(today)).order_by("name"),
                   "end-associate", lambda row: (row.name, "")),
            _facts("aims", _("Aims of our own"), "target",
                   Target.objects.filter(practice.in_force(today)).order_by("kind"), "end-target",
                   lambda row: (str(registry.kind(row.kind).title), parts.days(row.days))),
        ],
    )  # fmt: skip


@base.office(Permission.READ_PRACTICE)
def notice(request: HttpRequest) -> HttpResponse:
    """Every version of the notice, the one in force, and what it lacks."""
    today = day_of(base.who(request)["now"], practice.zone())
    present = notices.in_force(on=today)
    rows = NoticeVersion.objects.order_by("-effective_on").defer("text")
    lines = [
        [
            parts.Cell(parts.short_day(row.effective_on)),
            parts.Cell(parts.short_day(row.published_on)),
            parts.Cell("", tag=_in_force(row, present)),
            parts.Cell(row.recorded_by_name),
        ]
        for row in rows
    ]
    columns = [_("In effect from"), _("Published"), _("State"), _("By")]
    return base.shown(
        request,
        "notices",
        heading=_("Notice of privacy practices"),
        present=present,
        lacks=notices.lacks(present, on=today) if present else [],
        table=parts.Table("versions", _("Versions"), columns, lines, _("None.")),
        may_change=may(base.actor_of(request), Permission.MANAGE_PRACTICE),
    )


def _in_force(row: NoticeVersion, present: NoticeVersion | None) -> parts.Tag:
    if present is not None and row.pk == present.pk:
        return parts.Tag(_("In force"), parts.Tone.GOOD)
    return parts.Tag(_("Not in force"))


def _dead(row: Any, readable: set[str]) -> dict[str, Any]:
    """A message; its request is a link for whoever may open it."""
    reference = row.request.reference if row.request else ""
    return {
        "id": str(row.pk),
        "what": Topic(row.topic).name.replace("_", " ").capitalize(),
        "to": row.audience,
        "reference": reference,
        "opens": reference in readable,
        "since": wording.moment(row.made_at, practice.zone()),
        "attempts": row.attempts,
    }


def _held(row: Any) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "reference": row.request.reference,
        "since": wording.moment(row.held_at, practice.zone()),
    }


def _facts(id_: str, heading: str, add: str, rows: Any, end: str, words: Any) -> dict[str, Any]:
    """One sort of dated fact with how to add one and how to end each."""
    lines = []
    for row in rows:
        name, more = words(row)
        link = reverse("office_errand_about", args=[end, row.pk])
        lines.append({"words": name, "more": more, "link": link})
    return {"id": id_, "heading": heading, "lines": lines, "add": add, "end": end}


def _step(step: practice.Step, *, may_change: bool) -> dict[str, str]:
    """What is missing, and the page on which whoever may do it does it."""
    link = reverse("office_errand", args=[_DONE_BY[step.of]]) if may_change else ""
    return {"words": step.sentence, "link": link}


def _site(row: Site) -> tuple[str, str]:
    return row.name, f"{row.address}, {row.state}, {row.time_zone}"


def _duty(row: Designation) -> tuple[str, str]:
    named = f"{row.name}, {row.title}" if row.name else row.title
    return str(row.get_duty_display()), f"{named}, {row.telephone}"  # type: ignore[attr-defined]
