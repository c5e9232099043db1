"""When each task last began and finished, for whoever watches over the service."""

from datetime import datetime

from requests_app.falling_due.models import Heartbeat

#: The task without which nothing falls due.
SWEEP = "sweep_due"


def began(name: str, *, now: datetime) -> None:
    """Note that a task begins."""
    Heartbeat.objects.update_or_create(
        name=name, defaults={"began_at": now}, create_defaults={"name": name, "began_at": now}
    )


def finished(name: str, *, now: datetime) -> None:
    """Note that it has come to its end."""
    Heartbeat.objects.filter(name=name).update(finished_at=now)


def last_finished(name: str) -> datetime | None:
    """When it last came to its end; None if it never did."""
    row = Heartbeat.objects.filter(name=name).first()
    return row.finished_at if row else None
