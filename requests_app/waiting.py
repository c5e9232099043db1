"""What waits longer than it should: facts for whoever watches over the service."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Min

from requests_app.actions.outbox import Outcome
from requests_app.kinds.models import DueInstant
from requests_app.outbox import BY_MAIL, TO_LISTENERS, OutboxRow


@dataclass(frozen=True, slots=True)
class Waiting:
    """Messages not yet told, those given up, the oldest instant nobody has acted on; and how many
    events were given up that a system was to hear."""

    open: int
    open_since: datetime | None
    dead: int
    due_since: datetime | None
    unheard: int = 0


def waiting(*, now: datetime) -> Waiting:
    """As things stand now."""
    not_done = OutboxRow.objects.filter(done_at__isnull=True)
    dead = not_done.filter(outcome=Outcome.DEAD)
    open_rows = not_done.exclude(outcome=Outcome.DEAD).filter(BY_MAIL)
    due = DueInstant.objects.filter(acted_at__isnull=True, at__lte=now)
    return Waiting(
        open=open_rows.count(),
        open_since=open_rows.aggregate(first=Min("made_at"))["first"],
        dead=dead.filter(BY_MAIL).count(),
        unheard=dead.filter(TO_LISTENERS).count(),
        due_since=due.aggregate(first=Min("at"))["first"],
    )
