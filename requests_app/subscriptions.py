"""Systems that have asked to hear what becomes of requests, and what each is told.

An event names a request by its reference, its kind and where it stands; never a person.  Complaints
are told to no system: one may be about whoever reads there.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from audit.fields import SealedRecord
from requests_app.compiled import Compiled
from requests_app.kinds.models import ClockRow, Request, StatusRow
from requests_app.outbox import Audience, OutboxRow, Topic
from requests_app.practice.models import Site


class ToldKind(models.TextChoices):
    """The kinds of which systems may hear: all but complaints."""

    ACCESS = "access", _("Access")
    ACCOUNTING = "accounting", _("Accounting of disclosures")
    AMENDMENT = "amendment", _("Amendment")
    CONFIDENTIAL_COMMUNICATIONS = "confidential_communications", _("Confidential communications")
    MATERIALS_OPT_OUT = "materials_opt_out", _("Opting out of materials")
    NOTICE_COPY = "notice_copy", _("A copy of the notice")
    OBJECTION = "objection", _("Objection")
    RESTRICTION = "restriction", _("Restriction")
    REVOCATION = "revocation", _("Revocation")


#: What systems hear; anything else that waits in the outbox is between people.
TOPICS_TOLD = frozenset(
    {Topic.RECEIVED, Topic.MOVED, Topic.DUE_SOON, Topic.DUE_TODAY, Topic.OVERDUE}
)


@dataclass(frozen=True, slots=True)
class Target:
    """Where events are sent, and the secrets that sign them: the present one, and the one before it
    until the given instant."""

    url: str
    label: str
    secret: str
    former: str = ""
    former_until: datetime | None = None

    def secrets(self, now: datetime) -> tuple[str, ...]:
        """Every secret that signs at this instant, the newest first."""
        overlaps = self.former_until is not None and now < self.former_until
        return (self.secret, self.former) if overlaps else (self.secret,)


class Subscription(models.Model):
    """One system that listens. No kinds means every kind that is told; no site means every site."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    target = SealedRecord(Target, name="subscriptions.target", version=1, renews=True)
    kinds = models.JSONField(default=list)
    site = models.ForeignKey(Site, null=True, on_delete=models.PROTECT, related_name="+")
    made_by = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["made_at"],
                name="subscription_open",
                condition=models.Q(ended_at__isnull=True),
            )
        ]


_LISTENING = Compiled(
    lambda: Subscription.objects.filter(ended_at__isnull=True).values_list("pk", "kinds", "site_id")
)


@dataclass(frozen=True, slots=True)
class Event:
    """What a listener is told. `version` and `state` are those after what happened, `at` is when."""

    type: str
    at: datetime
    reference: str
    kind: str
    state: str
    version: int
    site: str
    received_on: date
    due_on: date | None


def announce(tidings: Iterable[tuple[Request, Topic]], *, now: datetime) -> None:
    """Record, in the caller's transaction, what each system that listens is to be told."""
    listening = _LISTENING.rows()
    if listening:
        OutboxRow.objects.bulk_create(
            OutboxRow(
                topic=topic,
                audience=Audience.LISTENER,
                request=request,
                subscription_id=pk,
                version=request.version,
                made_at=now,
                not_before=now,
            )
            for request, topic in tidings
            for pk, kinds, site in listening
            if _hears(request, topic, kinds=kinds, site=site)
        )


def _hears(request: Request, topic: Topic, *, kinds: list[str], site: uuid.UUID | None) -> bool:
    return (
        topic in TOPICS_TOLD
        and request.kind in ToldKind
        and request.kind in (kinds or ToldKind)
        and site in {None, request.site_id}
    )


def event_of(row: OutboxRow) -> Event:
    """What a listener's row tells: as things stood when it was made, so that each try tells the same."""
    request = row.request
    if request is None or row.version is None:
        raise LookupError("this row is told to people")
    before = ClockRow.objects.filter(request_id=request.pk, version__lte=row.version)
    clock = before.order_by("-version").first()
    status = StatusRow.objects.get(request_id=request.pk, version=row.version)
    return Event(
        type=f"request.{row.topic}",
        at=row.made_at,
        reference=request.reference,
        kind=request.kind,
        state=status.target,
        version=status.version,
        site=str(request.site_id),
        received_on=request.received_on,
        due_on=clock.due_on if clock else None,
    )
