"""A request looked up without an account: by reference and date of birth, then by a code.

Whoever types what fits is nobody we know yet: the code goes to the one address to which the service
may write about that request (`standing.reach`), and opens that request alone.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from audit.actors import Actor
from requests_app.casework.moved import away
from requests_app.deadlines.calendars import day_of
from requests_app.errors import BadInput
from requests_app.kinds.base import MOVED, Kind
from requests_app.kinds.models import Request
from requests_app.people.references import EXAMPLE, parse_reference
from requests_app.permissions import Role
from requests_app.questions import day, text
from requests_app.selectors import LOOKED_UP
from requests_app.standing import reach
from requests_app.standing.reach import Verdict


@dataclass(frozen=True)
class LookUp:
    """What is typed to find a request."""

    reference: str = text(
        name="your reference",
        question="Your reference",
        hint=format_lazy(
            _("It stands on the confirmation and on every letter, and looks like {example}."),
            example=EXAMPLE,
        ),
        max_length=40,
        example=EXAMPLE,
    )
    birth_date: date = day(
        name="your date of birth",
        question="Your date of birth",
        not_future=True,
        example=date(1980, 2, 29),
    )


def found(reference: str, birth_date: date, *, now: datetime) -> Kind | None:
    """The request of that reference, if whoever asked, or the patient, was born that day.

    None, too, where it was asked under an authority that is over.
    """
    try:
        written = parse_reference(reference)
    except BadInput:
        return None
    rows = Request.objects.select_related("site", "patient", "representative")
    request = rows.filter(reference=written).first()
    if request is None or birth_date.isoformat() not in _born(request):
        return None
    if _authority_is_over(request, now):
        return None
    return cast(Kind, request)


def address(request: Kind, *, sign_in: str | None, at: datetime) -> str:
    """Where a code about this request may be sent by e-mail; empty where nothing may.

    sign_in  the address by which the account that filed it signs in, if it is a patient's
    """
    usual = sign_in or _named(request) or _on_file(request)
    told = reach.by_email(request, usual=usual or None, at=at)
    return told.email if told.verdict is Verdict.SEND else ""


def reader(request_id: str) -> Actor:
    """Whoever has shown the code: may see this request and nothing else."""
    roles = frozenset({Role.PATIENT.value})
    return Actor(id=request_id, name="", roles=roles, via=LOOKED_UP)


def _born(request: Request) -> set[str]:
    days = {cast(Kind, request).filed.asker.birth_date} - {""}
    if request.patient is not None and not _moved_away(request):
        days.add(request.patient.identity.birth_date.isoformat())
    return days


def _moved_away(request: Request) -> bool:
    """Whether it was taken for this patient's and is somebody else's: the patient is told nothing."""
    return Request.objects.filter(pk=request.pk, state=MOVED, pk__in=away()).exists()


def _authority_is_over(request: Request, now: datetime) -> bool:
    until = request.representative.authority_until if request.representative else None
    return until is not None and until < day_of(now, request.site.time_zone)


def _named(request: Kind) -> str:
    """The e-mail address they named when they asked, if that is how they can be reached."""
    contact: str = request.filed.asker.contact.strip()
    try:
        validate_email(contact)
    except ValidationError:
        return ""
    return contact


def _on_file(request: Kind) -> str:
    """The address on file, once it is confirmed who asked."""
    if request.patient is None or request.identity_confirmed_at is None or _moved_away(request):
        return ""
    acting = request.representative
    email: str = acting.facts.email if acting else request.patient.identity.email
    return email
