"""Questions asked of the documents: who may see that there is one, and what it is."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from audit.actors import Actor
from requests_app import selectors
from requests_app.casework import moved
from requests_app.documents import rules
from requests_app.documents.models import Document, Download
from requests_app.errors import NotFound
from requests_app.kinds.base import Kind
from requests_app.kinds.models import Request
from requests_app.people import selectors as people
from requests_app.people.models import Patient
from requests_app.permissions import Permission, may

#: What tells who may do what with a document: whose it is, and what its request was moved to.
TOLD_BY = ("request__site", "request__representative", "patient__site",
           "request__refiled_as__right__site",
           "request__refiled_as__right__representative")  # fmt: skip


def of_request(request: Kind, *, actor: Actor, now: datetime) -> list[Document]:
    """The documents of a request the actor may see, in the order in which they were announced.

    What came with a request that was moved to it is among them.
    """
    if not _sees(moved.goes_on(request), actor, now=now):
        return []
    line = [request.pk, *moved.came_before([request.pk])]
    return _listed(_rows().filter(request_id__in=line), actor=actor, now=now)


def of_patient(patient: Patient, *, actor: Actor, now: datetime) -> list[Document]:
    """Those of a patient where no request is."""
    return _listed(_rows().filter(patient=patient), actor=actor, now=now)


def of_person(person: Collection[UUID], *, actor: Actor, now: datetime) -> list[Document]:
    """Those of all the charts of one person, where no request is."""
    return _listed(_rows().filter(patient__in=person), actor=actor, now=now)


def one(pk: str, *, actor: Actor, now: datetime) -> Document:
    """A document the actor may see. NotFound otherwise, whether or not there is one."""
    found = selectors.one(_rows().filter(pk=selectors.uuid_or_not_found(pk)))
    listed = rules.may_list(found, actor, now=now) or rules.sent_by(found, actor)
    if not listed or not _reaches(found, actor, now=now):
        raise NotFound
    return found


def of_whom(person: Collection[UUID]) -> Q:
    """What is about one person: theirs, of their requests, and of what was moved to one of these.

    Not what came with a request that turned out to be about somebody else.
    """
    moved_to = Request.objects.filter(patient__in=person, refiled_from__isnull=False)
    before = moved.came_before(moved_to.values_list("pk", flat=True))
    filed_for = Q(request__patient__in=person) & ~Q(request__in=moved.away())
    return Q(patient__in=person) | filed_for | Q(request__in=before)


def download(pk: str, *, actor: Actor) -> Download:
    """Leave that was given to this person. Somebody else's does not exist."""
    rows = Download.objects.filter(account=actor.id)
    return selectors.one(rows.filter(pk=selectors.uuid_or_not_found(pk)))


def _rows() -> QuerySet[Document]:
    return Document.objects.select_related(*TOLD_BY)


def _listed(rows: QuerySet[Document], *, actor: Actor, now: datetime) -> list[Document]:
    ordered = rows.order_by("announced_at", "id")
    return [row for row in ordered if rules.may_list(row, actor, now=now)]


def _reaches(document: Document, actor: Actor, *, now: datetime) -> bool:
    """Of a request the actor may see, or of a patient."""
    if document.patient_id is None:
        return _sees(rules.request_of(document), actor, now=now)
    readable = may(actor, Permission.READ_PATIENTS)
    return readable and people.visible(actor).filter(pk=document.patient_id).exists()


def _sees(request: Kind, actor: Actor, *, now: datetime) -> bool:
    return selectors.visible_requests(actor, now=now).filter(pk=request.pk).exists()
