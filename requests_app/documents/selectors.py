"""Questions asked of the documents: who may see that there is one, and what it is."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from audit.actors import Actor
from requests_app import selectors
from requests_app.documents import rules
from requests_app.documents.models import Document, Download
from requests_app.errors import NotFound
from requests_app.kinds.base import Kind
from requests_app.people import selectors as people
from requests_app.people.models import Patient
from requests_app.permissions import Permission, may


def of_request(request: Kind, *, actor: Actor, now: datetime) -> list[Document]:
    """The documents of a request the actor may see, in the order in which they were announced."""
    return _listed(_rows().filter(request_id=request.pk), actor=actor, now=now)


def of_patient(patient: Patient, *, actor: Actor, now: datetime) -> list[Document]:
    """Those of a patient where no request is."""
    return _listed(_rows().filter(patient=patient), actor=actor, now=now)


def one(pk: str, *, actor: Actor, now: datetime) -> Document:
    """A document the actor may see. NotFound otherwise, whether or not there is one."""
    found = selectors.one(
        _rows().filter(_reachable(actor, now=now), pk=selectors.uuid_or_not_found(pk))
    )
    if not rules.may_list(found, actor, now=now) and found.announced_by != actor.id:
        raise NotFound
    return found


def download(pk: str, *, actor: Actor) -> Download:
    """Leave that was given to this person. Somebody else's does not exist."""
    rows = Download.objects.filter(account=actor.id)
    return selectors.one(rows.filter(pk=selectors.uuid_or_not_found(pk)))


def _rows() -> QuerySet[Document]:
    return Document.objects.select_related(
        "request__site", "request__representative", "patient__site"
    )


def _listed(rows: QuerySet[Document], *, actor: Actor, now: datetime) -> list[Document]:
    ordered = rows.order_by("announced_at", "id")
    return [row for row in ordered if rules.may_list(row, actor, now=now)]


def _reachable(actor: Actor, *, now: datetime) -> Q:
    """Of a request the actor may see, or of a patient."""
    requests = selectors.visible_requests(actor, now=now).filter(pk=OuterRef("request_id"))
    reached = Q(Exists(requests))
    if may(actor, Permission.READ_PATIENTS):
        reached |= Q(patient__in=people.visible(actor))
    return reached
