"""The scheduled review of the log (164.308(a)(1)(ii)(D)): how it stands, every one, begun and signed."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from rest_framework.request import Request as Call
from rest_framework.response import Response

from privacy_portal import log_reviews
from privacy_portal.api import pages, schemas
from privacy_portal.api.base import Resource, body
from privacy_portal.api.described import described
from privacy_portal.api.log import LogResource
from privacy_portal.api.presenters import API
from privacy_portal.api.reading import logged
from privacy_portal.api.schemas import DAY, FLAG, INSTANT, TEXT, WHOLE, a_list, an_object, maybe
from privacy_portal.api.schemas import shaped as like
from privacy_portal.log_reviews import SIGHTS
from requests_app import events
from requests_app.actions import log_reviews as actions
from requests_app.log_review import selectors
from requests_app.log_review.models import LogReview, LogReviewSchedule
from requests_app.log_review.selectors import Known
from requests_app.permissions import Permission, require

TAG = "log reviews"
PURPOSE = "review of the log"
_COUNTS = {"type": "object", "examples": [{events.READ_REQUEST: 12}]}
_FINDING = an_object(something=FLAG, words=TEXT, done=TEXT) | {"type": ["object", "null"]}
_SECOND = an_object(by=like(TEXT, "Oscar Officer"), at=INSTANT, words=TEXT)
_BRIEF: dict[str, Any] = {
    "id": TEXT,
    "covers_from": INSTANT,
    "covers_until": INSTANT,
    "by": like(TEXT, "Olive Officer"),
    "signed_at": maybe("string", format="date-time"),
    "finding": _FINDING,
    "finding_withheld": like(FLAG, False),
    "request": like(maybe("string"), None),
    "missed": a_list(DAY),
    "second": _SECOND | {"type": ["object", "null"]},
    "second_missing": like(FLAG, False),
    "url": like(TEXT, f"{API}/log-reviews/…"),
}
REVIEW = an_object(
    **_BRIEF,
    sights=a_list(an_object(name=like(TEXT, "refused_attempts"), title=TEXT, count=WHOLE)),
    names=_COUNTS,
    own=_COUNTS,
    people={"type": "object"},
    not_permitted=WHOLE,
)
STANDING = an_object(
    since=maybe("string", format="date-time"),
    due_on=maybe("string", format="date"),
    missed=a_list(DAY),
    next_on=like(maybe("string", format="date"), "2026-05-01"),
    months=WHOLE,
    second=FLAG,
)
SCHEDULE = an_object(
    id=TEXT,
    months=WHOLE,
    second=FLAG,
    in_force_from=DAY,
    in_force_until=like(maybe("string", format="date"), None),
)


class Reviews(LogResource):
    """Every review."""

    queries = frozenset(schemas.names(schemas.PAGING))

    @described(
        tag=TAG,
        name="log_reviews_list",
        gives=schemas.paged(an_object(**_BRIEF)),
        refused=(422,),
        parameters=schemas.PAGING,
    )
    def get(self, request: Call) -> Response:
        """List the reviews of the log, newest first, with their findings.

        One that was begun and not signed counts for nothing. `missed` names the due days that were over
        when it was signed.
        """
        rows, days = selectors.readable(self.actor), selectors.known()
        with logged(events.READ_LOG_REVIEWS, self.actor, purpose=PURPOSE) as seen:
            found, shown = pages.page(
                rows, request, by=("-covers_until", "-id"), render=lambda row: brief(row, days)
            )
            seen += [str(row.pk) for row in shown]
        return Response(found)

    @described(
        tag=TAG, gives=REVIEW, status=201, parameters=[schemas.IDEMPOTENCY_KEY], refused=(409,)
    )
    def post(self, request: Call) -> Response:
        """Begin a review of everything since the last one: its figures are counted now, and kept.

        It is signed within seven days by whoever began it.
        """

        def act() -> Response:
            row = log_reviews.begin(**self.who)
            return Response(whole(selectors.one(str(row.pk), actor=self.actor)), status=201)

        return self.once(act)


class Due(LogResource):
    """How the reviews stand."""

    @described(tag=TAG, gives=STANDING)
    def get(self, request: Call) -> Response:
        """Read from where the log is not reviewed, when it is due, and which due days were missed."""
        stands = selectors.standing(now=self.now)
        term = selectors.known().term(self.now)
        return Response(
            {
                "since": stands.since.isoformat() if stands else None,
                "due_on": stands.due_on.isoformat() if stands else None,
                "missed": _days(stands.missed) if stands else [],
                "next_on": stands.next_on.isoformat() if stands else None,
                "months": term.months,
                "second": term.second,
            }
        )


class OneReview(LogResource):
    """One review."""

    @described(tag=TAG, gives=REVIEW, refused=(404,))
    def get(self, request: Call, pk: str) -> Response:
        """Read one review, with the figures that were before its reviewer."""
        with logged(events.READ_LOG_REVIEWS, self.actor, purpose=PURPOSE) as seen:
            row = selectors.one(pk, actor=self.actor)
            seen.append(str(row.pk))
        return Response(whole(row))


class Signing(LogResource):
    """The end of a review."""

    @described(
        tag=TAG,
        asks=actions.Sign,
        gives=REVIEW,
        refused=(404, 409),
        parameters=[schemas.IDEMPOTENCY_KEY],
    )
    def post(self, request: Call, pk: str) -> Response:
        """Sign a review with its finding. Whoever began it, once, within seven days."""
        return self.once(lambda: Response(whole(actions.sign(pk, body(request), **self.who))))


class Countersigning(LogResource):
    """A second person's signature."""

    @described(
        tag=TAG,
        asks=actions.Countersign,
        gives=REVIEW,
        refused=(404, 409),
        parameters=[schemas.IDEMPOTENCY_KEY],
    )
    def post(self, request: Call, pk: str) -> Response:
        """Countersign a signed review. Somebody else than who signed it, once."""
        return self.once(
            lambda: Response(whole(actions.countersign(pk, body(request), **self.who)))
        )


