"""What the office asks about its own work, as JSON or, when asked for it, as CSV."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any, ClassVar
from uuid import UUID

from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request as Call
from rest_framework.response import Response

from privacy_portal import sheets
from privacy_portal.api import asked, presenters
from privacy_portal.api.base import Resource
from privacy_portal.api.described import described
from privacy_portal.api.reading import logged
from privacy_portal.api.schemas import DATE as DATE_TYPE
from privacy_portal.api.schemas import (
    DAY,
    FLAG,
    INSTANT,
    TEXT,
    WHOLE,
    Schema,
    a_list,
    an_object,
    maybe,
    names,
    query,
)
from privacy_portal.api.schemas import shaped as like
from requests_app import events
from requests_app.errors import BadInput
from requests_app.kinds import registry
from requests_app.questions import in_order
from requests_app.reports import ageing, answers, late, unmatched
from requests_app.reports.answers import Answers
from requests_app.reports.cases import Outcome, cases, readable
from requests_app.reports.late import Late, Next

TAG = "reports"
CSV = "text/csv"
YEAR = timedelta(days=365)
#: The longest period that is counted at once.
LONGEST = timedelta(days=6 * 366)
_SITE = query("site", "Only of this site.")
_PERIOD = [
    query("received_from", "Received on or after this day; a year ago unless told.", DATE_TYPE),
    query("received_until", "Received on or before this day; today unless told.", DATE_TYPE),
    _SITE,
]


class CSVRenderer(BaseRenderer):
    """The report's rows, one a line, under the names of the row's shape."""

    media_type, format, charset = CSV, "csv", None

    def render(self, data: Any, media: Any = None, context: Any = None) -> bytes:
        heads = _heads(context["view"].row)
        return sheets.csv_bytes([heads, *(_line(row, heads) for row in data["rows"])])


class Report(Resource):
    """Base of the reports: JSON unless the caller accepts CSV and not JSON."""

    renderer_classes = (JSONRenderer, CSVRenderer)
    content_negotiation_class = DefaultContentNegotiation
    #: The shape of one row.
    row: ClassVar[Schema] = {}

    @property
    def site(self) -> UUID | None:
        found = asked.identifier(self.request.query_params, "site")
        return UUID(found) if found else None


def _heads(shape: Schema, before: str = "") -> list[str]:
    """The names of a row's columns; what is nested stands under both names."""
    found: list[str] = []
    for name, inside in shape["properties"].items():
        nested = inside.get("type") == "object"
        found += _heads(inside, f"{before}{name}_") if nested else [before + name]
    return found


def _line(row: Mapping[str, Any], heads: list[str]) -> list[sheets.Cell]:
    flat = _flat(row)
    return [flat[name] for name in heads]


def _flat(row: Mapping[str, Any], before: str = "") -> dict[str, sheets.Cell]:
    found: dict[str, sheets.Cell] = {}
    for name, value in row.items():
        if isinstance(value, Mapping):
            found |= _flat(value, f"{before}{name}_")
        else:
            found[before + name] = _listed(value) if isinstance(value, list) else value
    return found


def _listed(values: list[Any]) -> str:
    """Words beside each other; of ways, those that are open."""
    return " ".join(one if isinstance(one, str) else one["move"] for one in values if _shown(one))


def _shown(value: Any) -> bool:
    return isinstance(value, str) or bool(value["allowed"])


