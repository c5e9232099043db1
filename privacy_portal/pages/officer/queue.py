"""The queue: what will be late first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any, cast

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.actors import Actor
from privacy_portal.api.reading import logged
from privacy_portal.pages import parts
from privacy_portal.pages.officer import base, keeping, people, queue_filters, wording
from privacy_portal.pages.officer.queue_filters import Filter, Words
from requests_app import events
from requests_app.compiled import Compiled
from requests_app.deadlines.calendars import day_of
from requests_app.kinds import registry
from requests_app.kinds.base import Kind
from requests_app.kinds.models import Request
from requests_app.permissions import Permission, may
from requests_app.practice.models import Site
from requests_app.seen import Seen

SIZE = 25
#: So many rows are counted and can be paged through; past them a filter finds more than paging.
COUNTED = 1000


@dataclass(frozen=True, slots=True)
class Row(parts.ByName):
    """One line of the table."""

    reference: str
    href: str
    kind: str
    initials: str
    state: parts.Tag
    urgency: parts.Tag | None
    due: str
    distance: str
    assigned: str


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
        found = written(asked, page.first, SIZE).objects(actor, now=now, **given)
        seen += [row.reference for row in found]
    workers, sites = people.workers(now=now), _SITES.rows()
    return base.shown(
        request,
        "queue",
        asked=asked,
        page=page,
        heading=_heading(page),
        rows=_rows(found, dict(workers), sites, now=now),
        chosen=_sentence(asked),
        views=[_view(row) for row in keeping.views_of(actor)],
        filters=_filters(asked, workers, sites),
        may_assign=may(actor, Permission.WORK_REQUESTS),
        may_find=may(actor, Permission.READ_PATIENTS),
        workers=tuple(workers),
        result=_result(request, actor, now),
    )


@lru_cache(maxsize=100)
def _written(asked: Filter, first: int | None, most: int) -> Seen:
    """What a filter finds from that row on, or what is counted of it. Patients' ids are not remembered."""

    def narrowed(rows: QuerySet[Request], whose: str, until: datetime) -> QuerySet[Request]:
        rows = queue_filters.apply(asked, rows, whose=whose, until=until)
        if first is None:
            return rows.order_by().values_list("pk")[:most]
        return rows.select_related("patient")[first : first + most]

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


def _rows(
    found: Sequence[Any], workers: dict[str, str], sites: Sequence[Any], *, now: datetime
) -> list[Row]:
    assigned = {row.assigned_to for row in found} - {""}
    named = workers | people.names(assigned - workers.keys())
    today = {site: day_of(now, zone) for site, _name, zone in sites}
    return [_row(cast(Kind, row), named, today[row.site_id], now) for row in found]


def _row(request: Kind, named: dict[str, str], today: date, now: datetime) -> Row:
    due = request.due_on
    return Row(
        reference=request.reference,
        href=_href(request.reference),
        kind=wording.title(type(request)),
        initials=initials(request),
        state=wording.state_tag(request),
        urgency=wording.urgency(request, now=now, today=today),
        due=wording.brief_day(due) if due else _("No legal due date"),
        distance=parts.distance(due, today) if due and request.answered_at is None else "",
        assigned=named.get(request.assigned_to, ""),
    )


def _href(reference: str) -> str:
    return _around().format(reference)


@cache
def _around() -> str:
    """The address of a request, with a place for its reference: worked out once, not for every row."""
    return reverse("office_request", args=["0"]).removesuffix("0") + "{}"


def initials(request: Kind) -> str:
    """The patient's; of whoever asks where nobody is matched yet."""
    if request.patient is not None:
        return request.patient.identity.initials
    letters = [word[:1] for word in request.filed.asker.name.split()]
    return "".join(letters[:1] + letters[-1:][: len(letters) - 1]).upper() or "–"


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


def _filters(asked: Filter, offered: list[tuple[str, str]], sites: Sequence[Any]) -> list[Select]:
    """The selects of the filter form."""
    kinds = {"": _("Any kind")} | {one.name: str(one.title) for one in registry.all_kinds()}
    workers = {"": _("Anybody"), "me": _("Me"), "nobody": _("Nobody")}
    places = {"": _("Any site")} | {str(pk): name for pk, name, _zone in sites}
    return [
        _select("stage", _("Which requests"), queue_filters.STAGES, asked.stage),
        _select("due", _("Due"), queue_filters.DUE, asked.due),
        _select("kind", _("Kind"), kinds, asked.kind),
        _select("assigned", _("Assigned to"), workers | dict(offered), asked.assigned),
        *([_select("site", _("Site"), places, asked.site)] if len(places) > 2 else []),
    ]  # fmt: skip


_SITES = Compiled(lambda: Site.objects.order_by("name").values_list("pk", "name", "time_zone"))


def _select(name: str, label: str, options: Mapping[str, Words], chosen: str) -> Select:
    lines = tuple((value, str(words)) for value, words in options.items())
    return Select(name, label, lines, chosen)


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