class Schedules(Resource):
    """How often the log is reviewed."""

    queries = frozenset(schemas.names(schemas.PAGING))

    @described(tag=TAG, gives=schemas.paged(SCHEDULE), refused=(422,), parameters=schemas.PAGING)
    def get(self, request: Call) -> Response:
        """List how often the log was to be reviewed, latest first. Where nothing is said: monthly."""
        require(self.actor, Permission.READ_PRACTICE)
        rows, by = LogReviewSchedule.objects.all(), ("-in_force_from", "-id")
        return Response(pages.page(rows, request, by=by, render=_schedule)[0])

    @described(
        tag=TAG,
        asks=actions.SetSchedule,
        gives=SCHEDULE,
        status=201,
        parameters=[schemas.IDEMPOTENCY_KEY],
    )
    def post(self, request: Call) -> Response:
        """Say how often the log is reviewed from a day on, today or later."""

        def act() -> Response:
            return Response(_schedule(actions.set_schedule(body(request), **self.who)), status=201)

        return self.once(act)


def brief(row: LogReview, days: Known) -> dict[str, Any]:
    """A review without its figures. `row` is from `selectors.readable`."""
    signed, second = getattr(row, "signature", None), getattr(row, "second", None)
    hidden = selectors.withheld(row)
    shown = signed is not None and not hidden
    return {
        "id": str(row.pk),
        "covers_from": row.covers_from.isoformat(),
        "covers_until": row.covers_until.isoformat(),
        "by": row.begun_by_name,
        "signed_at": signed.signed_at.isoformat() if signed else None,
        "finding": _finding(signed.finding) if shown else None,
        "finding_withheld": hidden,
        "request": signed.request.reference if shown and signed.request else None,
        "missed": _days(selectors.missed_before(signed, days)) if signed else [],
        "second": _second(second, hidden=hidden) if second else None,
        "second_missing": selectors.second_missing(row, days),
        "url": f"{API}/log-reviews/{row.pk}",
    }


def whole(row: LogReview) -> dict[str, Any]:
    """A review with its figures."""
    figures = row.figures
    return brief(row, selectors.known()) | {
        "sights": [
            {"name": one.name, "title": str(one.words), "count": sum(counts.values())}
            for one in SIGHTS
            for counts in [one.counts(figures.names)]
        ],
        "names": figures.names,
        "own": figures.own,
        "people": figures.people,
        "not_permitted": figures.not_permitted,
    }


def _finding(found: Any) -> dict[str, Any]:
    return {"something": found.something, "words": found.words, "done": found.done}


def _second(row: Any, *, hidden: bool) -> dict[str, Any]:
    words = "" if hidden else row.facts.words
    return {"by": row.signed_by_name, "at": row.signed_at.isoformat(), "words": words}


def _days(days: Iterable[date]) -> list[str]:
    return [day.isoformat() for day in days]


def _schedule(row: LogReviewSchedule) -> dict[str, Any]:
    until = row.in_force_until
    return {
        "id": str(row.pk),
        "months": row.months,
        "second": row.second,
        "in_force_from": row.in_force_from.isoformat(),
        "in_force_until": until.isoformat() if until else None,
    }
