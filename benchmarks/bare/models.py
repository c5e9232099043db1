from django.db import models


class Row(models.Model):
    """Nine plain columns."""

    reference = models.CharField(max_length=24)
    kind = models.CharField(max_length=32)
    state = models.CharField(max_length=32)
    channel = models.CharField(max_length=16)
    records = models.TextField()
    received_at = models.DateTimeField()
    received_on = models.DateField()
    due_on = models.DateField()
    version = models.IntegerField()
