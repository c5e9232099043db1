"""The same nine columns three times."""

import pghistory
from auditlog.registry import auditlog
from django.db import models


class Nine(models.Model):
    reference = models.CharField(max_length=24)
    kind = models.CharField(max_length=32)
    state = models.CharField(max_length=32)
    channel = models.CharField(max_length=16)
    records = models.TextField()
    received_at = models.DateTimeField()
    received_on = models.DateField()
    due_on = models.DateField()
    version = models.IntegerField()

    class Meta:
        abstract = True


class Plain(Nine):
    pass


class Watched(Nine):
    pass


auditlog.register(Watched)


@pghistory.track()
class Tracked(Nine):
    pass
