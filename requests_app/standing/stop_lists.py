"""Whom an outside sender must not write to: made every day for each thing that is sent.

On it stands whoever asked not to be sent it, and whoever asked to be reached in another way or at
another place, since an outside sender knows only the usual address (164.522(b)).  It holds record
numbers and nothing else; an outside sender may be given keyed tokens of them instead.
"""

import hmac
import uuid
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from django.db import models
from django.db.models import Q

from audit.fields import SealedRecord
from requests_app.people import charts, folding
from requests_app.people.models import Patient
from requests_app.standing import periods
from requests_app.standing.opt_outs import STOPPED_BY, OptOut, Sending
from requests_app.standing.preferences import CommunicationPreference


@dataclass(frozen=True, slots=True)
class Stopped:
    """Folded record numbers in order, and the key of this list's tokens, in hex."""

    record_numbers: tuple[str, ...]
    key: str


class StopList(models.Model):
    """One list as it stood when it was made. Append-only."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sending = models.CharField(max_length=32, choices=Sending.choices)
    made_on = models.DateField(help_text="The day at the practice.")
    made_at = models.DateTimeField()
    count = models.PositiveIntegerField()
    stopped = SealedRecord(Stopped, name="stops.stop_list", version=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sending", "made_on"], name="stop_list_once_a_day")
        ]


def stopped(sending: Sending, *, at: datetime) -> tuple[str, ...]:
    """The folded record numbers of everybody who is not to be sent this at that instant."""
    asked = set(_asked_another_way(at))
    material = STOPPED_BY.get(sending)
    if material is not None:
        out = OptOut.objects.filter(periods.in_force(at), material=material)
        asked |= set(out.values_list("patient_id", flat=True))
    patients = Patient.objects.filter(pk__in=asked | charts.linked_to(asked, at=at))
    numbers = (row.identity.record_number for row in patients.iterator(chunk_size=1000))
    return tuple(sorted({folding.fold_record_number(number) for number in numbers}))


def token(number: str, *, key: str) -> str:
    """How a folded record number stands on a list of tokens."""
    return hmac.new(bytes.fromhex(key), number.encode(), sha256).hexdigest()


def newest() -> dict[str, StopList]:
    """The newest list of each sending."""
    rows = StopList.objects.order_by("sending", "-made_on").distinct("sending")
    return {row.sending: row for row in rows.defer("stopped")}


def _asked_another_way(at: datetime) -> "models.QuerySet[CommunicationPreference, UUID]":
    still = Q(in_force_until__isnull=True) | Q(in_force_until__gt=at)
    rows = CommunicationPreference.objects.filter(
        still, in_force_from__lte=at, representative__isnull=True
    )
    return rows.values_list("patient_id", flat=True)
