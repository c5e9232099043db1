"""The review of the log: begun, signed, countersigned; and how often it is due.

45 CFR 164.308(a)(1)(ii)(D) and 164.312(b).  Every instant is the clock's: nothing is dated by hand.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import uuid4

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit import log
from audit.actors import Actor
from audit.counting import Span
from requests_app import events, questions, selectors
from requests_app.actions.dated import add_row, end_former
from requests_app.deadlines.calendars import day_of
from requests_app.errors import BadInput, NotNow, NotPermitted, Problem, RequestError
from requests_app.kinds.models import Request
from requests_app.log_readers import require_whole_log
from requests_app.log_review import figures
from requests_app.log_review import selectors as reviews
from requests_app.log_review.models import (
    MOST_MONTHS,
    Finding,
    LogReview,
    LogReviewCountersignature,
    LogReviewSchedule,
    LogReviewSignature,
    Second,
)
from requests_app.people.references import parse_reference
from requests_app.permissions import Permission, require
from requests_app.practice import selectors as practice
from requests_app.questions import day, text, yes_no
from requests_app.questions.amounts import whole

#: The figures are those of the moment it was begun; who signs later has looked at something else.
SIGN_WITHIN = timedelta(days=7)


@dataclass(frozen=True)
class SetSchedule:
    """How often the log is reviewed, from a day on."""

    months: int = whole(
        name="the months",
        question=gettext_lazy("Every how many months is the log reviewed?"),
        least=1,
        most=MOST_MONTHS,
        example=1,
    )
    second: bool = yes_no(
        name="whether a second person signs",
        question=gettext_lazy("Does a second person look at each review and countersign?"),
        hint=gettext_lazy("A review counts without. Where it is missing, the list says so."),
        example=False,
    )
    in_force_from: date = day(
        name="the first day",
        question=gettext_lazy("From which day?"),
        hint=gettext_lazy("Today or later: what fell due before stays as it was."),
        example=date(2027, 1, 1),
    )


@dataclass(frozen=True)
class Sign:
    """What a review found."""

    something: bool = yes_no(
        name="whether something was found",
        question=gettext_lazy("Did you find anything that calls for action?"),
        example=False,
    )
    words: str = text(
        name="the finding",
        question=gettext_lazy("What did you look at, and what did you find?"),
        max_length=4000,
        multiline=True,
        example="Refused sign-ins and everything that left: nothing out of the ordinary",
    )
    done: str | None = text(
        name="what is done about it",
        question=gettext_lazy("What is done about it?"),
        max_length=4000,
        multiline=True,
        optional=True,
    )
    request: str | None = text(
        name="the reference",
        question=gettext_lazy("Which complaint or other request goes on from it?"),
        hint=gettext_lazy("Its reference."),
        max_length=40,
        optional=True,
    )

    def problems(self) -> Iterable[Problem]:
        if self.something and not (self.done or self.request):
            sentence = _("Say what is done about it, or name the request that goes on from it.")
            yield Problem("/done", sentence)


@dataclass(frozen=True)
class Countersign:
    """What a second person says of a signed review."""

    words: str | None = text(
        name="what to add",
        question=gettext_lazy("Is there anything to add?"),
        max_length=4000,
        multiline=True,
        optional=True,
        example="Looked at the same figures",
    )


def set_schedule(raw: object, *, actor: Actor, now: datetime) -> LogReviewSchedule:
    """Say how often the log is reviewed from a day on; what was said before ends the day before."""
    require(actor, Permission.MANAGE_PRACTICE)
    asked = questions.parse(SetSchedule, raw, at="", today=now.date())
    if asked.in_force_from < day_of(now, practice.zone()):
        raise BadInput.one("/in_force_from", _("The first day must be today or later."))
    with transaction.atomic():
        end_former(LogReviewSchedule.objects.select_for_update(), asked.in_force_from, actor)
        return add_row(
            LogReviewSchedule,
            actor=actor,
            now=now,
            months=asked.months,
            second=asked.second,
            in_force_from=asked.in_force_from,
        )


def begin(*, people: Collection[str], actor: Actor, now: datetime) -> LogReview:
    """Begin a review of all that was written since the last: its span and its figures are fixed now.

    people  ids of the accounts whose entries are counted one by one

    Raises NotPermitted; NotNow where there is nothing to review.
    """
    _require_reviewer(actor)
    with transaction.atomic():
        last, since = reviews.last_signed(), reviews.unreviewed_since()
        if since is None or since > now:
            raise NotNow(_("Nothing was written since the last review."))
        counted = figures.counted(Span(since, now), reviewer=actor.id, people=people)
        row = LogReview(
            id=uuid4(), follows=last, covers_from=since, covers_until=now, figures=counted,
            begun_by=actor.id, begun_by_name=actor.name,
        )  # fmt: skip
        row.save(force_insert=True)
        _enter(events.LOG_REVIEW_BEGUN, row, actor)
    return row


def sign(pk: str, raw: object, *, actor: Actor, now: datetime) -> LogReview:
    """Sign a review with its finding. Raises NotFound, NotPermitted, NotNow, BadInput."""
    _require_reviewer(actor)
    asked = questions.parse(Sign, raw, at="", today=now.date())
    with transaction.atomic():
        row = reviews.one(pk, actor=actor)
        _check_may_be_signed(row, actor, now)
        goes_on = _request(asked.request, actor, now)
        finding = Finding(asked.something, asked.words, asked.done or "")
        _keep(
            LogReviewSignature(
                id=uuid4(), review=row, follows_id=row.follows_id, finding=finding,
                request=goes_on, signed_at=now,
            )
        )  # fmt: skip
        _enter(events.LOG_REVIEW_SIGNED, row, actor, request=goes_on)
    return reviews.one(pk, actor=actor)


def countersign(pk: str, raw: object, *, actor: Actor, now: datetime) -> LogReview:
    """Add a second signature. Raises NotFound, NotPermitted, NotNow, BadInput."""
    _require_reviewer(actor)
    asked = questions.parse(Countersign, raw, at="", today=now.date())
    with transaction.atomic():
        row = reviews.one(pk, actor=actor)
        _check_may_be_countersigned(row, actor)
        second = LogReviewCountersignature(
            id=uuid4(), review=row, facts=Second(asked.words or ""), signed_by=actor.id,
            signed_by_name=actor.name, signed_at=now,
        )  # fmt: skip
        _keep(second)
        _enter(events.LOG_REVIEW_COUNTERSIGNED, row, actor)
    return reviews.one(pk, actor=actor)


def _require_reviewer(actor: Actor) -> None:
    require(actor, Permission.REVIEW_LOG)
    require_whole_log(actor)


def may_sign(row: LogReview, *, actor: Actor, now: datetime) -> bool:
    """Whether this person can sign this review now."""
    return _may(_check_may_be_signed, row, actor, now)


def may_countersign(row: LogReview, *, actor: Actor) -> bool:
    """Whether this person can add the second signature to this review."""
    return _may(_check_may_be_countersigned, row, actor)


def _may(check: Callable[..., None], row: LogReview, actor: Actor, *more: datetime) -> bool:
    try:
        _require_reviewer(actor)
        check(row, actor, *more)
    except RequestError:
        return False
    return True


def _check_may_be_signed(row: LogReview, actor: Actor, now: datetime) -> None:
    if row.begun_by != actor.id:
        raise NotPermitted(_("Whoever began a review signs it."))
    if hasattr(row, "signature"):
        raise NotNow(_("This review has been signed already."))
    last = reviews.last_signed()
    if row.follows_id != (last.pk if last else None):
        raise NotNow(_("Another review of this time was signed meanwhile. Begin a new one."))
    if now - row.covers_until > SIGN_WITHIN:
        raise NotNow(
            _("This review was begun more than %(days)d days ago. Begin a new one.")
            % {"days": SIGN_WITHIN.days}
        )


def _check_may_be_countersigned(row: LogReview, actor: Actor) -> None:
    if not hasattr(row, "signature"):
        raise NotNow(_("This review has not been signed yet."))
    if row.begun_by == actor.id:
        raise NotPermitted(_("Only somebody else can countersign a review."))
    if hasattr(row, "second"):
        raise NotNow(_("This review has been countersigned already."))


def _request(reference: str | None, actor: Actor, now: datetime) -> Request | None:
    """What goes on from it, if its reviewer may see it."""
    if reference is None:
        return None
    wanted = parse_reference(reference, at="/request")
    seen = selectors.visible_requests(actor, now=now)
    found = seen.filter(reference=wanted).first()
    if found is None:
        raise BadInput.one("/request", _("Enter the reference of a request that is here."))
    return found


def _keep(row: LogReviewSignature | LogReviewCountersignature) -> None:
    """Of two at the same instant one is kept; the other hears how it stands."""
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise NotNow(_("Somebody else signed at the same moment. Look again.")) from None


def _enter(name: str, row: LogReview, actor: Actor, *, request: Request | None = None) -> None:
    log.append(
        name,
        actor=actor,
        request=request.reference if request else None,
        obj=log.Obj("log_review", str(row.pk), None),
        after={"from": row.covers_from.isoformat(), "until": row.covers_until.isoformat()},
    )
