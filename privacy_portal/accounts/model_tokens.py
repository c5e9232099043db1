"""Bearer tokens of people (short) and machine clients (scoped). Only the digest is kept."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from audit import clock


class ApiToken(models.Model):
    """`scopes` null: a person's token, judged by roles.  A list: a machine's, judged by it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    digest = models.BinaryField(max_length=32, unique=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="tokens")
    label = models.CharField(max_length=80, blank=True)
    scopes = models.JSONField(null=True, blank=True)
    made_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    last_used = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "account_api_token"
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("made_at")), name="api_token_expires_after_it_is_made"
            )
        ]
