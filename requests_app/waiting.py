"""What waits longer than it should: facts for whoever watches over the service."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Min

from requests_app.actions import falling_due
from requests_app.actions.outbox import QUIET, Outcome
from requests_app.falling_due import heartbeats
from requests_app.falling_due.models import FallsDue
from requests_app.kinds.models import DueInstant
from requests_app.outbox import BY_MAIL, TO_LISTENERS, OutboxRow


@dataclass(frozen=True, slots=True)
class Waiting:
    """Messages not yet told, those given up, and the oldest instant nobody has acted on.

    unheard    events given up that a system was to hear
    failing    matters whose last try failed
    swept_at   when the sweep last finished; None: never
    """

    open: int
    open_since: datetime | None
    dead: int
    due_since: datetime | None
    unheard: int = 0
    failing: int = 0
    swept_at: datetime | None = None


def waiting(*, now: datetime) -> Waiting:
    """As things stand now."""
    not_done = OutboxRow.objects.filter(done_at__isnull=True)
    dead = not_done.filter(outcome=Outcome.DEAD)
    open_rows = not_done.exclude(outcome=Outcome.DEAD).filter(BY_MAIL)
    open_rows = open_rows.exclude(outcome=QUIET, not_before__gt=now)
    due = DueInstant.objects.filter(acted_at__isnull=True, at__lte=now)
    return Waiting(
        open=open_rows.count(),
        open_since=open_rows.aggregate(first=Min("made_at"))["first"],
        dead=dead.filter(BY_MAIL).count(),
        unheard=dead.filter(TO_LISTENERS).count(),
        due_since=_earlier(
            due.aggregate(first=Min("at"))["first"],
            falling_due.waiting(now).filter(tries=0).aggregate(first=Min("at"))["first"],
        ),
        failing=FallsDue.objects.filter(acted_at__isnull=True, tries__gt=0).count(),
        swept_at=heartbeats.last_finished(heartbeats.SWEEP),
    )


def _earlier(*instants: datetime | None) -> datetime | None:
    return min((one for one in instants if one is not None), default=None)
