"""Questions asked of the requests and the people: who may see what, and nothing more than that.

What an asker may not see raises NotFound, in the same words as what does not exist.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connection, models
from django.db.models import F, Func, Q, QuerySet, Value
from django.db.models.functions import Cast

from audit.actors import Actor
from requests_app.casework.moved import away
from requests_app.compiled import Compiled
from requests_app.complaints import routing
from requests_app.deadlines.calendars import day_of
from requests_app.errors import BadInput, NotFound, NotTheirs
from requests_app.kinds.base import MOVED
from requests_app.kinds.models import Request
from requests_app.people import folding, lookups
from requests_app.people.models import (
    AccountLink,
    Capacity,
    Patient,
    Representative,
    SignInAddress,
)
from requests_app.people.references import parse_reference
from requests_app.permissions import Permission, may, require, sites_for
from requests_app.practice.models import Site

M = TypeVar("M", bound=models.Model)
#: How somebody comes who has shown the code of one request: the actor's id is that request's.
LOOKED_UP = "lookup"


def one(rows: QuerySet[M]) -> M:
    """The only row, or NotFound."""
    found = rows.first()
    if found is None:
        raise NotFound
    return found


# --- requests ----------------------------------------------------------------------------------
def reference_or_not_found(typed: str) -> str:
    """The reference in its written form; what cannot be one names nothing, and is asked of nobody."""
    try:
        return parse_reference(typed)
    except BadInput:
        raise NotFound from None


def visible_requests(actor: Actor, *, now: datetime) -> QuerySet[Request]:
    """The requests this actor may see.

    Staff and auditors: those of their sites.  The front desk: what it took down itself.  An invited
    reviewer: the case invited to.  A person: what the account filed itself, and everything of the
    patient it is linked to as that patient, but for what was moved to another patient; a
    representative's link shows what was asked under that authority, while it lasts.  Whoever takes
    complaints: those.  Nobody: a complaint about themself.
    """
    return Request.objects.filter(_seen(actor, now=now), ~routing.hidden_from(actor))


def _seen(actor: Actor, *, now: datetime) -> Q:
    sites = sites_for(actor, Permission.READ_REQUESTS)
    seen = Q() if sites is None else Q(site_id__in=sites)
    if not (may(actor, Permission.WORK_REQUESTS) or may(actor, Permission.READ_LOG)):
        # Who only decides on care has no need of complaints, which may be about them.
        seen &= ~Q(kind="complaint")
    elif sites is None:
        return seen
    seen |= routing.open_to(actor, now=now)
    if may(actor, Permission.FILE_FOR_OTHERS):
        seen |= Q(filed_by=actor.id)
    if may(actor, Permission.READ_ASSIGNED):
        seen |= Q(reviewer=actor.id)
    if may(actor, Permission.FILE_OWN):
        seen |= _own(actor, now=now)
    return seen


def is_own(request: Request, actor: Actor) -> bool:
    """Whether a request the actor may see is their own: as filer, patient or representative."""
    if actor.via == LOOKED_UP:
        return str(request.pk) == actor.id
    if request.filed_by == actor.id:
        return True
    if request.patient_id is None:
        return False
    links = _LINKS.rows(account=UUID(actor.id), patient=request.patient_id)
    return any(
        capacity == Capacity.INDIVIDUAL
        or (acting is not None and acting == request.representative_id)
        for capacity, acting in links
    )


_LINKS = Compiled(
    lambda account, patient: AccountLink.objects.filter(
        account=account, patient_id=patient, ended_at__isnull=True
    ).values_list("capacity", "representative_id"),
    account=UUID,
    patient=UUID,
)


def links_in_force(account: str, *, now: datetime) -> QuerySet[AccountLink]:
    """The account's ties to patients that neither ended nor ran out by the day at the site."""
    day_there = Cast(
        Func(F("patient__site__time_zone"), Value(now), function="timezone"),
        models.DateField(),
    )
    links = AccountLink.objects.filter(account=account, ended_at__isnull=True)
    return links.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day_there))


def _own(actor: Actor, *, now: datetime) -> Q:
    """Filed oneself, unless the tie behind it is over; about oneself; asked under one's authority."""
    if actor.via == LOOKED_UP:
        return Q(pk=actor.id)
    links = links_in_force(actor.id, now=now)
    individual = links.filter(capacity=Capacity.INDIVIDUAL).values("patient_id")
    acting = links.filter(capacity=Capacity.REPRESENTATIVE).values("representative_id")
    ever = AccountLink.objects.filter(account=actor.id, representative__isnull=False)
    over = ever.exclude(pk__in=links.values("pk")).values("representative_id")
    filed = Q(filed_by=actor.id) & (Q(representative__isnull=True) | ~Q(representative_id__in=over))
    of_theirs = Q(representative_id__in=acting) | Q(patient_id__in=individual)
    return filed | (of_theirs & ~_away())


def _away() -> Q:
    """What was moved to another patient is read by whoever filed it, and as the patient by nobody."""
    return Q(state=MOVED, pk__in=away())


