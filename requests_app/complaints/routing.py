"""Around whom a complaint goes, and to whom (164.530(d); a person does not judge their own case)."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from audit.actors import Actor
from requests_app.complaints.models import NamedInComplaint
from requests_app.errors import BadInput
from requests_app.kinds.models import Request
from requests_app.permissions import Role
from requests_app.practice import selectors as practice
from requests_app.practice.models import Designation, Duty

#: To whom a complaint goes: the first of these who is not named in it.
IN_ORDER = (Duty.COMPLAINT_CONTACT, Duty.COMPLAINT_ALTERNATE, Duty.PRIVACY_OFFICIAL)
CITATION = "45 CFR 164.530(d), (g)"


def name(move: Any, *, duty: Duty | None = None, account: str = "") -> None:
    """Put on record that the complaint is about this person. It goes around them from this instant."""
    if duty is not None:
        held = practice.holder(duty, on=move.today)
        account = str(held.account) if held is not None and held.account else account
    NamedInComplaint.objects.create(
        request_id=move.request.pk, account=account, duty=duty or "", named_at=move.now
    )


def handler(request: Request, *, on: date) -> Designation | None:
    """Who takes this complaint: contact, else alternate, else official, whoever is not named."""
    named = list(NamedInComplaint.objects.filter(request_id=request.pk))
    held = {duty: found for duty in IN_ORDER if (found := practice.holder(duty, on=on))}
    around = [found for found in held.values() if any(_is(row, found) for row in named)]
    return next(
        (
            found
            for found in held.values()
            if not any(found.pk == other.pk or _same_person(found, other) for other in around)
        ),
        None,
    )


def goes_around(request: Request) -> bool:
    """Whether the complaint names anybody it must go around."""
    return NamedInComplaint.objects.filter(request_id=request.pk).exists()


def handles(request: Request, actor: Actor, *, on: date) -> bool:
    """Whether this person takes the complaint, whatever their role."""
    held = handler(request, on=on)
    return held is not None and held.account is not None and str(held.account) == actor.id


def check_not_named(request: Request, account: str, *, at: str) -> None:
    """Nobody works on a complaint about themself. Raises BadInput at the pointer."""
    if NamedInComplaint.objects.filter(request_id=request.pk, account=account).exists():
        raise BadInput.one(at, f"Choose somebody whom the complaint does not name ({CITATION}).")


def hidden_from(actor: Actor) -> Exists:
    """The complaints this person must not see: those about them, whatever their role.

    A privacy official who was named and has no account on record may be anybody who holds the
    role: it is then hidden from all of them.
    """
    about = Q(account=actor.id)
    if Role.PRIVACY_OFFICER.value in actor.roles:
        about |= Q(account="", duty=Duty.PRIVACY_OFFICIAL)
    return Exists(NamedInComplaint.objects.filter(about, request=OuterRef("pk")))


def open_to(actor: Actor, *, now: datetime) -> Q:
    """The complaints this person takes as contact or alternate, whatever their role."""
    try:
        account = UUID(actor.id)
    except ValueError:  # a task or a command
        return Q(pk__in=[])
    held = Designation.objects.filter(practice.in_force(now.date()), account=account)
    around = NamedInComplaint.objects.filter(request=OuterRef("pk"))
    contact = Exists(held.filter(duty=Duty.COMPLAINT_CONTACT))
    alternate = Exists(held.filter(duty=Duty.COMPLAINT_ALTERNATE))
    return Q(kind="complaint") & (Q(contact) | (Q(alternate) & Q(Exists(around))))


def _is(row: NamedInComplaint, held: Designation) -> bool:
    """Whether the person named is the one who holds this duty."""
    if row.account and held.account:
        return row.account == str(held.account)
    return row.duty == held.duty


def _same_person(one: Designation, other: Designation) -> bool:
    """In a small practice one person holds several duties."""
    if one.account and other.account:
        return one.account == other.account
    return bool(one.name) and (one.name, one.telephone) == (other.name, other.telephone)
