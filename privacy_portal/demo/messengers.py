"""What sweep and mail would have done in the month that the demo tells; nothing leaves the machine.

Without this the worker would catch up with the whole month at its first start.
"""

from datetime import datetime

from privacy_portal.mail import recipients
from requests_app.actions import due, outbox
from requests_app.actions.outbox import Outcome
from requests_app.kinds.models import DueInstant
from requests_app.outbox import OutboxRow


def remind_and_tell(now: datetime) -> None:
    """Reminders whose instant has come, and every message that waits, are behind us.

    Before most acts of the month there is nothing, which is asked more cheaply than done.
    """
    while _anything_due(now) and due.sweep(now=now).acted:
        pass
    while outbox.anything_waits(now=now) and (rows := outbox.claim(now=now)):
        for row in rows:
            outbox.end(row, _outcome(row, now), now=now)


def _anything_due(now: datetime) -> bool:
    return DueInstant.objects.filter(acted_at__isnull=True, at__lte=now).exists()


def _outcome(row: OutboxRow, now: datetime) -> Outcome:
    reached = recipients.address(row, now=now) is not None
    return Outcome.HANDED_OVER if reached else Outcome.NO_ADDRESS
