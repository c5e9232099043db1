"""Questions asked of the office's own work: what waits, what is due, what may be twice."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from audit.actors import Actor
from requests_app import selectors
from requests_app.casework.models import DepartmentTask, Hold, SubmissionPart
from requests_app.kinds.base import Kind
from requests_app.kinds.models import Request
from requests_app.people import charts
from requests_app.standing.people import is_same

#: Of requests that nobody is tied to yet, as many are opened and compared.
COMPARED = 200
#: Two of one kind this far apart are two wishes, not one said twice.
NEAR = timedelta(days=45)


@dataclass(frozen=True, slots=True)
class Casework:
    """Everything of one request, oldest first."""

    holds: list[Hold]
    tasks: list[DepartmentTask]
    duplicates: list[str]
    together_with: list[str]
    refiled_from: str | None
    refiled_as: str | None


def of(request: Kind, *, actor: Actor, now: datetime) -> Casework:
    """What the office knows beside the request; references only of what the actor may see."""
    part = SubmissionPart.objects.filter(request_id=request.pk).first()
    together = SubmissionPart.objects.filter(submission=part.submission_id if part else None)
    references = together.exclude(request_id=request.pk).values_list(
        "request__reference", flat=True
    )
    seen = selectors.visible_requests(actor, now=now)
    return Casework(
        holds=list(Hold.objects.filter(request_id=request.pk).order_by("in_force_from", "id")),
        tasks=list(
            DepartmentTask.objects.filter(request_id=request.pk)
            .select_related("settled")
            .order_by("given_at", "id")
        ),
        duplicates=duplicates(request, actor=actor, now=now),
        together_with=sorted(
            seen.filter(reference__in=list(references)).values_list("reference", flat=True)
        ),
        refiled_from=_reference(seen.filter(refiled_as__right=request.pk)),
        refiled_as=_reference(seen.filter(refiled_from__wrong=request.pk)),
    )


def duplicates(request: Kind, *, actor: Actor, now: datetime) -> list[str]:
    """References of requests that may be this one again. A warning: nothing is ever merged by itself.

    The same kind, received within a few weeks, of the same person: by any of their charts or, where
    one of the two is matched to nobody, by the name of whoever asks.
    """
    near = selectors.visible_requests(actor, now=now).filter(
        kind=request.kind,
        received_at__gte=request.received_at - NEAR,
        received_at__lte=request.received_at + NEAR,
    )
    near = near.exclude(pk=request.pk).exclude(refiled_as__isnull=False)
    found = set()
    if request.patient_id is not None:
        person = charts.same_person(request.patient_id, at=now)
        found |= set(near.filter(patient_id__in=person).values_list("reference", flat=True))
        near = near.filter(patient_id__isnull=True)
    for other in near.select_related("patient").order_by("-received_at", "-id")[:COMPARED]:
        if _same_asker(request, other):
            found.add(other.reference)
    return sorted(found)


def _same_asker(one: Request, other: Request) -> bool:
    (ours, born), (theirs, also_born) = _who(one), _who(other)
    return is_same(ours, theirs) and (not (born and also_born) or born == also_born)


def _who(request: Request) -> tuple[str, str]:
    """Name and date of birth of whoever asks; the chart's where an account asks for itself."""
    asker = request.filed.asker
    if asker.name or request.patient is None or request.representative_id is not None:
        return asker.name, asker.birth_date
    identity = request.patient.identity
    return identity.full_name, str(identity.birth_date)


def _reference(rows: QuerySet[Request]) -> str | None:
    return rows.values_list("reference", flat=True).first()
