"""An accounting on demand, one's own or of whom one acts for: what a written one that is asked for today would list.

The same rules give the list as give the letter's, so what an agency has had held back leaves no trace.
"""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from privacy_portal.api.reading import logged
from privacy_portal.pages.door import needs, page, who
from privacy_portal.pages.parts import Cell, Table, short_day
from requests_app import events, selectors
from requests_app.deadlines.calendars import day_of
from requests_app.disclosures import issue
from requests_app.disclosures.accounting import AccountingLine, AccountingList
from requests_app.errors import NotFound
from requests_app.people.models import Capacity, Patient, Representative
from requests_app.permissions import Permission
from requests_app.rules import check_authority


@page
@needs(Permission.FILE_OWN)
def mine(call: HttpRequest) -> HttpResponse:
    """To whom the practice has disclosed what it holds of the patient whose account this is."""
    given = who(call)
    ties = selectors.ties(**given)
    own = [t for t in ties if t.capacity == Capacity.INDIVIDUAL]
    patient = own[0].patient_id if own else None
    with logged(events.READ_ACCOUNTING, given["actor"], patient=patient):
        made = [issue.today_for(t.patient_id, zone=t.site.time_zone, now=given["now"]) for t in own]
    facts = _facts(made) | {"tied": bool(own), "others": _others(ties)}
    return render(call, "patient/disclosures.html", facts)


@page
@needs(Permission.FILE_OWN)
def of_another(call: HttpRequest, pk: UUID) -> HttpResponse:
    """The same of somebody for whom one acts, as long as one does (164.502(g), 164.528(a))."""
    given = who(call)
    tie = next((t for t in selectors.ties(**given) if t.representative_id == pk), None)
    if tie is None:
        raise NotFound
    acting = Representative.objects.select_related("patient").get(pk=pk)
    today = day_of(given["now"], tie.site.time_zone)
    check_authority(acting, today=today, at=given["now"])
    with logged(events.READ_ACCOUNTING, given["actor"], patient=tie.patient_id):
        made = issue.today_for(
            tie.patient_id, zone=tie.site.time_zone, now=given["now"], representative=acting
        )
    facts = _facts([made]) | {
        "tied": True,
        "whom": acting.patient.identity.full_name,
        "back": reverse("my_disclosures"),
    }
    return render(call, "patient/disclosures.html", facts)


def _facts(made: list[AccountingList]) -> dict[str, Any]:
    return {
        "first": short_day(made[0].period.first) if made else "",
        "last": short_day(made[0].period.last) if made else "",
        "table": _table(list({line.entry: line for one in made for line in one.lines}.values())),
    }


def _others(ties: list[selectors.Tie]) -> list[dict[str, str]]:
    """Those for whom this account acts, each with the page of their list."""
    acting = {t.representative_id: t.patient_id for t in ties if t.representative_id}
    names = {
        row.pk: row.identity.full_name for row in Patient.objects.filter(pk__in=acting.values())
    }
    return [
        {"href": reverse("my_disclosures_of", args=[pk]), "name": names[patient]}
        for pk, patient in acting.items()
    ]


def _table(lines: list[AccountingLine]) -> Table:
    columns = [_("When"), _("To whom"), _("What"), _("Why")]
    return Table(
        "disclosures", _("Disclosures, the oldest first"), columns,
        [_row(line) for line in lines], _("There are no disclosures to list."),
    )  # fmt: skip


def _row(line: AccountingLine) -> list[Cell]:
    said = issue.words(line)
    more = " ".join(said[name] for name in ("protocol", "contacts", "may") if name in said)
    return [
        Cell(_days(line), under=said.get("series", "")),
        Cell(said["recipient"], under=said["address"]),
        Cell(said["description"], under=more),
        Cell(said["purpose"]),
    ]


def _days(line: AccountingLine) -> str:
    first, last = short_day(line.disclosed_from), line.disclosed_until
    if last is None:
        return first
    return _("%(first)s to %(last)s") % {"first": first, "last": short_day(last)}
