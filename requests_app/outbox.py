"""Facts waiting to be told to somebody. Lower floors record them; the shell's tasks drain them.

A row names a topic, a request and who is to hear; never what the matter is about.  It keeps the id
of the call or task that led to it, so that one id leads from there to the message.
"""

import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audit import context
from requests_app.compiled import CompiledInsert
from requests_app.kinds.models import Request
from requests_app.practice.models import Practice

#: Tries until a message is given up and waits for a person to look at it.
MOST_ATTEMPTS = 11


class Audience(models.TextChoices):
    """Who is to hear."""

    ASKER = "asker", _("The person who asked")
    OFFICE = "office", _("Whoever works on it, or else the privacy official")
    OFFICER = "officer", _("The privacy official")
    ADMINISTRATOR = "administrator", _("The administrators")
    LISTENER = "listener", _("A system that has asked to hear")


class Topic(models.TextChoices):
    """What there is to tell; each has a message of its own in the shell."""

    RECEIVED = "received", _("A request was received")
    MOVED = "moved", _("Something happened on a request")
    LETTER = "letter", _("A letter is ready")
    MESSAGE = "message", _("A message was written")
    DUE_SOON = "due_soon", _("A request is due soon")
    DUE_TODAY = "due_today", _("A request is due today")
    OVERDUE = "overdue", _("A request is past its due date")
    PASS_ON = "pass_on", _("A message was held, to be passed on by another means")
    URGENT = "urgent", _("Something is to be passed on at once")
    LATE = "late", _("The answer is late")
    ENDED = "ended", _("Something that was in force has ended")
    STOPPED = "stopped", _("Something planned was stopped by its check")
    DIGEST = "digest", _("What waits today")
    OUTAGE = "outage", _("The service was not at work for a while")
    KEY_OLD = "key_old", _("The key-encryption key is to be changed")
    SET_UP = "set_up", _("Database or service are set up differently")
    HEAD = "head", _("A head of the log is to be printed")
    LOG_REVIEW = "log_review", _("The log is to be reviewed")


def current_trace() -> str:
    """The id of what is going on, which a row made now is due to; empty when nobody gave one."""
    return context.current().request_id or ""


class OutboxRow(models.Model):
    """One thing to tell. Claimed with a lease, told at least once, always under one Message-ID.

    request  None: it is about the service itself
    said     what the message states beside its fixed sentence: names of counts, and the counts
    allowed  how many tries it has; whoever has it tried again gives it more
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    topic = models.CharField(max_length=16, choices=Topic.choices)
    audience = models.CharField(max_length=16, choices=Audience.choices)
    request = models.ForeignKey(Request, null=True, on_delete=models.PROTECT, related_name="outbox")
    said = models.JSONField(null=True)
    made_at = models.DateTimeField()
    not_before = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    allowed = models.PositiveIntegerField(default=MOST_ATTEMPTS)
    tried_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=16, blank=True)
    trace = models.CharField(
        max_length=36, blank=True, default=current_trace, help_text="Of the call or task behind it."
    )
    #: To a listener: which, and the version of the request it is told of.
    subscription = models.ForeignKey(
        "requests_app.Subscription", null=True, on_delete=models.PROTECT, related_name="rows"
    )
    version = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(audience="listener", subscription__isnull=False, version__isnull=False)
                | (~Q(audience="listener") & Q(subscription__isnull=True)),
                name="outbox_listener_subscribed",
            )
        ]
        indexes = [
            models.Index(
                fields=["not_before", "id"], name="outbox_open", condition=Q(done_at__isnull=True)
            )
        ]


#: Rows told by mail, and rows told to systems that listen.
BY_MAIL = Q(subscription__isnull=True)
TO_LISTENERS = Q(subscription__isnull=False)

#: One thing to tell: of which request, about what, to whom.
Tiding = tuple[Request, Topic, Audience]


def tell(request: Request, *tidings: tuple[Topic, Audience], now: datetime) -> None:
    """Record, in the caller's transaction, that these audiences are to hear of these topics."""
    tell_all(((request, topic, audience) for topic, audience in tidings), now=now)


def tell_all(tidings: Iterable[Tiding], *, now: datetime) -> None:
    """The same for several requests, in one statement."""
    _ROWS.rows(
        {"topic": topic, "audience": audience, "request": request.pk}
        | {"made_at": now, "not_before": now}
        for request, topic, audience in tidings
    )


_ROWS = CompiledInsert(OutboxRow)


def tell_of_service(
    topic: Topic, *audiences: Audience, said: Mapping[str, int | str], now: datetime
) -> None:
    """Record that these audiences are to hear something of the service itself, about no request.

    said  counts and instants by name; never anything about a person

    Before the practice is set up there is nobody to tell.
    """
    if not Practice.objects.exists():
        return
    OutboxRow.objects.bulk_create(
        OutboxRow(topic=topic, audience=audience, said=dict(said), made_at=now, not_before=now)
        for audience in audiences
    )


def tell_once(topic: Topic, audience: Audience, *, now: datetime) -> None:
    """The same without counts, unless that still waits to be told: many at once are one message."""
    waiting = OutboxRow.objects.filter(
        topic=topic, audience=audience, request__isnull=True, done_at__isnull=True
    )
    if not waiting.exists():
        tell_of_service(topic, audience, said={}, now=now)
