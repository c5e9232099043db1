"""An accounting before it is given, or as it was: what it lists, and what only staff may see beside it."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from privacy_portal.api.reading import logged
from privacy_portal.api.suspensions import PURPOSE
from privacy_portal.pages import parts
from privacy_portal.pages.forms import Form
from privacy_portal.pages.officer import base, loading
from privacy_portal.pages.officer.requests import tabs
from requests_app import events, questions
from requests_app.deadlines.calendars import day_of
from requests_app.disclosures import issue, queue
from requests_app.disclosures.accounting import AccountingLine
from requests_app.errors import BadInput
from requests_app.kinds.base import Kind
from requests_app.permissions import Permission
from requests_app.questions import day

_MOST = 100


@dataclass(frozen=True)
class AsOf:
    """The day whose end is meant."""

    on: date | None = day(
        name="the day", question=gettext_lazy("As it was at the end of which day?"),
        not_future=True, optional=True,
    )  # fmt: skip


@base.office(Permission.READ_DISCLOSURES)
def accounting(request: HttpRequest, reference: str) -> HttpResponse:
    """Worked out by the rules that give the letter. Nothing is sent or kept."""
    who = base.who(request)
    bar_of = loading.loaded(reference, **who)
    form = Form(AsOf).read(request.GET)
    on = _day(form, bar_of, who["now"])
    as_of = datetime.combine(on, time.max, ZoneInfo(bar_of.site.time_zone)) if on else None
    found, made = queue.rebuilt(reference, **who, as_of=as_of)
    about = {"patient": found.patient_id, "request": found.reference, "purpose": PURPOSE}
    with logged(events.READ_ACCOUNTING, who["actor"], **about) as seen:
        seen += [line.entry for line in made.lines]
    return base.shown(
        request,
        "accounting",
        status=422 if form.wrong else 200,
        heading=_("Accounting, request %s") % found.reference,
        bar=loading.bar(bar_of, **who),
        tabs=tabs(bar_of, "office_accounting", who["actor"]),
        form=form,
        says=_said(made.period, on),
        table=_table(made.lines),
        excluded=[_excluded(one) for one in made.excluded[:_MOST]],
        asks=[_ask(one) for one in (*made.to_classify, *made.gaps)][:_MOST],
    )


def _day(form: Form, request: Kind, now: datetime) -> date | None:
    """The day that was asked for; what is none is said at its field, and now is meant."""
    today = day_of(now, request.site.time_zone)
    try:
        asked: AsOf = questions.parse(AsOf, form.raw(), at="", today=today)
        return asked.on
    except BadInput as refusal:
        form.refuse(refusal)
    return None


def _said(period: Any, on: date | None) -> str:
    words = {"first": parts.long_day(period.first), "last": parts.long_day(period.last)}
    if on is None:
        return _("What it would list if it were given now: from %(first)s to %(last)s.") % words
    words["on"] = parts.long_day(on)
    return _("What it would have listed at the end of %(on)s: from %(first)s to %(last)s.") % words


def _table(lines: tuple[AccountingLine, ...]) -> parts.Table:
    columns = [_("When"), _("To whom"), _("What"), _("Why")]
    caption = _("Lines of the accounting: %d") % len(lines)
    rows = [_row(line) for line in lines[:_MOST]]
    return parts.Table("lines", caption, columns, rows, _("There is nothing to list."))


def _row(line: AccountingLine) -> list[parts.Cell]:
    said = issue.words(line)
    more = " ".join(
        said[name] for name in ("series", "protocol", "contacts", "may") if name in said
    )
    return [
        parts.Cell(said["date"]),
        parts.Cell(said["recipient"], under=said["address"]),
        parts.Cell(said["description"], under=more),
        parts.Cell(said["purpose"]),
    ]


def _excluded(one: Any) -> dict[str, str]:
    entry = reverse("audit_disclosure", args=[one.entry])
    return {"href": entry, "number": one.entry[:8], "why": one.reason, "citation": one.citation}


def _ask(one: Any) -> dict[str, str]:
    correct = reverse("office_errand_about", args=["correct-disclosure", one.entry])
    return {"href": correct, "number": one.entry[:8], "why": one.sentence, "citation": one.citation}
