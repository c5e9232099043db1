"""Due dates day by day: what must be answered, and what other departments were asked for."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.actors import Actor
from privacy_portal.api.reading import logged
from privacy_portal.pages import parts
from privacy_portal.pages.officer import base, people, wording
from requests_app import events, selectors
from requests_app.casework.models import DepartmentTask
from requests_app.deadlines.calendars import day_of
from requests_app.permissions import Permission
from requests_app.practice import selectors as practice

WEEKS = 5
_MOST = 200


@base.office(Permission.READ_REQUESTS)
def calendar(request: HttpRequest) -> HttpResponse:
    """Five weeks from a Monday, the days without anything left out."""
    who = base.who(request)
    today = day_of(who["now"], practice.zone())
    first = _monday(request.GET.get("from", ""), today)
    last = first + timedelta(days=7 * WEEKS - 1)
    with logged(events.READ_REQUESTS, who["actor"]) as seen:
        rows = _due(first, last, **who)
        seen += [row.reference for row in rows]
        tasks = _tasks(first, last, **who)
    return base.shown(
        request,
        "calendar",
        heading=_("Due dates"),
        table=_table(rows, tasks, first, last, today),
        grid=_grid(Counter(one.due_on for one in (*rows, *tasks)), first, today),
        before=(first - timedelta(days=7 * WEEKS)).isoformat(),
        after=(last + timedelta(days=1)).isoformat(),
    )


def _monday(typed: str, today: date) -> date:
    try:
        day = date.fromisoformat(typed) if typed else today
    except ValueError:
        day = today
    day = max(min(day, date(2200, 1, 1)), date(2000, 1, 3))
    return day - timedelta(days=day.weekday())


def _due(first: date, last: date, *, actor: Actor, now: datetime) -> list[Any]:
    rows = selectors.visible_requests(actor, now=now).filter(answered_at__isnull=True)
    rows = rows.filter(due_on__gte=first, due_on__lte=last).select_related("site")
    return list(rows.order_by("due_on", "id")[:_MOST])


def _tasks(first: date, last: date, *, actor: Actor, now: datetime) -> list[DepartmentTask]:
    visible = selectors.visible_requests(actor, now=now).values("pk")
    rows = DepartmentTask.objects.filter(settled__isnull=True, request_id__in=visible)
    rows = rows.filter(due_on__gte=first, due_on__lte=last).select_related("request")
    return list(rows.order_by("due_on", "id")[:_MOST])


def _table(
    rows: Iterable[Any], tasks: Iterable[DepartmentTask], first: date, last: date, today: date
) -> parts.Table:
    rows = list(rows)
    named = people.names(row.assigned_to for row in rows if row.assigned_to)
    lines = [(row.due_on, 0, _request_line(row, named, today)) for row in rows]
    lines += [(row.due_on, 1, _task_line(row, today)) for row in tasks]
    ordered = _anchored(
        [(day, line) for day, _sort, line in sorted(lines, key=lambda one: one[:2])]
    )
    caption = _("From %(first)s to %(last)s") % {
        "first": parts.short_day(first),
        "last": parts.short_day(last),
    }
    columns = [_("What"), _("Due"), _("Which"), _("Assigned to")]
    empty = _("Nothing is due in these weeks.")
    return parts.Table("due", caption, columns, ordered, empty)


@dataclass(frozen=True, slots=True)
class Square:
    """One day of the grid, and how much is due on it; `anchor` is its first line in the list."""

    day: date
    number: int
    today: bool
    anchor: str


def _grid(due: Counter[date], first: date, today: date) -> list[list[Square]]:
    """The weeks, each from Monday to Sunday."""
    days = [first + timedelta(days=at) for at in range(7 * WEEKS)]
    squares = [Square(day, due[day], day == today, _anchor(day)) for day in days]
    return [squares[at : at + 7] for at in range(0, len(squares), 7)]


def _anchor(day: date) -> str:
    return f"due-{day.isoformat()}"


def _anchored(lines: list[tuple[date, list[parts.Cell]]]) -> list[list[parts.Cell]]:
    """The lines; the first of each day can be led to."""
    seen, made = set[date](), []
    for day, line in lines:
        head = line[0] if day in seen else replace(line[0], anchor=_anchor(day))
        seen.add(day)
        made.append([head, *line[1:]])
    return made


def _request_line(row: Any, named: dict[str, str], today: date) -> list[parts.Cell]:
    due = f"{row.due_on:%a} {wording.brief_day(row.due_on)}"
    return [
        parts.Cell(row.reference, href=reverse("office_request", args=[row.reference])),
        parts.Cell(due, under=parts.distance(row.due_on, today)),
        parts.Cell(str(row.title)),
        parts.Cell(named.get(row.assigned_to, "–")),
    ]


def _task_line(row: DepartmentTask, today: date) -> list[parts.Cell]:
    link = reverse("office_work", args=[row.request.reference])
    task = _("Task for %(reference)s, number %(number)s") % {
        "reference": row.request.reference,
        "number": str(row.pk)[:4],
    }
    due = f"{row.due_on:%a} {wording.brief_day(row.due_on)}"
    words = f"{row.facts.department}: {row.facts.what}"
    return [
        parts.Cell(task, href=link),
        parts.Cell(due, under=parts.distance(row.due_on, today)),
        parts.Cell(words),
        parts.Cell("–"),
    ]
