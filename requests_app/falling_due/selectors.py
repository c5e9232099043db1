"""How the service is doing, for those who look after it: what waits, what fails, what passed."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, Q, QuerySet

from audit.actors import Actor
from requests_app.complaints import routing
from requests_app.falling_due import registry
from requests_app.falling_due.models import FallsDue, Outage, PassedMeanwhile
from requests_app.kinds.models import Request
from requests_app.permissions import Permission, require, sites_for


@dataclass(frozen=True, slots=True)
class Standing:
    """How one matter stands.

    waiting, since  what is due and not acted on, and since when
    failing         how many of them have failed
    next_at         the next instant that is planned
    """

    matter: str
    waiting: int
    since: datetime | None
    failing: int
    next_at: datetime | None


def standings(*, now: datetime) -> list[Standing]:
    """Every matter there is, by name; also one that nobody registers any more, while it waits."""
    due = Q(at__lte=now)
    rows = FallsDue.objects.filter(acted_at__isnull=True).values("what")
    counted = rows.annotate(
        waiting=Count("pk", filter=due),
        since=Min("at", filter=due),
        failing=Count("pk", filter=Q(tries__gt=0)),
        next_at=Min("at", filter=~due),
    )
    found = {
        row["what"]: Standing(
            row["what"], row["waiting"], row["since"], row["failing"], row["next_at"]
        )
        for row in counted
    }
    names = sorted({one.name for one in registry.matters()} | found.keys())
    return [found.get(name) or Standing(name, 0, None, 0, None) for name in names]


def outages(actor: Actor) -> QuerySet[Outage]:
    """Every outage on record. Raises NotPermitted."""
    require(actor, Permission.MEND_SERVICE)
    return Outage.objects.all()


def deadlines(outage: Outage, actor: Actor) -> QuerySet[PassedMeanwhile]:
    """What passed in it, as far as the actor's sites reach. Raises NotPermitted."""
    require(actor, Permission.MEND_SERVICE)
    rows = outage.deadlines.select_related("request")
    sites = sites_for(actor, Permission.MEND_SERVICE)
    if sites is not None:
        rows = rows.filter(request__site_id__in=sites)
    hidden = Request.objects.filter(routing.hidden_from(actor)).values("pk")
    return rows.exclude(request__isnull=False, request_id__in=hidden)
