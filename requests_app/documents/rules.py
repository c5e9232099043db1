"""Who may add which document, and who may read its file. One table for each, and a reason.

Staff read what their work needs.  Whoever asked reads what they sent in themself, and records once
they were released to them.
"""

from collections.abc import Mapping
from datetime import datetime

from audit.actors import Actor
from requests_app import selectors
from requests_app.casework import moved
from requests_app.complaints import routing
from requests_app.deadlines.calendars import day_of
from requests_app.documents.models import Document, Sort
from requests_app.errors import NotPermitted
from requests_app.kinds.base import MOVED, Kind
from requests_app.people import segments
from requests_app.people.models import Patient
from requests_app.permissions import SENTENCES, may, require
from requests_app.permissions import Permission as P

#: The first of each row is the one whose sentence is said to whoever holds none of them.
ADD: Mapping[Sort, tuple[P, ...]] = {
    Sort.CAME_IN: (P.FILE_FOR_OTHERS, P.FILE_OWN),
    Sort.IDENTITY: (P.VERIFY_IDENTITY, P.FILE_OWN),
    Sort.AUTHORITY: (P.VERIFY_IDENTITY, P.FILE_OWN),
    Sort.RELEASE: (P.WORK_REQUESTS,),
}
#: A determination and a review look at the records and at what was asked, not at identity papers.
READ: Mapping[Sort, tuple[P, ...]] = {
    Sort.CAME_IN: (P.WORK_REQUESTS, P.FILE_FOR_OTHERS, P.DETERMINE, P.REVIEW_DENIAL),
    Sort.IDENTITY: (P.VERIFY_IDENTITY,),
    Sort.AUTHORITY: (P.VERIFY_IDENTITY, P.WORK_REQUESTS),
    Sort.RELEASE: (P.WORK_REQUESTS, P.DETERMINE, P.REVIEW_DENIAL),
}
#: Of a patient, where no request is: what shows that somebody may act for them.
OF_PATIENT: Mapping[Sort, tuple[P, ...]] = {
    Sort.AUTHORITY: (P.VERIFY_IDENTITY, P.MANAGE_PATIENTS),
}
Owner = Kind | Patient


def check_add(sort: Sort, owner: Owner, actor: Actor, *, now: datetime) -> None:
    """Raise NotPermitted, naming who can, unless the actor may add such a document there."""
    table = table_of(owner)
    needs = table.get(sort, (P.WORK_REQUESTS,))
    if sort not in table or not _any(needs, owner, actor, now=now):
        raise NotPermitted(SENTENCES[needs[0]])


def table_of(owner: Owner) -> Mapping[Sort, tuple[P, ...]]:
    """What can be added there, and who may."""
    return OF_PATIENT if isinstance(owner, Patient) else ADD


def check_erase(owner: Owner, actor: Actor) -> None:
    """Deleting is final: the privacy officer's, or whoever manages patients where no request is."""
    needs = P.MANAGE_PATIENTS if isinstance(owner, Patient) else P.DECIDE
    require(actor, needs, site=str(owner.site_id))


def may_read(document: Document, actor: Actor, *, now: datetime) -> bool:
    """Whether the actor, who may see the request or patient, may read this document's file."""
    if document.patient is not None:
        return _any(OF_PATIENT[Sort(document.sort)], document.patient, actor, now=now)
    request = request_of(document)
    needs = READ[Sort(document.sort)]
    return _any(needs, request, actor, now=now) or _own(document, request, actor, now=now)


def may_list(document: Document, actor: Actor, *, now: datetime) -> bool:
    """Auditors see which documents there are, not what is in them."""
    owner = owner_of(document)
    audits = may(actor, P.READ_LOG) and may(actor, P.READ_REQUESTS, site=str(owner.site_id))
    return audits or may_read(document, actor, now=now)


def owner_of(document: Document) -> Owner:
    """The patient whose it is or, of all others, the request."""
    return document.patient or request_of(document)


def request_of(document: Document) -> Kind:
    """The request a document belongs to, as its own kind. Not asked of a patient's document.

    It goes along with a request that is moved to another kind: who may do what with it is judged
    by the one that took its place.
    """
    assert isinstance(document.request, Kind)  # a row is loaded as its own kind
    return moved.goes_on(document.request)


def came_with(document: Document) -> str | None:
    """The reference of the request it came with, where that one was moved since."""
    request = document.request
    return request.reference if request is not None and request.state == MOVED else None


def sent_by(document: Document, actor: Actor) -> bool:
    """Whether this person added it. Who looked a request up sent what came with one moved to it."""
    if actor.via == selectors.LOOKED_UP and document.request_id is not None:
        mine = {actor.id, str(document.request_id)}
        return document.announced_by in mine and str(request_of(document).pk) == actor.id
    return document.announced_by == actor.id


def gathered_for_another(document: Document) -> bool:
    """Whether it came while the request was taken for another patient's: it may be that patient's."""
    request = document.request
    if request is None or request.patient_id is None:
        return False
    return request.patient_id != request_of(document).patient_id


def _own(document: Document, request: Kind, actor: Actor, *, now: datetime) -> bool:
    if not _holds(P.FILE_OWN, request, actor, now=now):
        return False
    if sent_by(document, actor):
        return True
    if gathered_for_another(document):
        return False
    kept_back = segments.document_withheld(document.pk, request.representative, at=now)
    return document.released_at is not None and not kept_back


def _any(needs: tuple[P, ...], owner: Owner, actor: Actor, *, now: datetime) -> bool:
    return any(_holds(one, owner, actor, now=now) for one in needs)


def _holds(permission: P, owner: Owner, actor: Actor, *, now: datetime) -> bool:
    if isinstance(owner, Patient):
        return may(actor, permission, site=str(owner.site_id))
    if permission == P.FILE_OWN:
        return may(actor, permission) and selectors.is_own(owner, actor)
    if may(actor, permission, site=str(owner.site_id)):
        return True
    # Whoever takes a complaint reads what came with it, whatever their role.
    today = day_of(now, owner.site.time_zone)
    return permission in owner.HANDLER and routing.handles(owner, actor, on=today)
