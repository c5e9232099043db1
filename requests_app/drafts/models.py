"""A request that somebody is still writing: theirs alone, and no request yet.

A draft is not part of the practice's record: nobody of the practice sees it, no clock runs, and it
goes by itself when nobody comes back to it.  Nothing of it is logged until it is sent.
"""

import uuid
from dataclasses import dataclass, field
from typing import Any

from django.db import models

from audit.fields import SealedRecord
from requests_app.kinds.models import Request


@dataclass(frozen=True, slots=True)
class DraftFacts:
    """The body for `actions.file`, as far as it is written, and which questions were seen."""

    raw: dict[str, Any] = field(default_factory=dict)
    seen: tuple[str, ...] = ()


class Draft(models.Model):
    """One draft. `request` is set when it was sent, so that sending it twice files it once."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.CharField(max_length=64, db_index=True)
    facts = SealedRecord(DraftFacts, name="drafts.draft", version=1, renews=True)
    begun_at = models.DateTimeField()
    kept_at = models.DateTimeField(db_index=True)
    request = models.ForeignKey(Request, null=True, on_delete=models.PROTECT, related_name="+")
