"""The practice's settings, the law in force, the keys and the health of the service."""

from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from audit import clock, keys
from privacy_portal import alarms, health
from privacy_portal.pages.administrator.moments import moment
from privacy_portal.pages.door import needs, page, who
from privacy_portal.pages.forms import Form
from privacy_portal.pages.parts import Cell, SummaryRow, Table, Tag, Tone, days
from requests_app.actions import practice as actions
from requests_app.deadlines import packs
from requests_app.deadlines.wording import counted
from requests_app.errors import BadInput
from requests_app.falling_due import selectors as falling_due
from requests_app.falling_due.models import Heartbeat
from requests_app.permissions import Permission
from requests_app.practice import selectors as practice
from requests_app.practice.models import Practice, Site


@page
@needs(Permission.MANAGE_PRACTICE)
def settings_page(call: HttpRequest) -> HttpResponse:
    """The practice's name and contacts, its sites, and what is missing before patients can file."""
    form = Form(actions.PracticeAnswers)
    if call.method == "POST":
        form.read(call.POST)
        try:
            actions.set_practice(form.raw(), **who(call))
            return HttpResponseRedirect(reverse("admin_practice"))
        except BadInput as refusal:
            form.refuse(refusal)
    else:
        form.fill(_present())
    today = clock.now().astimezone(ZoneInfo(practice.zone())).date()
    facts = {"form": form, "table": _sites(), "missing": practice.missing_set_up(on=today)}
    return render(call, "administration/practice.html", facts)


def _present() -> dict[str, Any]:
    row = Practice.objects.first()
    if row is None:
        return {}
    hours = {"quiet_from": row.quiet_from, "quiet_until": row.quiet_until}
    named = {name: getattr(row, name) for name in ("name", "address", "telephone", "email")}
    return named | {name: f"{at:%H:%M}" for name, at in hours.items() if at}


def _sites() -> Table:
    cells = [
        (Cell(row.name), Cell(row.address), Cell(row.state), Cell(row.time_zone))
        for row in Site.objects.order_by("name", "id")
    ]
    columns = (_("Site"), _("Address"), _("State"), _("Time zone"))
    return Table("sites", _("Sites"), columns, cells, empty=_("There is no site yet."))


# --- the law -----------------------------------------------------------------------------------------
@page
@needs(Permission.READ_PRACTICE)
def policies(call: HttpRequest) -> HttpResponse:
    """Every time limit of the packs, with its citation. Read-only: law is data of this version."""
    states = {row.state for row in practice.open_sites()}
    rows = [one for one in packs.listed() if _matters(one, states)]
    cells = [_policy(one) for one in rows]
    columns = (_("Rule"), _("Kinds"), _("Limit"), _("Citation"), _("State"))
    table = Table("policies", _("Time limits"), columns, cells)
    return render(call, "administration/policies.html", {"table": table, "states": sorted(states)})


def _matters(one: packs.Listed, states: set[str]) -> bool:
    """Federal law, and that of the states in which the practice has a site."""
    return one.policy.jurisdiction in {"us", *(f"us-{state.lower()}" for state in states)}


def _policy(one: packs.Listed) -> tuple[Cell, ...]:
    row = one.policy
    in_use = Tag(_("In use"), Tone.GOOD) if one.enabled else Tag(_("Not in use"), Tone.NEUTRAL)
    kinds = ", ".join(kind.replace("_", " ") for kind in row.kinds)
    return (
        Cell(row.title, under=row.id),
        Cell(kinds),
        Cell(counted(row)),
        Cell(row.citation),
        Cell("", tag=in_use, under=one.verify),
    )


# --- keys --------------------------------------------------------------------------------------------
_KEYS = """
    SELECT class, count(*) FILTER (WHERE state = 'active'), count(*) FILTER (WHERE state = 'destroyed'),
           max(upper(period)), string_agg(DISTINCT kek_id, ' ')
    FROM audit.dek GROUP BY class ORDER BY class
"""


@page
@needs(Permission.MEND_SERVICE)
def keys_page(call: HttpRequest) -> HttpResponse:
    """Which keys there are and until when. Nothing here opens anything, and nothing is changed here."""
    with connection.cursor() as cursor:
        cursor.execute(_KEYS)
        found = cursor.fetchall()
    cells = [
        (
            Cell(name),
            Cell(str(active), number=True),
            Cell(str(destroyed), number=True),
            Cell(str(until) if until else _("without end")),
            Cell(kek),
        )
        for name, active, destroyed, until, kek in found
    ]
    columns = (_("For"), _("Active"), _("Destroyed"), _("Made until"), _("Wrapped by"))
    facts = {
        "table": Table("keys", _("Data keys"), columns, cells),
        "rows": [
            SummaryRow(_("Key-encryption key in use"), [keys.provider().id]),
            SummaryRow(_("To be changed after"), [days(settings.KEY_DAYS)]),
            SummaryRow(_("Without a key of this period"), keys.missing(clock.now()) or [_("None")]),
        ],
    }
    return render(call, "administration/keys.html", facts)


# --- health ------------------------------------------------------------------------------------------
@page
@needs(Permission.MEND_SERVICE)
def health_page(call: HttpRequest) -> HttpResponse:
    """Every part the service stands on, and what a person should look at."""
    parts = [health.examine(name, check) for name, check in health.CHECKS.items()]
    cells = [
        (
            Cell(part.name.capitalize()),
            Cell("", tag=Tag(_("Holds"), Tone.GOOD) if part.ok else Tag(_("Failing"), Tone.LATE)),
            Cell(part.says),
        )
        for part in parts
    ]
    facts = {
        "table": Table("parts", _("Parts"), (_("Part"), _("State"), _("What it says")), cells),
        "alarms": alarms.raised(clock.now()),
    }
    return render(call, "administration/health.html", facts)


@page
@needs(Permission.MEND_SERVICE)
def service_page(call: HttpRequest) -> HttpResponse:
    """What the service does by itself: when each task last ran, and what waits or fails."""
    zone = practice.zone()
    facts = {"tasks": _tasks(zone), "matters": _matters_due(zone), "back": reverse("admin_health")}
    return render(call, "administration/service.html", facts)


def _tasks(zone: str) -> Table:
    """When each task last began and ended."""
    cells = [
        (
            Cell(row.name.replace("_", " ").capitalize()),
            Cell(moment(row.began_at, zone)),
            Cell(moment(row.finished_at, zone) if row.finished_at else _("not yet")),
        )
        for row in Heartbeat.objects.order_by("name")
    ]
    columns = (_("Task"), _("Began"), _("Ended"))
    return Table("tasks", _("Tasks"), columns, cells, _("None has run yet."))


def _matters_due(zone: str) -> Table:
    """What has fallen due and waits, what fails, and what comes next, of every sort."""
    cells = [
        (
            Cell(one.matter.replace("_", " ").capitalize()),
            Cell(str(one.waiting), number=True),
            Cell(moment(one.since, zone) if one.since else "–"),
            Cell(str(one.failing), number=True),
            Cell(moment(one.next_at, zone) if one.next_at else "–"),
        )
        for one in falling_due.standings(now=clock.now())
    ]
    columns = (_("Matter"), _("Waiting"), _("Since"), _("Failing"), _("Next"))
    return Table("matters", _("What falls due"), columns, cells)
