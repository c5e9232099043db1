"""What was decided last of a request: what the guards ask whenever somebody looks at one."""

from functools import cache
from uuid import UUID

from requests_app.compiled import Compiled
from requests_app.kinds.models import Decision


def latest(request: UUID, *moves: str) -> Decision | None:
    """The latest decision of these moves: a request taken up again is judged by what was decided since."""
    return _latest(moves).first(request=request)


@cache
def _latest(moves: tuple[str, ...]) -> Compiled[Decision]:
    return Compiled(
        lambda request: Decision.objects.filter(request_id=request, move__in=moves).order_by(
            "-version"
        )[:1],
        request=UUID,
    )
