"""How long the log is kept, and what stands against its being pruned. Only a command changes any of it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from audit import retention
from audit.sealer.pruning import LEAST_YEARS
from privacy_portal.pages.administrator.moments import moment
from privacy_portal.pages.door import needs, page
from privacy_portal.pages.parts import Cell, SummaryRow, Table, Tag, Tone, short_day
from requests_app.permissions import Permission
from requests_app.practice import selectors as practice


@page
@needs(Permission.MEND_SERVICE)
def keeping(call: HttpRequest) -> HttpResponse:
    """Read-only: a person answers for pruning by name, on the server."""
    zone = practice.zone()
    cells = [_hold(one, zone) for one in retention.holds()]
    columns = (_("Hold"), _("Placed"), _("Covers"), _("State"))
    years = _("%d years, never less") % LEAST_YEARS
    facts = {
        "rows": [SummaryRow(_("Entries of the log are kept for"), [years, "45 CFR 164.530(j)(2)"])],
        "table": Table("holds", _("Legal holds"), columns, cells, _("No legal hold was placed.")),
    }
    return render(call, "administration/keeping.html", facts)


def _hold(one: retention.Hold, zone: str) -> tuple[Cell, ...]:
    covers = _("Entries since %s") % short_day(one.since.date()) if one.since else _("Every entry")
    tag = Tag(_("Ended")) if one.lifted_at else Tag(_("In force"), Tone.OPEN)
    return (
        Cell(str(one.number)),
        Cell(moment(one.placed_at, zone)),
        Cell(covers),
        Cell("", tag=tag),
    )
