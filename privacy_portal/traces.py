"""One id from the call that came in to the message that went out."""

from audit import context
from requests_app.outbox import OutboxRow


def of(row: OutboxRow) -> context.RequestContext:
    """What surrounds the telling of a row: whatever is written then, in the log of entries or in the
    service's own lines, carries the id of the call or task that led to the row."""
    return context.RequestContext(
        request_id=row.trace or context.current().request_id, app="worker"
    )