COUNTS = an_object(**{outcome.value: like(WHOLE, 3) for outcome in Outcome})
ANSWERED = an_object(
    kind=like(TEXT, "access"),
    received=WHOLE,
    outcomes=COUNTS,
    in_time=WHOLE,
    late=like(WHOLE, 1),
    open_late=WHOLE,
    on_time_share=like(maybe("number"), 0.9833),
    median_days=like(maybe("number"), 12.0),
)
AGEING = an_object(
    kind=like(TEXT, "access"),
    open=like(WHOLE, 3),
    days=an_object(**{ageing.name(bucket): WHOLE for bucket in ageing.BUCKETS}),
)
NEXT = an_object(
    move=like(maybe("string"), "grant"),
    title=like(maybe("string"), "Request granted"),
    needs=a_list(like(TEXT, "decide")),
    away=like(maybe("integer"), 2),
    allowed=FLAG,
    reason=like(maybe("string"), None),
    citation=like(maybe("string"), None),
)
LATE = an_object(
    reference=TEXT,
    kind=like(TEXT, "access"),
    state=like(TEXT, "in_review"),
    site=TEXT,
    assigned_to=maybe("string"),
    due_on=DAY,
    days_left=like(WHOLE, 3),
    next=NEXT,
    extension=an_object(
        notice_by=maybe("string", format="date"), until=maybe("string", format="date")
    ),
    url=TEXT,
)

WAY = an_object(
    move=like(TEXT, "could_not_verify"),
    allowed=FLAG,
    reason=like(maybe("string"), None),
    citation=like(maybe("string"), None),
)
UNMATCHED = an_object(
    reference=TEXT,
    kind=like(TEXT, "access"),
    state=like(TEXT, "received"),
    site=TEXT,
    channel=like(TEXT, "email"),
    assigned_to=maybe("string"),
    received_on=DAY,
    due_on=maybe("string", format="date"),
    days_left=like(maybe("integer"), 12),
    ways=a_list(WAY),
    url=TEXT,
)


class AnswersReport(Report):
    """How requests were answered."""

    row = ANSWERED
    queries = frozenset(names(_PERIOD))

    @described(
        tag=TAG,
        gives=an_object(
            received_from=DAY, received_until=DAY, as_of=INSTANT, rows=a_list(ANSWERED)
        ),
        media={CSV: "kind,received,outcomes_given\r\naccess,12,9\r\n"},
        refused=(422,),
        parameters=_PERIOD,
    )
    def get(self, request: Call) -> Response:
        """Read the share answered in time and the median of days, by kind.

        Counted are the requests received in the period, of those the caller may see. A request that
        is open past its due day is late. Withdrawn, moved and unverified requests are in no share and no
        median, and an unverified one is no denial.
        """
        first, last = self._period()
        rows = readable(self.actor, now=self.now, site=self.site)
        rows = rows.filter(received_on__gte=first, received_on__lte=last)
        found = answers.by_kind(cases(rows), kinds=_kinds(), now=self.now)
        shown = {"received_from": first.isoformat(), "received_until": last.isoformat()}
        listed = {"as_of": self.now.isoformat(), "rows": [_answered(one) for one in found]}
        return Response(shown | listed)

    def _period(self) -> tuple[date, date]:
        given = self.request.query_params
        last = asked.day(given, "received_until") or self.now.date()
        first = asked.day(given, "received_from") or last - min(YEAR, last - date.min)
        if wrong := in_order(first, last, at="/query/received_until"):
            raise BadInput(wrong)
        if last - first > LONGEST:
            raise BadInput.one("/query/received_from", "Ask for six years or less.")
        return first, last


class AgeingReport(Report):
    """How long what is open has been open."""

    row = AGEING
    queries = frozenset(names([_SITE]))

    @described(
        tag=TAG,
        gives=an_object(as_of=DAY, rows=a_list(AGEING)),
        media={CSV: "kind,open,days_0-7\r\naccess,3,2\r\n"},
        refused=(422,),
        parameters=[_SITE],
    )
    def get(self, request: Call) -> Response:
        """Read how many open requests are how many days old, by kind."""
        rows = readable(self.actor, now=self.now, site=self.site).filter(answered_at__isnull=True)
        today = self.now.date()
        found = ageing.by_kind(cases(rows), kinds=_kinds(), today=today)
        shown = [{"kind": one.kind, "open": one.open, "days": dict(one.counts)} for one in found]
        return Response({"as_of": today.isoformat(), "rows": shown})


