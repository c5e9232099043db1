"""How the reviews of the log stand: from where nobody has looked, when it is due, what was missed."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef, QuerySet

from audit import counting
from audit.actors import Actor
from requests_app import selectors
from requests_app.complaints import routing
from requests_app.deadlines.calendars import day_of
from requests_app.kinds.models import Request
from requests_app.log_readers import require_whole_log
from requests_app.log_review import schedule
from requests_app.log_review.models import LogReview, LogReviewSchedule, LogReviewSignature
from requests_app.log_review.schedule import Term
from requests_app.practice import selectors as practice


@dataclass(frozen=True, slots=True)
class Standing:
    """What is not reviewed yet.

    since   where it begins: the end of the last signed review, or the first entry of the log
    due_on  the day by which it is to be reviewed; the first of them, where some have passed
    missed  the due days that are over
    next_on the due day that comes next, today's included
    """

    since: datetime
    due_on: date
    missed: tuple[date, ...]
    next_on: date


@dataclass(frozen=True, slots=True)
class Known:
    """What the days of reviews are told by: the practice's zone, and its terms without gaps."""

    zone: str
    terms: list[Term]

    def day(self, at: datetime) -> date:
        return day_of(at, self.zone)

    def term(self, at: datetime) -> Term:
        """How the log was to be reviewed at that instant."""
        return next(one for one in self.terms if one.first <= self.day(at) <= one.last)

    def come(self, since: datetime, *, through: date) -> list[date]:
        """Every due day that had come by `through` without a review since that instant."""
        return schedule.due_days(self.day(since), self.terms, through=through)


def known() -> Known:
    """Asked once for however many reviews."""
    terms = schedule.without_gaps(
        Term(row.months, row.in_force_from, row.in_force_until or date.max, row.second)
        for row in LogReviewSchedule.objects.order_by("in_force_from")
    )
    return Known(practice.zone(), terms)


def last_signed() -> LogReview | None:
    """The review that no signed one follows."""
    after = LogReviewSignature.objects.filter(follows=OuterRef("pk"))
    return LogReview.objects.filter(~Exists(after), signature__isnull=False).first()


def unreviewed_since() -> datetime | None:
    """The end of the last signed review, or the first entry; None for a log without any."""
    last = last_signed()
    return last.covers_until if last else counting.began()


def standing(*, now: datetime) -> Standing | None:
    """How it stands at `now`, by the days of the practice; None while there is no entry."""
    since = unreviewed_since()
    if since is None:
        return None
    days = known()
    today = days.day(now)
    come = days.come(since, through=today)
    missed = tuple(day for day in come if day < today)
    after = schedule.due_after(missed[-1] if missed else days.day(since), days.terms)
    return Standing(since, come[0] if come else after, missed, after)


def missed_before(signature: LogReviewSignature, days: Known) -> list[date]:
    """The due days that were over when this review was signed. They stay on record with it."""
    signed_on = days.day(signature.signed_at)
    come = days.come(signature.review.covers_from, through=signed_on)
    return [day for day in come if day < signed_on]


def readable(actor: Actor) -> QuerySet[LogReview]:
    """Every review, signed or not, newest first. NotPermitted for whoever may not read the log."""
    require_whole_log(actor)
    hidden = Request.objects.filter(routing.hidden_from(actor), pk=OuterRef("signature__request"))
    rows = LogReview.objects.select_related("signature__request", "second")
    return rows.annotate(withheld=Exists(hidden)).order_by("-covers_until", "-id")


def one(pk: str, *, actor: Actor) -> LogReview:
    """One of them, or NotFound."""
    return selectors.one(readable(actor).filter(pk=selectors.uuid_or_not_found(pk)))


def withheld(review: LogReview) -> bool:
    """Whether its finding led to a complaint that this reader must not see (164.530(d)).

    review  from `readable`
    """
    return bool(getattr(review, "withheld", True))


def second_missing(review: LogReview, days: Known) -> bool:
    """Whether a second person was to look at this signed review and has not. It counts all the same."""
    signed = getattr(review, "signature", None)
    if signed is None or hasattr(review, "second"):
        return False
    return days.term(signed.signed_at).second
