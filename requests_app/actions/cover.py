"""Somebody is away, or leaves: duties with their days, and requests, go to somebody else.

Nothing is overwritten: who held which duty on which day stays on record (164.530(a), (i)).
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from audit import log
from audit.actors import Actor
from requests_app import events, questions
from requests_app.actions import practice
from requests_app.complaints import routing
from requests_app.errors import BadInput, NotNow, Problem
from requests_app.kinds.base import FINISHED
from requests_app.kinds.models import Request
from requests_app.permissions import Permission, require
from requests_app.practice.models import Designation
from requests_app.questions import day, in_order, text

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Cover:
    """Who covers, and on which days."""

    person: str = text(
        name="who covers", question="Who covers for you? Give the account.", max_length=64,
        example="3f2b8c1e-5d47-4a90-9c36-7e1d2a4b6f80",
    )  # fmt: skip
    first: date = day(name="the first day", question="From which day?", example=date(2026, 7, 6))
    last: date = day(name="the last day", question="Until which day?", example=date(2026, 7, 17))

    def problems(self) -> list[Problem]:
        return in_order(self.first, self.last, at="/last")


@dataclass(frozen=True, slots=True)
class Successor:
    """Who takes over, as records name them."""

    account: str
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class HandedOver:
    """How many requests went over, and those that could not: complaints about the successor."""

    given: int
    left: tuple[str, ...]


def cover(raw: object, *, to: Successor, actor: Actor, now: datetime) -> list[Designation]:
    """Give the actor's own duties to somebody for some days, and take them back the day after.

    Raises NotPermitted, BadInput, and NotNow when the actor holds no duty by account.
    """
    asked = questions.parse(Cover, raw, at="", today=now.date())
    if asked.person == actor.id:
        raise BadInput.one("/person", "Choose somebody else than yourself.")
    if asked.first < now.date():
        raise BadInput.one("/first", "The first day must be today or later.")
    with transaction.atomic():
        held = _held(actor.id)
        if not held:
            raise NotNow("No duty is on record under your account, so there is none to cover.")
        made = [_give(one, to, since=asked.first, actor=actor, now=now) for one in held]
        for one in held:
            back = Successor(actor.id, one.name, one.email)
            _give(one, back, since=asked.last + _DAY, actor=actor, now=now)
    return made


def give_duties(
    account: str, *, to: Successor, since: date, actor: Actor, now: datetime
) -> list[Designation]:
    """Give every duty an account holds to somebody else from a day on; one begun since, the day after."""
    with transaction.atomic():
        return [
            _give(one, to, since=max(since, one.in_force_from + _DAY), actor=actor, now=now)
            for one in _held(account)
        ]


def hand_over(account: str, *, to: Successor, actor: Actor, now: datetime) -> HandedOver:
    """Give every open request of an account to somebody else; one entry for each.

    Whoever manages users does it without reading any of them.  A complaint that names the successor
    goes to nobody, and is named in the answer.
    """
    require(actor, Permission.MANAGE_USERS)
    left: list[str] = []
    with transaction.atomic():
        rows = Request.objects.filter(assigned_to=account).exclude(state__in=FINISHED)
        locked = list(rows.select_for_update(of=("self",)).order_by("due_at", "id"))
        for request in locked:
            named = to.account in routing.named_accounts(request)
            if named:
                left.append(request.reference)
            _assign(request, "" if named else to.account, actor)
    return HandedOver(len(locked) - len(left), tuple(left))


def _held(account: str) -> list[Designation]:
    """The duties an account holds without an end; what has one runs out by itself."""
    rows = Designation.objects.filter(in_force_until__isnull=True, account=UUID(account))
    return list(rows.order_by("duty", "in_force_from"))


def _give(
    held: Designation, to: Successor, *, since: date, actor: Actor, now: datetime
) -> Designation:
    """The same duty with the same title and telephone, held by somebody else."""
    raw = {
        "duty": held.duty,
        "title": held.title,
        "name": to.name or None,
        "telephone": held.telephone,
        "email": to.email or None,
        "account": to.account,
        "in_force_from": since.isoformat(),
    }
    return practice.designate(raw, actor=actor, now=now)


def _assign(request: Request, person: str, actor: Actor) -> None:
    before, request.assigned_to = request.assigned_to, person
    request.save(update_fields=["assigned_to"])
    log.append(
        events.REQUEST_ASSIGNED,
        actor=actor,
        patient=str(request.patient_id) if request.patient_id else None,
        request=request.reference,
        obj=log.Obj("request", str(request.pk), request.version),
        before={"person": before},
        after={"person": person} if person else None,
    )
