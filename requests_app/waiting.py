"""What waits longer than it should: facts for whoever watches over the service."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Min

from requests_app.actions.outbox import Outcome
from requests_app.kinds.models import DueInstant
from requests_app.outbox import OutboxRow


@dataclass(frozen=True, slots=True)
class Waiting:
    """Messages not yet told, those given up, and the oldest instant nobody has acted on."""

    open: int
    open_since: datetime | None
    dead: int
    due_since: datetime | None


def waiting(*, now: datetime) -> Waiting:
    """As things stand now."""
    not_done = OutboxRow.objects.filter(done_at__isnull=True)
    open_rows = not_done.exclude(outcome=Outcome.DEAD)
    due = DueInstant.objects.filter(acted_at__isnull=True, at__lte=now)
    return Waiting(
        open=open_rows.count(),
        open_since=open_rows.aggregate(first=Min("made_at"))["first"],
        dead=not_done.filter(outcome=Outcome.DEAD).count(),
        due_since=due.aggregate(first=Min("at"))["first"],
    )