class LateReport(Report):
    """What will be late this week."""

    row = LATE
    queries = frozenset(names([_SITE]))

    @described(
        tag=TAG,
        gives=an_object(as_of=INSTANT, more=FLAG, rows=a_list(LATE)),
        media={CSV: "reference,kind,state\r\n"},
        refused=(422,),
        parameters=[_SITE],
    )
    def get(self, request: Call) -> Response:
        """List what is late or will be within seven days, with the cheapest next step of each.

        The next step is the first of the fewest moves that lead to an answer that gives what was
        asked, if it is possible now; else what stands in its way. `extension` is by when a notice
        could still be given and until when it could extend; its days are null when there is no room.
        """
        with logged(events.READ_REQUESTS, self.actor) as seen:
            week = late.late_this_week(self.actor, now=self.now, site=self.site)
            seen += [one.request.reference for one in week.rows]
        rows = [_late(one) for one in week.rows]
        shown = {"as_of": self.now.isoformat(), "more": week.more, "rows": rows}
        return Response(shown)


class UnmatchedReport(Report):
    """Requests that nobody was tied to yet."""

    row = UNMATCHED
    queries = frozenset(names([_SITE]))

    @described(
        tag=TAG,
        gives=an_object(as_of=INSTANT, more=FLAG, rows=a_list(UNMATCHED)),
        media={CSV: "reference,kind,state\r\n"},
        refused=(422,),
        parameters=[_SITE],
    )
    def get(self, request: Call) -> Response:
        """List the open requests that are matched to no patient, with their running clocks.

        What falls due first comes first. A request leaves the list by being matched to a patient, or
        by a written notice that identity could not be verified, which counts as no denial; `ways` says
        whether that and an extension are possible now, and why not.
        """
        with logged(events.READ_REQUESTS, self.actor) as seen:
            pile = unmatched.unmatched(self.actor, now=self.now, site=self.site)
            seen += [one.request.reference for one in pile.rows]
        rows = [_waiting(one) for one in pile.rows]
        return Response({"as_of": self.now.isoformat(), "more": pile.more, "rows": rows})


def _kinds() -> Iterable[str]:
    return [kind.name for kind in registry.all_kinds()]


def _answered(row: Answers) -> dict[str, Any]:
    return {
        "kind": row.kind,
        "received": row.received,
        "outcomes": {outcome.value: count for outcome, count in row.by_outcome.items()},
        "in_time": row.in_time,
        "late": row.late,
        "open_late": row.open_late,
        "on_time_share": row.on_time_share,
        "median_days": row.median_days,
    }


def _late(row: Late) -> dict[str, Any]:
    request, room = row.request, row.extension
    return {
        "reference": request.reference,
        "kind": request.kind,
        "state": request.state,
        "site": str(request.site_id),
        "assigned_to": request.assigned_to or None,
        "due_on": request.due_on.isoformat() if request.due_on else None,
        "days_left": row.days_left,
        "next": _next(row.next),
        "extension": {
            "notice_by": room.notice_by.isoformat() if room else None,
            "until": room.until.isoformat() if room else None,
        },
        "url": presenters.address(request.reference),
    }


def _waiting(row: unmatched.Waiting) -> dict[str, Any]:
    request = row.request
    return {
        "reference": request.reference,
        "kind": request.kind,
        "state": request.state,
        "site": str(request.site_id),
        "channel": request.channel,
        "assigned_to": request.assigned_to or None,
        "received_on": request.received_on.isoformat(),
        "due_on": request.due_on.isoformat() if request.due_on else None,
        "days_left": row.days_left,
        "ways": [
            {
                "move": one.move,
                "allowed": one.allowed,
                "reason": one.reason or None,
                "citation": one.citation or None,
            }
            for one in row.ways
        ],
        "url": presenters.address(request.reference),
    }


def _next(step: Next | None) -> dict[str, Any]:
    if step is None:
        return dict.fromkeys(("move", "title", "away", "reason", "citation")) | {
            "needs": [],
            "allowed": False,
        }
    return {
        "move": step.move,
        "title": step.title,
        "needs": list(step.needs),
        "away": step.away,
        "allowed": step.allowed,
        "reason": step.reason or None,
        "citation": step.citation or None,
    }
