"""How the office is doing: on time, how old, whose. Each chart with its table beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from audit.actors import Actor
from privacy_portal.pages import parts
from privacy_portal.pages.officer import base, people
from requests_app.deadlines.calendars import day_of
from requests_app.kinds import registry
from requests_app.log_review import selectors as reviews
from requests_app.permissions import Permission, sites_for
from requests_app.practice import selectors as practice
from requests_app.reports import ageing, answers
from requests_app.reports.cases import Case, cases, readable

YEAR = timedelta(days=365)
#: The drawing's own measures; it grows with the page.
_LEFT, _WIDE, _ROW = 250, 350, 30


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: where it stands and what it says."""

    words: str
    value: str
    y: int
    text_y: int
    width: int
    value_x: int
    look: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart of bars, and the table that says the same."""

    id: str
    heading: str
    says: str
    bars: Sequence[Bar]
    height: int
    table: parts.Table


@base.office(Permission.READ_REQUESTS)
def dashboard(request: HttpRequest) -> HttpResponse:
    """The year behind, and what is open now."""
    who = base.who(request)
    now, today = who["now"], day_of(who["now"], practice.zone())
    rows = readable(who["actor"], now=now)
    year = list(cases(rows.filter(received_on__gte=today - YEAR)))
    waiting = list(cases(rows.filter(answered_at__isnull=True)))
    charts = [
        _on_time(year, now),
        _ageing(waiting, today),
        _workload(rows, now),
    ]
    return base.shown(
        request,
        "dashboard",
        heading=_("How we are doing"),
        log_review=_log_review(who["actor"], now),
        charts=charts,
    )


def _log_review(actor: Actor, now: datetime) -> str:
    """That the log is to be reviewed, to whoever reads all of it; empty while it is not."""
    if sites_for(actor, Permission.READ_LOG) is not None:
        return ""
    stands = reviews.standing(now=now)
    if stands is not None and not stands.missed and stands.due_on == day_of(now, practice.zone()):
        return _("The review of the log is due today.")
    if stands is None or not stands.missed:
        return ""
    return _("The review of the log was to be made by %(day)s and has not been signed yet.") % {
        "day": parts.long_day(stands.due_on)
    }


def _names() -> dict[str, str]:
    return {kind.name: str(kind.title) for kind in registry.all_kinds()} | {answers.ALL: _("All")}


def _on_time(year: list[Case], now: datetime) -> Chart:
    found = answers.by_kind(year, kinds=[kind.name for kind in registry.all_kinds()], now=now)
    names = _names()
    counted = [row for row in found if row.on_time_share is not None]
    bars = [
        (names[row.kind], row.on_time_share or 0, f"{100 * (row.on_time_share or 0):.0f} %")
        for row in counted
    ]
    lines = [
        [
            parts.Cell(names[row.kind]),
            parts.Cell(str(row.received), number=True),
            parts.Cell(str(row.in_time), number=True),
            parts.Cell(str(row.late + row.open_late), number=True),
            parts.Cell(_share(row.on_time_share), number=True),
            parts.Cell(_days(row.median_days), number=True),
        ]
        for row in found
        if row.received
    ]
    columns = [_("Kind"), _("Received"), _("In time"), _("Late"), _("Share in time"),
               _("Days to an answer, median")]  # fmt: skip
    heading = _("Answered in time, the last year")
    says = _("Of requests with a legal due day: the share answered by that day, by kind.")
    return _chart("on-time", heading, says, bars, columns, lines, look="good", whole=1.0)


def _share(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.1f} %"


def _days(days: float | None) -> str:
    return "–" if days is None else f"{days:g}"


def _ageing(waiting: list[Case], today: Any) -> Chart:
    kinds = [kind.name for kind in registry.all_kinds()]
    found = ageing.by_kind(waiting, kinds=kinds, today=today)
    names, together = _names(), found[-1]
    bars = [
        (_("%s days") % bucket, float(count), str(count))
        for bucket, count in together.counts.items()
    ]
    lines = [
        [
            parts.Cell(names[row.kind]),
            *(parts.Cell(str(n), number=True) for n in row.counts.values()),
        ]
        for row in found
        if row.open
    ]
    columns = [_("Kind"), *(_("%s days") % name for name in together.counts)]
    says = _("Requests that are not answered, by the days since they came in.")
    return _chart("ageing", _("How old what is open is"), says, bars, columns, lines)


def _workload(rows: QuerySet[Any], now: datetime) -> Chart:
    waiting = rows.filter(answered_at__isnull=True).order_by().values("assigned_to")
    late = Count("pk", filter=Q(due_at__lt=now))
    counted = {one["assigned_to"]: one for one in waiting.annotate(open=Count("pk"), late=late)}
    named = people.names(counted) | {"": _("Nobody")}
    ordered = sorted(counted, key=lambda one: (-counted[one]["open"], named[one]))
    bars = [(named[one], float(counted[one]["open"]), str(counted[one]["open"])) for one in ordered]
    lines = [
        [
            parts.Cell(named[one]),
            parts.Cell(str(counted[one]["open"]), number=True),
            parts.Cell(str(counted[one]["late"]), number=True),
        ]
        for one in ordered
    ]
    columns = [_("Who"), _("Open"), _("Overdue")]
    says = _("Requests that are not answered, by who works on them.")
    return _chart("workload", _("Who works on what"), says, bars, columns, lines)


def _chart(
    id_: str,
    heading: str,
    says: str,
    bars: Sequence[tuple[str, float, str]],
    columns: Sequence[str],
    lines: Sequence[Sequence[parts.Cell]],
    *,
    look: str = "plain-bar",
    whole: float = 0.0,
) -> Chart:
    most = whole or max((value for _words, value, _said in bars), default=0) or 1
    drawn = [
        _bar(number, words, value / most, said, look)
        for number, (words, value, said) in enumerate(bars)
    ]
    table = parts.Table(f"{id_}-table", heading, columns, lines, _("Nothing yet."))
    return Chart(id_, heading, says, drawn, _ROW * len(drawn) + 6, table)


def _bar(number: int, words: str, share: float, said: str, look: str) -> Bar:
    width = max(round(_WIDE * share), 1)
    short = words if len(words) <= 34 else f"{words[:33]}…"
    y = number * _ROW + 4
    return Bar(short, said, y, y + 16, width, _LEFT + width + 8, look)
