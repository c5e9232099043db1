"""Populations an auditor samples from, and samples drawn by a stated seed."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from audit import clock
from privacy_portal.api.reading import logged
from privacy_portal.pages.door import actor_of, needs, page, who
from privacy_portal.pages.forms import Form
from privacy_portal.pages.parts import Cell, Table
from requests_app import events, populations, questions
from requests_app.errors import BadInput, NotFound, Problem
from requests_app.permissions import Permission
from requests_app.populations import POPULATIONS, Evidence, Population
from requests_app.questions import day, in_order, text
from requests_app.questions.amounts import whole

SHOWN, LARGEST = 25, 100
#: Where the evidence of a row is read, as far as a page shows it.
_ROUTES = {Evidence.REQUEST: "office_request", Evidence.DISCLOSURE: "audit_disclosure"}


@dataclass(frozen=True)
class DrawSample:
    """Which rows may be drawn, and by which seed."""

    since: date | None = day(
        name="the first day", question=gettext_lazy("On or after which day?"), optional=True
    )
    until: date | None = day(
        name="the last day", question=gettext_lazy("On or before which day?"), optional=True
    )
    seed: str | None = text(
        name="the seed",
        question=gettext_lazy("Which seed?"),
        hint=gettext_lazy("Any text: whoever enters the same one draws the same rows."),
        max_length=100,
        optional=True,
    )
    size: int | None = whole(
        name="the size",
        question=gettext_lazy("How many rows?"),
        least=1,
        most=LARGEST,
        optional=True,
    )

    def problems(self) -> list[Problem]:
        return in_order(self.since, self.until, at="/until")


@page
@needs(Permission.EXPORT_DISCLOSURES)
def listed(call: HttpRequest) -> HttpResponse:
    """What can be sampled, with the lines of the audit protocol that ask for each."""
    rows = [
        (
            Cell(one.title, href=reverse("audit_population", args=[one.name])),
            Cell(", ".join(str(line) for line in one.lines)),
        )
        for one in POPULATIONS.values()
    ]
    columns = (_("Population"), _("Lines of the audit protocol"))
    table = Table("populations", _("What can be sampled"), columns, rows)
    return render(call, "audit/populations.html", {"table": table})


@page
@needs(Permission.EXPORT_DISCLOSURES)
def sample(call: HttpRequest, name: str) -> HttpResponse:
    """One sample. Drawing it is an entry of the log, with the rows that were drawn."""
    if name not in POPULATIONS:
        raise NotFound
    population, form, facts = POPULATIONS[name], Form(DrawSample), dict[str, Any]()
    if "draw" in call.GET:
        form.read(call.GET)
        try:
            facts = _drawn(call, population, form)
        except BadInput as refusal:
            form.refuse(refusal)
    facts |= {"form": form, "title": population.title, "back": reverse("audit_populations")}
    return render(call, "audit/population.html", facts)


def _drawn(call: HttpRequest, population: Population, form: Form) -> dict[str, Any]:
    asked: DrawSample = questions.parse(DrawSample, form.raw(), at="", today=clock.now().date())
    given = {"since": asked.since, "until": asked.until, "seed": asked.seed or ""}
    with logged(
        events.READ_POPULATION, actor_of(call), purpose=f"sample: {population.name}"
    ) as seen:
        found = populations.sample(population.name, **who(call), **given, size=asked.size or SHOWN)
        seen += [str(row.pk) for row in found.rows]
        rows = [_row(population, row) for row in found.rows]
    caption = ngettext(
        "%(drawn)d of %(all)d row, drawn by the seed “%(seed)s”",
        "%(drawn)d of %(all)d rows, drawn by the seed “%(seed)s”",
        found.count,
    ) % {"drawn": len(rows), "all": found.count, "seed": asked.seed or ""}
    columns = (_("Row"), _("What it says"))
    return {"table": Table("sample", caption, columns, rows, empty=_("There is no row."))}


def _row(population: Population, row: Any) -> tuple[Cell, ...]:
    of, route = population.of(row), _ROUTES.get(population.evidence)
    said = population.facts(row)
    words = "; ".join(f"{name.replace('_', ' ')}: {value}" for name, value in said.items() if value)
    number = of if population.evidence is Evidence.REQUEST and of else str(row.pk)[:8]
    return Cell(number, href=reverse(route, args=[of]) if route and of else ""), Cell(words)
