"""What falls due, how the sweeps are doing, and what passed while nobody was at work."""

import uuid

from django.db import models
from django.db.models import Q

from requests_app.kinds.models import Request


class FallsDue(models.Model):
    """One matter of one fact, at an instant: asked "due and not yet acted", acted on once.

    subject     the id of the fact, whatever table it stands in
    not_before  the instant itself; later once a try has failed
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    what = models.CharField(max_length=40)
    subject = models.UUIDField()
    request = models.ForeignKey(Request, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    not_before = models.DateTimeField()
    tries = models.PositiveIntegerField(default=0)
    tried_at = models.DateTimeField(null=True)
    acted_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=16, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["not_before", "id"],
                name="falls_due_open",
                condition=Q(acted_at__isnull=True),
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["what", "subject", "at"], name="falls_due_once"),
            models.CheckConstraint(
                condition=Q(acted_at__isnull=True, outcome="")
                | (Q(acted_at__isnull=False) & ~Q(outcome="")),
                name="falls_due_acted_how",
            ),
        ]


class Heartbeat(models.Model):
    """When a task last began and last finished. One row a task."""

    name = models.CharField(primary_key=True, max_length=40)
    began_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)


class Outage(models.Model):
    """A time in which no sweep finished, found by the first one after it. Append-only."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    since = models.DateTimeField(unique=True, help_text="The last sweep before it finished.")
    until = models.DateTimeField(help_text="The first sweep after it began.")
    passed = models.PositiveIntegerField(help_text="How many deadlines passed meanwhile.")


class PassedMeanwhile(models.Model):
    """One deadline that passed during an outage. Append-only.

    what  `due_day` of a request, or the name of the matter that fell due
    """

    outage = models.ForeignKey(Outage, on_delete=models.PROTECT, related_name="deadlines")
    what = models.CharField(max_length=40)
    subject = models.UUIDField()
    request = models.ForeignKey(Request, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
