"""Where the service itself may write to whoever made a request. 45 CFR 164.522(b).

Asked at the moment of sending, of everything it sends by e-mail.  What may not go by e-mail is held
and becomes a task of the office, or is simply not sent to somebody who looks in this service.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from audit.fields import SealedRecord
from requests_app.errors import BadInput
from requests_app.kinds.base import Kind
from requests_app.kinds.models import Channel, Request
from requests_app.letters.models import Provided
from requests_app.outbox import OutboxRow
from requests_app.people import folding
from requests_app.standing import preferences
from requests_app.standing.preferences import CommunicationPreference, Means, PreferenceFacts


class Verdict(models.TextChoices):
    """What becomes of a message."""

    SEND = "send", _("Goes to the address beside it")
    HOLD = "hold", _("Not sent; the office tells by the means asked for")
    LEAVE = "leave", _("Not sent; they look in this service themselves")
    NO_ADDRESS = "no_address", _("There is no address")


@dataclass(frozen=True, slots=True)
class Reach:
    """The verdict, and the address for SEND."""

    verdict: Verdict
    email: str = ""


@dataclass(frozen=True, slots=True)
class HowTold:
    """How the office passed a held message on."""

    means: Means
    words: str = ""


class HeldMessage(models.Model):
    """A message the service kept back, for the office to pass on. Settled once."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    outbox_row = models.OneToOneField(OutboxRow, on_delete=models.PROTECT, related_name="held")
    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="held_messages")
    held_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)
    told_by = models.CharField(max_length=64, blank=True)
    how = SealedRecord(HowTold, name="standing.held_message", version=1, null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(told_at__isnull=True, told_by="")
                | (Q(told_at__isnull=False) & ~Q(told_by="")),
                name="held_message_told_by_whom",
            )
        ]


def by_email(request: Request, *, usual: str | None, at: datetime) -> Reach:
    """Whether a message about this request may go by e-mail, and where to.

    usual  the address by which the account signs in, if it has one
    """
    facts = preferences.governing(request, at=at)
    if facts is not None:
        return _obeying(facts, usual)
    if cast(Kind, request).filed.wishes.safe_to_write is False:
        return Reach(Verdict.LEAVE)
    if usual is None:
        return Reach(Verdict.NO_ADDRESS)
    if all(_allows(facts, usual) for facts in _not_yet_certain(request, at)):
        return Reach(Verdict.SEND, usual)
    return Reach(Verdict.HOLD)


def letter_way(request: Request, *, at: datetime) -> Provided:
    """The way a letter takes unless the office chooses one: as asked for, else as it came in."""
    own = request.channel == Channel.PORTAL and not request.filed.without_account
    facts = preferences.governing(request, at=at)
    if facts is None:
        return Provided.PORTAL if own else _as_it_came(request)
    if own and {Means.PORTAL, Means.EMAIL} & set(facts.means):
        return Provided.PORTAL
    return Provided.POST if Means.POST in facts.means else Provided.HANDED


def _as_it_came(request: Request) -> Provided:
    """Whoever asked by e-mail and is still nobody we know is answered there, without any fact."""
    unknown = request.identity_confirmed_at is None
    return Provided.EMAIL if unknown and request.channel == Channel.EMAIL else Provided.POST


def check_letter_way(request: Request, provided: Provided, *, at: datetime) -> None:
    """164.522(b)(1)(i): no letter goes by a way that this person has not asked for or agreed to."""
    facts = preferences.governing(request, at=at)
    by_email = Means.EMAIL in facts.means if facts else request.channel == Channel.EMAIL
    if provided == Provided.EMAIL and not by_email:
        raise BadInput.one(
            "/provided",
            "This person has not asked to be written to by e-mail. Choose another way "
            "(45 CFR 164.522(b)).",
        )
    if facts is not None and provided == Provided.POST and Means.POST not in facts.means:
        raise BadInput.one(
            "/provided",
            "This person has asked not to be reached by post. Choose another way "
            "(45 CFR 164.522(b)).",
        )


def _obeying(facts: PreferenceFacts, usual: str | None) -> Reach:
    to = facts.email or usual
    if Means.EMAIL in facts.means and to:
        return Reach(Verdict.SEND, to)
    return Reach(Verdict.LEAVE if facts.means == (Means.PORTAL,) else Verdict.HOLD)


def _not_yet_certain(request: Request, at: datetime) -> list[PreferenceFacts]:
    """Wishes that may be this person's: nothing is sent that would go against one of them."""
    found = [preferences.asked_facts(cast(Kind, one).details) for one in _open_wishes(request)]
    if request.patient_id is not None and request.identity_confirmed_at is None:
        row = preferences.in_force(
            request.patient_id, representative=request.representative_id, at=at
        )
        found += [row.facts] if row else []
    return found


def _open_wishes(request: Request) -> models.QuerySet[Request]:
    """Requests of this kind, by the same person as far as known, that nobody has answered yet."""
    same = Q(filed_by=request.filed_by, channel=Channel.PORTAL)
    if request.patient_id is not None:
        same |= Q(patient_id=request.patient_id, representative_id=request.representative_id)
    counts = CommunicationPreference.objects.filter(request=OuterRef("pk"), in_force_until=None)
    rows = Request.objects.filter(same, kind=preferences.KIND, answered_at__isnull=True)
    return rows.filter(~Exists(counts))


def _allows(facts: PreferenceFacts, address: str) -> bool:
    if Means.EMAIL not in facts.means:
        return False
    return not facts.email or _folded(facts.email) == _folded(address)


def _folded(address: str) -> str:
    try:
        return folding.fold_email(address)
    except BadInput:
        return address
