"""May this authorization be relied on, at this instant? 45 CFR 164.508(b)(2), (b)(5).

Asked before every release, and again at the moment of sending: a release that was queued or recurs
has no permission of its own.  A written revocation stops from the moment any office of the practice
has it, before anybody has looked at it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

from django.db.models import Q

from requests_app.deadlines.calendars import day_of
from requests_app.kinds.base import Kind
from requests_app.kinds.models import Channel, Request
from requests_app.people import charts
from requests_app.standing import examination
from requests_app.standing.authorizations import Authorization, Cause

KIND = "revocation"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why not: a sentence, its citation, and the record it rests on."""

    sentence: str
    citation: str
    record: str


@dataclass(frozen=True, slots=True)
class Reliance:
    """The answer. Allowed when there is no reason against it."""

    reasons: tuple[Reason, ...]

    @property
    def allowed(self) -> bool:
        """Whether a release may rest on it."""
        return not self.reasons


def relied_on_allowed(
    authorization: Authorization, at: datetime, *, insurer_contests: bool = False
) -> Reliance:
    """Whether a release at this instant may rest on the authorization, and if not, every reason.

    insurer_contests  the release is to the insurer that contests a claim or the policy: a revocation
                      does not stand against it where the decision under (b)(5)(ii) is on record
    """
    lifted = insurer_contests and authorization.contests.filter(decided_at__lte=at).exists()
    revoked = () if lifted else (*_endings(authorization, at), *_stops(authorization, at))
    return Reliance((*_defects(authorization), *_time(authorization, at), *revoked))


def stops(patient: UUID, *, at: datetime) -> list[Request]:
    """Written revocations of this person that the practice has and has not yet worked through.

    One that came in under another chart of the same person stops as well.
    """
    written = [channel.value for channel in Channel if channel.written]
    open_then = Q(answered_at__isnull=True) | Q(answered_at__gt=at)
    rows = Request.objects.filter(
        open_then,
        kind=KIND,
        patient_id__in=charts.same_person(patient, at=at),
        channel__in=written,
        received_at__lte=at,
    )
    return [row for row in rows.order_by("received_at") if _revokes(row)]


def _revokes(request: Request) -> bool:
    return bool(cast(Kind, request).details.subject.value != "treatment")


def _stops(authorization: Authorization, at: datetime) -> Iterator[Reason]:
    for request in stops(authorization.patient_id, at=at):
        if _reaches(request, authorization):
            yield Reason(
                "The practice has a written revocation that may be about this authorization.",
                "45 CFR 164.508(b)(5)",
                request.reference,
            )


def _reaches(request: Request, authorization: Authorization) -> bool:
    """One that names an authorization reaches it; one that names none, all that were there before."""
    named = cast(Kind, request).details.authorization
    if named is None:
        return authorization.in_force_from <= request.received_at
    return bool(named == str(authorization.pk))


def _defects(authorization: Authorization) -> Iterator[Reason]:
    for code in authorization.defects:
        found = examination.finding(code)
        yield Reason(found.sentence, found.citation, str(authorization.pk))


def _time(authorization: Authorization, at: datetime) -> Iterator[Reason]:
    record = str(authorization.pk)
    if at < authorization.in_force_from:
        yield Reason("The practice did not have it yet.", "45 CFR 164.508(a)(1)", record)
    today = day_of(at, authorization.patient.site.time_zone)
    if authorization.last_day is not None and today > authorization.last_day:
        yield Reason("It has expired.", authorization.facts.limit, record)


_SENTENCES = {
    Cause.REVOKED: ("It has been revoked.", "45 CFR 164.508(b)(5)"),
    Cause.KNOWN: ("It is known to have been revoked.", "45 CFR 164.508(b)(2)(iii)"),
    Cause.EVENT: ("The event with which it ends has happened.", "45 CFR 164.508(b)(2)(i)"),
}


def _endings(authorization: Authorization, at: datetime) -> Iterator[Reason]:
    first = authorization.endings.filter(at__lte=at).order_by("at").first()
    if first is not None:
        yield Reason(*_SENTENCES[Cause(first.cause)], str(first.pk))
