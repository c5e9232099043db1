"""A calendar feed of one person: whoever knows its address reads it, so only a digest is kept."""

import uuid

from django.conf import settings
from django.db import models

from audit import clock


class CalendarFeed(models.Model):
    """One secret address. A person has at most one that has not ended."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    digest = models.BinaryField(max_length=32, unique=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="feeds")
    made_at = models.DateTimeField(default=clock.now)
    last_used = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "account_calendar_feed"
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=models.Q(ended_at=None), name="one_feed_a_person"
            )
        ]
