"""Lines that were taken, known again by keyed hashes of their key and their content. Append-only."""

from django.db import models

from audit.crypto import blind_index
from requests_app import any_of  # noqa: F401 - `any_of`, by which they are asked for

KEY, CONTENT = "intake.key", "intake.content"
blind_index.register(KEY, CONTENT)


class TakenLine(models.Model):
    """One line that was taken; `made` is the id of what came of it."""

    token = models.BinaryField(primary_key=True, max_length=16)
    content = models.BinaryField(max_length=16)
    sort = models.CharField(max_length=24)
    made = models.UUIDField()
    taken_by = models.CharField(max_length=64)
    taken_at = models.DateTimeField()
