"""The queue: what will be late first."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from audit.actors import Actor
from privacy_portal.api.reading import logged
from privacy_portal.language.remembered import by_language
from privacy_portal.pages.officer import base, keeping, people, queue_filters, queue_rows
from privacy_portal.pages.officer.queue_filters import Filter, Words
from requests_app import events
from requests_app.compiled import Compiled
from requests_app.kinds import registry
from requests_app.kinds.models import Request
from requests_app.permissions import Permission, may
from requests_app.practice.models import Site
from requests_app.seen import Seen

SIZE = 25
#: So many rows are counted and can be paged through; past them a filter finds more than paging.
COUNTED = 1000


@dataclass(frozen=True, slots=True)
class Select:
    """One question of the filter form: what can be chosen, and what is."""

    name: str
    label: str
    options: tuple[tuple[str, str], ...]
    chosen: str


@dataclass(frozen=True, slots=True)
class Page:
    """Where among the pages one is. `more` is whether there are rows that are not counted."""

    number: int
    pages: int
    total: int
    more: bool

    @property
    def first(self) -> int:
        return (self.number - 1) * SIZE


@base.office(*base.STAFF)
def queue(request: HttpRequest) -> HttpResponse:
    """The requests one may see, by what is due first."""
    actor, now = base.actor_of(request), base.who(request)["now"]
    asked = queue_filters.read(request.GET, actor=actor, now=now)
    given = queue_filters.values(asked, actor=actor, now=now)
    written = _written if asked.patients is None else _written.__wrapped__
    with logged(events.READ_REQUESTS, actor) as seen:
        counted = written(asked, None, COUNTED + 1).count(actor, now=now, **given)
        page = _page(counted, request.GET.get("page", "1"))
        rows = written(asked, page.first, SIZE).rows(actor, now=now, **given)
        found = [queue_rows.Found(*row) for row in rows]
        seen += [row.reference for row in found]
    workers, sites = people.workers(now=now), _SITES.rows()
    return base.shown(
        request,
        "queue",
        asked=asked,
        page=page,
        heading=_heading(page),
        rows=queue_rows.rows(found, dict(workers), sites, now=now),
        chosen=_sentence(asked),
        views=[_view(row) for row in keeping.views_of(actor)],
        filters=_filters(
            (asked.stage, asked.due, asked.kind, asked.assigned, asked.site),
            tuple(workers),
            tuple((str(pk), name) for pk, name, _zone in sites),
        ),
        may_assign=may(actor, Permission.WORK_REQUESTS),
        may_find=may(actor, Permission.READ_PATIENTS),
        workers=tuple(workers),
        result=_result(request, actor, now),
    )


@lru_cache(maxsize=100)
def _written(asked: Filter, first: int | None, most: int) -> Seen:
    """What a filter finds from that row on, or what is counted of it. Patients' ids are not remembered."""

    def narrowed(rows: QuerySet[Request], whose: str, until: datetime) -> QuerySet[Any, Any]:
        rows = queue_filters.apply(asked, rows, whose=whose, until=until)
        if first is None:
            # In the queue's order, for which there is an index: else all of a filter are looked for first.
            return rows.values_list("pk")[:most]
        return rows.values_list(*queue_rows.READ)[first : first + most]

    return Seen(narrowed, whose=str, until=datetime)


def _page(counted: int, typed: str) -> Page:
    """The page asked for; one that is not there is the first."""
    total = min(counted, COUNTED)
    pages = max(1, -(-total // SIZE))
    number = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 4 else 1
    return Page(number if 1 <= number <= pages else 1, pages, total, counted > COUNTED)


def _heading(page: Page) -> str:
    if page.pages == 1:
        return _("Requests")
    return _("Requests (page %(page)s of %(pages)s)") % {"page": page.number, "pages": page.pages}


def _sentence(asked: Filter) -> str:
    """What the queue is narrowed to, in words, for the line above the table."""
    words = [str(queue_filters.STAGES[asked.stage])]
    if asked.due:
        words.append(str(queue_filters.DUE[asked.due]))
    if asked.kind:
        words.append(str(registry.kind(asked.kind).title))
    if asked.patients is not None:
        words.append(_("of the person you looked up"))
    return ", ".join(words)


Options = tuple[tuple[str, str], ...]


@by_language
def _filters(chosen: tuple[str, ...], offered: Options, sites: Options) -> tuple[Select, ...]:
    """The selects of the filter form. Chosen is one of each, in their order."""
    kinds = {"": _("Any kind")} | {one.name: str(one.title) for one in registry.all_kinds()}
    workers = {"": _("Anybody"), "me": _("Me"), "nobody": _("Nobody")}
    asked: list[tuple[str, str, Mapping[str, Words]]] = [
        ("stage", _("Which requests"), queue_filters.STAGES),
        ("due", _("Due"), queue_filters.DUE),
        ("kind", _("Kind"), kinds),
        ("assigned", _("Assigned to"), workers | dict(offered)),
        ("site", _("Site"), {"": _("Any site")} | dict(sites)),
    ]
    shown = asked if len(sites) > 1 else asked[:-1]
    return tuple(_select(*one, value) for one, value in zip(shown, chosen, strict=False))


_SITES = Compiled(lambda: Site.objects.order_by("name").values_list("pk", "name", "time_zone"))


def _select(name: str, label: str, options: Mapping[str, Words], chosen: str) -> Select:
    return Select(
        name, label, tuple((value, str(words)) for value, words in options.items()), chosen
    )


def _view(row: Any) -> dict[str, str]:
    return {"id": str(row.pk), "name": row.content.name, "query": row.content.answers["query"]}


def _result(request: HttpRequest, actor: Actor, now: datetime) -> list[dict[str, Any]]:
    """What became of each request that was assigned together, once, after it was done."""
    if "done" not in request.GET:
        return []
    row = keeping.kept(
        request.GET["done"], keeping.Purpose.ENTRY, actor=actor, now=now, about="assigned"
    )
    return list(row.content.answers["results"])