def moved_away(actor: Actor, *, now: datetime) -> QuerySet[Request]:
    """What stood among this person's requests and was about somebody else. Only that is told of it."""
    if not may(actor, Permission.FILE_OWN) or actor.via == LOOKED_UP:
        return Request.objects.none()
    links = links_in_force(actor.id, now=now)
    own = Q(patient_id__in=links.filter(capacity=Capacity.INDIVIDUAL).values("patient_id"))
    acting = links.filter(capacity=Capacity.REPRESENTATIVE).values("representative_id")
    rows = Request.objects.filter(_away(), own | Q(representative_id__in=acting))
    return rows.exclude(filed_by=actor.id)


def nothing_there(reference: str, actor: Actor, *, now: datetime) -> NotFound:
    """What is said of a request the actor does not see: that it was not about them, or nothing."""
    away_from_them = moved_away(actor, now=now).filter(reference=reference).exists()
    return NotTheirs() if away_from_them else NotFound()


@dataclass(frozen=True, slots=True)
class Tie:
    """Under what an account files: for whom, as whom, and at which site."""

    patient_id: UUID
    capacity: str
    representative_id: UUID | None
    ends_on: date | None
    site: Site


_SITE = [field.attname for field in Site._meta.concrete_fields]
_TIES = Compiled(
    lambda account: AccountLink.objects.filter(account=account, ended_at__isnull=True).values_list(
        "patient_id",
        "capacity",
        "representative_id",
        "ends_on",
        *(f"patient__site__{name}" for name in _SITE),
    ),
    account=UUID,
)


def _ties(account: str, *, now: datetime) -> list[Tie]:
    """`links_in_force` with their sites, by which "the day there" is seen here."""
    ties = (
        Tie(patient, capacity, representative, ends_on, Site.from_db(DEFAULT_DB_ALIAS, _SITE, site))
        for patient, capacity, representative, ends_on, *site in _TIES.rows(account=UUID(account))
    )
    return [
        tie for tie in ties if tie.ends_on is None or tie.ends_on >= day_of(now, tie.site.time_zone)
    ]


def ties(actor: Actor, *, now: datetime) -> list[Tie]:
    """Under what this account can file: for itself, and for whom it acts."""
    return _ties(actor.id, now=now)


def link_for(actor: Actor, patient: str | None, *, now: datetime) -> Tie | None:
    """The tie under which an account files: the named patient's, or its only one, or none yet."""
    links = _ties(actor.id, now=now)
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
def find_patients(search: lookups.Search, *, actor: Actor) -> list[Patient]:
    """Patients who fit, of the sites the actor works for. Raises NotPermitted, BadInput."""
    require(actor, Permission.READ_PATIENTS)
    return [
        found
        for found in lookups.find(search)
        if may(actor, Permission.READ_PATIENTS, site=str(found.site_id))
    ]


def patient_named(asked: str, *, at: str, actor: Actor, permission: Permission) -> Patient:
    """The patient of that id, with whom the actor may do this; BadInput at the pointer when none.

    A patient of a site the actor does not work for is told apart from no patient in no way.
    """
    require(actor, permission)
    found = Patient.objects.select_related("site").filter(pk=uuid_at(asked, at=at)).first()
    if found is None or not may(actor, permission, site=str(found.site_id)):
        raise BadInput.one(at, _NO_PATIENT)
    return found


def patient_in_brief(asked: str, *, at: str, actor: Actor, permission: Permission) -> Patient:
    """As `patient_named`, for whoever is asked often: identity is read only when it is looked at."""
    require(actor, permission)
    with connection.cursor() as cursor:
        cursor.execute(_IN_BRIEF, [uuid_at(asked, at=at)])
        row = cursor.fetchone()
    if row is None or not may(actor, permission, site=str(row[2])):
        raise BadInput.one(at, _NO_PATIENT)
    patient = Patient.from_db(connection.alias, ["id", "created_at", "site_id"], row[:3])
    patient.site = Site.from_db(connection.alias, ["id", "name", "state", "time_zone"], row[2:])
    return patient


_IN_BRIEF = """
    SELECT patient.id, patient.created_at, site.id, site.name, site.state, site.time_zone
    FROM requests_app_patient AS patient JOIN requests_app_site AS site ON site.id = patient.site_id
    WHERE patient.id = %s
"""
_NO_PATIENT = "There is no patient under that id. Look the patient up first."


def patient_at(
    asked: str | None, *, at: str, actor: Actor, permission: Permission
) -> Patient | None:
    """The same, where none need be named."""
    if asked is None:
        return None
    return patient_named(asked, at=at, actor=actor, permission=permission)


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


def uuid_or_not_found(asked: str) -> UUID:
    """The id of what is asked for itself; what is no id names nothing."""
    try:
        return UUID(asked)
    except ValueError:
        raise NotFound from None


def sign_in_address(account: UUID) -> str | None:
    """The address by which a patient's account signs in; None for any other account."""
    row = SignInAddress.objects.filter(pk=account).first()
    return row.address.address if row else None


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
