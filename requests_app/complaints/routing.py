"""Around whom a complaint goes, and to whom (164.530(d); a person does not judge their own case)."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import CharField, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Cast

from audit.actors import Actor
from requests_app.casework.moved import came_before
from requests_app.compiled import Compiled
from requests_app.complaints.models import NamedInComplaint
from requests_app.errors import BadInput
from requests_app.kinds.models import Request
from requests_app.permissions import Role
from requests_app.practice import selectors as practice
from requests_app.practice.models import Designation, Duty

#: To whom a complaint goes that names somebody: the first of these who is not named.  The alternate
#: comes first, since contact and official are often one person whatever the record says.
IN_ORDER = (Duty.COMPLAINT_ALTERNATE, Duty.COMPLAINT_CONTACT, Duty.PRIVACY_OFFICIAL)
CITATION = "45 CFR 164.530(d), (g)"


def name(move: Any, *, duty: Duty | None = None, account: str = "") -> None:
    """Put on record that the complaint is about this person. It goes around them from this instant.

    So does what it was filed as before somebody saw that it is a complaint: the words are the same.
    """
    if duty is not None:
        held = practice.holder(duty, on=move.today)
        account = str(held.account) if held is not None and held.account else account
    for pk in _line(move.request):
        _note(pk, account, duty or "", move.now)


def goes_on_as(wrong: Request, complaint: Request) -> None:
    """What was moved to this complaint goes around whom that names, from its beginning on."""
    line = _line(wrong)
    for named in _named(complaint):
        for pk in line:
            _note(pk, named.account, named.duty, named.named_at)


def goes_around_as_before(wrong: Request, right: Request) -> None:
    """A complaint of somebody else goes around all whom it named by then."""
    known = set(_named(right).values_list("account", "duty"))
    for named in _named(wrong):
        if (named.account, named.duty) not in known:
            _note(right.pk, named.account, named.duty, named.named_at)


def _line(request: Request) -> list[UUID]:
    """The request, and what was moved to it."""
    return [request.pk, *came_before([request.pk])]


def _note(pk: UUID, account: str, duty: str, at: datetime) -> None:
    NamedInComplaint.objects.create(request_id=pk, account=account, duty=duty, named_at=at)


def _named(request: Request) -> QuerySet[NamedInComplaint]:
    return NamedInComplaint.objects.filter(request_id=request.pk)


_NAMED = Compiled(lambda request: NamedInComplaint.objects.filter(request_id=request), request=UUID)


def handler(request: Request, *, on: date) -> Designation | None:
    """Who takes this complaint: the contact, or whoever it goes to instead, if anybody is left."""
    named = _NAMED.objects(request=request.pk)
    if not named:
        return practice.holder(Duty.COMPLAINT_CONTACT, on=on)
    held = [found for duty in IN_ORDER if (found := practice.holder(duty, on=on))]
    around = [found for found in held if any(_is(row, found) for row in named)]
    free = (one for one in held if not any(_same_person(one, other) for other in around))
    return next(free, None)


def goes_around(request: Request) -> bool:
    """Whether the complaint names anybody it must go around."""
    return _named(request).exists()


def named_accounts(request: Request) -> frozenset[str]:
    """The accounts of those whom the complaint names."""
    return frozenset(_named(request).exclude(account="").values_list("account", flat=True))


def handles(request: Request, actor: Actor, *, on: date) -> bool:
    """Whether this person takes the complaint, whatever their role."""
    held = handler(request, on=on)
    return held is not None and held.account is not None and str(held.account) == actor.id


def check_not_named(request: Request, account: str, *, at: str) -> None:
    """Nobody works on a complaint about themself. Raises BadInput at the pointer."""
    if _named(request).filter(account=account).exists():
        raise BadInput.one(at, f"Choose somebody whom the complaint does not name ({CITATION}).")


def hidden_references(references: set[str], actor: Actor) -> set[str]:
    """Those of the references whose complaints this person must not see, nor read of in the log."""
    rows = Request.objects.filter(hidden_from(actor), reference__in=references)
    return set(rows.values_list("reference", flat=True))


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
    past_alternate = Exists(around.filter(account__in=_alternates(now.date())))
    return Q(kind="complaint") & (
        (Q(contact) & (~Q(Exists(around)) | Q(past_alternate))) | (Q(alternate) & Q(Exists(around)))
    )


def _alternates(on: date) -> QuerySet[Any]:
    """The account of the alternate, as a subquery."""
    held = Designation.objects.filter(practice.in_force(on), duty=Duty.COMPLAINT_ALTERNATE)
    return held.annotate(known=Cast("account", CharField())).values("known")


def _is(row: NamedInComplaint, held: Designation) -> bool:
    """Whether the person named is the one who holds this duty."""
    if row.account and held.account:
        return row.account == str(held.account)
    return row.duty == held.duty


def _same_person(one: Designation, other: Designation) -> bool:
    """In a small practice one person holds several duties."""
    if one.pk == other.pk:
        return True
    if one.account and other.account:
        return one.account == other.account
    return bool(one.name) and (one.name, one.telephone) == (other.name, other.telephone)
