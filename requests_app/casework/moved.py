"""Along the line of requests that were moved: what came before one, and as what one goes on.

Nothing is copied from the one to the other: what belongs to a request is found through its line.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models.expressions import RawSQL

from audit.actors import Actor
from requests_app.casework.models import Refiling, RefilingFacts
from requests_app.kinds.base import MOVED, Kind


def keep(wrong: Kind, right: Kind, why: str, *, actor: Actor, now: datetime) -> Refiling:
    """Put on record that the one goes on as the other, and why."""
    return Refiling.objects.create(
        wrong_id=wrong.pk,
        right_id=right.pk,
        facts=RefilingFacts(why),
        refiled_by=actor.id,
        refiled_by_name=actor.name,
        refiled_at=now,
    )


def came_before(requests: Iterable[UUID]) -> list[UUID]:
    """The requests that were moved to these, and those that were moved to them."""
    found: list[UUID] = []
    later = list(requests)
    while later:
        rows = Refiling.objects.filter(right_id__in=later)
        later = list(rows.values_list("wrong_id", flat=True))
        found += later
    return found


#: Those that were moved to another patient, and what had been moved to them before somebody saw it.
_AWAY = """
    WITH RECURSIVE away (id) AS (
        SELECT row.wrong_id FROM requests_app_refiling AS row
        JOIN requests_app_request AS wrong ON wrong.id = row.wrong_id
        JOIN requests_app_request AS other ON other.id = row.right_id
        WHERE wrong.patient_id IS NOT NULL AND other.patient_id IS DISTINCT FROM wrong.patient_id
        UNION SELECT earlier.wrong_id FROM requests_app_refiling AS earlier
        JOIN away ON away.id = earlier.right_id
    ) SELECT id FROM away
"""


def away() -> RawSQL:
    """The requests that were not about the patient they were filed for, as a subquery.

    They stay that patient's in the record, and nobody reads them as that patient any more.
    """
    return RawSQL(_AWAY, [])  # noqa: S611 - nothing of it is typed


def goes_on(request: Kind) -> Kind:
    """What stands in the place of the request now: itself, unless it was moved."""
    while request.state == MOVED:
        # A moved request and its refiling are made in one transaction; PostgreSQL holds both or none.
        after = request.refiled_as.right
        assert isinstance(after, Kind)  # a row is loaded as its own kind
        request = after
    return request
