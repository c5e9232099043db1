"""How often a source, or a typed sign-in name, was refused in one minute."""

from django.db import models


class RefusalCount(models.Model):
    """`key` is a keyed digest of the source or the name: neither stands here, nor in the log."""

    key = models.BinaryField(max_length=16)
    minute = models.DateTimeField()
    count = models.PositiveIntegerField(default=1)

    class Meta:
        db_table = "account_refusal_count"
        constraints = [
            models.UniqueConstraint(fields=["key", "minute"], name="refusal_count_key_minute")
        ]
