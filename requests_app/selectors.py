"""Questions asked of the requests and the people: who may see what, and nothing more than that.

What an asker may not see raises NotFound, in the same words as what does not exist.
"""

from datetime import datetime
from typing import TypeVar
from uuid import UUID

from django.db import models
from django.db.models import Q, QuerySet

from audit.actors import Actor
from requests_app.errors import BadInput, NotFound
from requests_app.kinds.models import Request
from requests_app.people import folding, lookups
from requests_app.people.models import (
    AccountLink,
    Capacity,
    Patient,
    Representative,
    SignInAddress,
)
from requests_app.permissions import Permission, may, sites_for

M = TypeVar("M", bound=models.Model)


def one(rows: QuerySet[M]) -> M:
    """The only row, or NotFound."""
    found = rows.first()
    if found is None:
        raise NotFound
    return found


# --- requests ----------------------------------------------------------------------------------
def visible_requests(actor: Actor, *, now: datetime) -> QuerySet[Request]:
    """The requests this actor may see.

    Staff and auditors: those of their sites.  An invited reviewer: the case invited to.  A person:
    what the account filed itself, and everything of the patient it is linked to as that patient; a
    representative's link shows what was filed under that authority, while it lasts.
    """
    sites = sites_for(actor, Permission.READ_REQUESTS)
    if sites is None:
        return Request.objects.all()
    seen = Q(site_id__in=sites)
    if may(actor, Permission.READ_ASSIGNED):
        seen |= Q(reviewer=actor.id)
    if may(actor, Permission.FILE_OWN):
        seen |= _own(actor, now=now)
    return Request.objects.filter(seen)


def is_own(request: Request, actor: Actor) -> bool:
    """Whether the request is the actor's own, as filer or as the patient it is about."""
    if request.filed_by == actor.id:
        return True
    if request.patient_id is None:
        return False
    links = AccountLink.objects.filter(account=actor.id, ended_at__isnull=True)
    return links.filter(patient_id=request.patient_id, capacity=Capacity.INDIVIDUAL).exists()


def links_in_force(account: str, *, now: datetime) -> QuerySet[AccountLink]:
    """The account's ties to patients that neither ended nor ran out."""
    today = now.date()
    return AccountLink.objects.filter(account=account, ended_at__isnull=True).filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=today)
    )


def _own(actor: Actor, *, now: datetime) -> Q:
    links = links_in_force(actor.id, now=now)
    individual = links.filter(capacity=Capacity.INDIVIDUAL).values("patient_id")
    acting = links.filter(capacity=Capacity.REPRESENTATIVE).values("representative_id")
    filed = Q(filed_by=actor.id)
    return (
        (filed & Q(representative__isnull=True))
        | (filed & Q(representative_id__in=acting))
        | Q(patient_id__in=individual)
    )


def link_for(actor: Actor, patient: str | None, *, now: datetime) -> AccountLink | None:
    """The tie under which an account files: the named patient's, or its only one, or none yet."""
    links = list(
        links_in_force(actor.id, now=now).select_related("patient__site", "representative")[:20]
    )
    if patient is None:
        own = [link for link in links if link.capacity == Capacity.INDIVIDUAL]
        if len(own) == 1 or len(links) == 1:
            return (own or links)[0]
        if links:
            raise BadInput.one("/patient", "Say for whom you ask: your account acts for several.")
        return None
    for link in links:
        if str(link.patient_id) == patient:
            return link
    raise BadInput.one("/patient", "Your account is not linked to this patient.")


# --- people ------------------------------------------------------------------------------------
def patient_at(asked: str | None, *, at: str) -> Patient | None:
    """The patient of that id; BadInput at the pointer when there is none."""
    if asked is None:
        return None
    found = Patient.objects.select_related("site").filter(pk=uuid_at(asked, at=at)).first()
    if found is None:
        raise BadInput.one(at, "There is no patient under that id. Look the patient up first.")
    return found


def representative_at(asked: str, patient: Patient | None, *, at: str) -> Representative:
    """The patient's representative of that id; BadInput at the pointer when there is none."""
    rows = Representative.objects.filter(pk=uuid_at(asked, at=at), patient=patient)
    found = rows.first()
    if found is None:
        raise BadInput.one(at, "This patient has no representative under that id.")
    return found


def uuid_at(asked: str, *, at: str) -> UUID:
    """The id, or BadInput at the pointer."""
    try:
        return UUID(asked)
    except ValueError:
        raise BadInput.one(at, "Use the id as this service gave it.") from None


def account_for_address(address: str) -> UUID | None:
    """The account that signs in with this address, if there is one."""
    try:
        folded = folding.fold_email(address)
    except BadInput:
        return None
    rows = SignInAddress.objects.filter(token=lookups.sign_in_token(folded))
    for row in rows:
        if folding.fold_email(row.address.address) == folded:
            return row.pk
    return None


def sign_in_address(account: UUID) -> str | None:
    """The address by which a patient's account signs in; None for any other account."""
    row = SignInAddress.objects.filter(pk=account).first()
    return row.address.address if row else None
