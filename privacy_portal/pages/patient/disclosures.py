"""One's own accounting on demand: what a written one that is asked for today would list.

The same rules give the list as give the letter's, so what an agency has had held back leaves no trace.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from privacy_portal.api.reading import logged
from privacy_portal.pages.door import needs, page, who
from privacy_portal.pages.parts import Cell, Table, short_day
from requests_app import events, selectors
from requests_app.disclosures import issue
from requests_app.disclosures.accounting import AccountingLine
from requests_app.people.models import Capacity
from requests_app.permissions import Permission


@page
@needs(Permission.FILE_OWN)
def mine(call: HttpRequest) -> HttpResponse:
    """To whom the practice has disclosed what it holds of the patient whose account this is."""
    given = who(call)
    own = [t for t in selectors.ties(**given) if t.capacity == Capacity.INDIVIDUAL]
    patient = own[0].patient_id if own else None
    with logged(events.READ_ACCOUNTING, given["actor"], patient=patient):
        made = [issue.today_for(t.patient_id, zone=t.site.time_zone, now=given["now"]) for t in own]
    facts = {
        "tied": bool(own),
        "first": short_day(made[0].period.first) if made else "",
        "last": short_day(made[0].period.last) if made else "",
        "table": _table(list({line.entry: line for one in made for line in one.lines}.values())),
    }
    return render(call, "patient/disclosures.html", facts)


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
