"""Questions asked of what stands: who may read which preferences and authorizations."""

from datetime import datetime

from django.db.models import Q, QuerySet

from audit.actors import Actor
from requests_app import selectors
from requests_app.people import charts
from requests_app.people.models import Capacity, Patient
from requests_app.permissions import Permission, require
from requests_app.standing.authorizations import Authorization
from requests_app.standing.preferences import CommunicationPreference


def own_authorizations(actor: Actor, *, now: datetime) -> QuerySet[Authorization]:
    """Those of the patient whose account this is, newest first; empty while it is tied to nobody."""
    require(actor, Permission.FILE_OWN)
    links = selectors.links_in_force(actor.id, now=now).filter(capacity=Capacity.INDIVIDUAL)
    rows = Authorization.objects.filter(patient_id__in=links.values("patient_id"))
    return _newest(rows)


def authorizations(patient: Patient, *, at: datetime) -> QuerySet[Authorization]:
    """Every authorization of a person, by any chart, defective and ended too, newest first."""
    person = charts.same_person(patient.pk, at=at)
    return _newest(Authorization.objects.filter(patient_id__in=person))


def preferences(patient: Patient, *, at: datetime) -> QuerySet[CommunicationPreference]:
    """What counts at this instant, of the patient and of each representative, newest first."""
    still = Q(in_force_until__isnull=True) | Q(in_force_until__gt=at)
    rows = CommunicationPreference.objects.filter(still, patient=patient, in_force_from__lte=at)
    return rows.select_related("request").order_by("-in_force_from", "id")


def _newest(rows: QuerySet[Authorization]) -> QuerySet[Authorization]:
    return rows.select_related("patient__site").order_by("-in_force_from", "id")
