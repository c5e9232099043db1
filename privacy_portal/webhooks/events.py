"""An event as it is sent: JSON with a type, an instant and facts that say nothing about a person."""

import json
from typing import Any
from uuid import UUID

from django.conf import settings

from requests_app.subscriptions import Event


def body(event: Event) -> bytes:
    """The bytes that are signed and sent."""
    return json.dumps(content(event), separators=(",", ":")).encode("ascii")


def content(event: Event) -> dict[str, Any]:
    """`type`, `timestamp` and `data`, as Standard Webhooks wants an event to be."""
    return {
        "type": event.type,
        "timestamp": event.at.isoformat(),
        "data": {
            "reference": event.reference,
            "kind": event.kind,
            "state": event.state,
            "version": event.version,
            "site": event.site,
            "received_on": event.received_on.isoformat(),
            "due_on": event.due_on.isoformat() if event.due_on else None,
            "url": f"{settings.PUBLIC_ORIGIN}/api/v1/requests/{event.reference}",
        },
    }


def message_id(row: UUID) -> str:
    """The same at each try: by it a receiver knows what it has heard already."""
    return f"msg_{row.hex}"
