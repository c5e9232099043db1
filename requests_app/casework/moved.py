"""Along the line of requests that were moved: what came before one, and as what one goes on.

Nothing is copied from the one to the other: what belongs to a request is found through its line.
"""

from collections.abc import Iterable
from uuid import UUID

from requests_app.casework.models import Refiling
from requests_app.kinds.base import MOVED, Kind


def came_before(requests: Iterable[UUID]) -> list[UUID]:
    """The requests that were moved to these, and those that were moved to them."""
    found: list[UUID] = []
    later = list(requests)
    while later:
        rows = Refiling.objects.filter(right_id__in=later)
        later = list(rows.values_list("wrong_id", flat=True))
        found += later
    return found


def goes_on(request: Kind) -> Kind:
    """What stands in the place of the request now: itself, unless it was moved."""
    while request.state == MOVED:
        # A moved request and its refiling are made in one transaction; PostgreSQL holds both or none.
        after = request.refiled_as.right
        assert isinstance(after, Kind)  # a row is loaded as its own kind
        request = after
    return request
