"""Business associates asked what they disclosed, for one accounting. 164.528(a)(1), 164.504(e)(2)(ii)(G).

An accounting covers what associates disclosed too.  Each associate under contract in the days it covers
is asked as soon as it is known who asks, with a last day of its own.  Who has not answered by then
holds nothing back: the accounting goes out with what is held, says so, and a supplement is owed.
"""

import uuid
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import models
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from audit import log
from audit.fields import SealedRecord
from requests_app import events
from requests_app.disclosures.models import IssuedAccounting
from requests_app.disclosures.periods import LOOK_BACK_YEARS, years_before
from requests_app.errors import NotNow
from requests_app.kinds import clock
from requests_app.kinds.base import Move
from requests_app.kinds.models import Request
from requests_app.practice.models import BusinessAssociate

AnyMove = Move[Any]
#: How long an associate has, and how many days before the accounting is due that ends at the latest.
ANSWER_DAYS, BEFORE_DUE = timedelta(days=20), timedelta(days=5)


class Found(models.TextChoices):
    """What an associate answered."""

    NOTHING = "nothing", _("Disclosed nothing that counts")
    LINES = "lines", _("Disclosed something; it is in the disclosure log")


@dataclass(frozen=True, slots=True)
class InquiryAnswer:
    """How and in which words it was answered."""

    words: str = ""


class AssociateInquiry(models.Model):
    """One associate asked for one accounting. Answered once."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    request = models.ForeignKey(
        Request, on_delete=models.PROTECT, related_name="associate_inquiries"
    )
    associate = models.ForeignKey(BusinessAssociate, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    due_on = models.DateField(help_text="The associate's own last day.")
    replied_at = models.DateTimeField(null=True)
    replied_by = models.CharField(max_length=64, blank=True)
    found = models.CharField(max_length=8, choices=Found.choices, blank=True)
    answer = SealedRecord(InquiryAnswer, name="disclosures.associate_inquiry", version=1, null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["request", "associate"], name="associate_asked_once_a_request"
            ),
            models.CheckConstraint(
                condition=Q(replied_at__isnull=True, replied_by="", found="")
                | (Q(replied_at__isnull=False) & ~Q(replied_by="") & ~Q(found="")),
                name="associate_replied_by_whom",
            ),
        ]


def inquiries(request: Request) -> QuerySet[AssociateInquiry]:
    """Everybody asked for this accounting, by name."""
    rows = AssociateInquiry.objects.filter(request_id=request.pk)
    return rows.select_related("associate").order_by("associate__name", "id")


def open_inquiries(request: Request) -> QuerySet[AssociateInquiry]:
    """Those who have not answered."""
    return inquiries(request).filter(replied_at__isnull=True)


def supplement_owed(request: Request) -> bool:
    """Whether the accounting went out before an associate had answered, or before its lines came."""
    given = IssuedAccounting.objects.filter(request_id=request.pk).order_by("issued_at").last()
    if given is None:
        return False
    late = Q(replied_at__isnull=True) | Q(replied_at__gt=given.issued_at, found=Found.LINES)
    return inquiries(request).filter(late).exists()


def answered_or_past_their_day(move: AnyMove) -> None:
    """What associates may still tell in time is waited for; nobody makes an accounting late."""
    rows = open_inquiries(move.request).filter(due_on__gte=move.today)
    last = rows.order_by("due_on").values_list("due_on", flat=True).last()
    if last is not None and not (move.request.due_on and move.today >= move.request.due_on):
        raise NotNow(
            f"Business associates still have until {last:%B %-d, %Y} to say what they disclosed. From "
            "the day after, the accounting goes out with what is held, and a supplement is owed.",
            citation="45 CFR 164.528(a)(1)",
        )


# --- what moves do --------------------------------------------------------------------------------
def ask(move: AnyMove) -> None:
    """Ask each associate under contract in the days that count, with a last day of its own."""
    due = _last_day(move)
    asked = AssociateInquiry.objects.bulk_create(
        AssociateInquiry(request_id=move.request.pk, associate=one, asked_at=move.now, due_on=due)
        for one in _under_contract(move.request)
    )
    if asked:
        _log(move, count=len(asked), due=due)
        clock.remind_on(move, due)


def _under_contract(request: Request) -> QuerySet[BusinessAssociate]:
    first = years_before(request.received_on, LOOK_BACK_YEARS)
    still = Q(in_force_until__isnull=True) | Q(in_force_until__gte=first)
    rows = BusinessAssociate.objects.filter(still, in_force_from__lte=request.received_on)
    known = AssociateInquiry.objects.filter(request_id=request.pk).values("associate_id")
    return rows.exclude(pk__in=known)


def _last_day(move: AnyMove) -> date:
    """Twenty days, or fewer where the accounting is due before; never a day that is over."""
    due = move.request.due_on
    wanted = move.today + ANSWER_DAYS
    return max(move.today, min(wanted, due - BEFORE_DUE)) if due else wanted


def _log(move: AnyMove, *, count: int, due: date) -> None:
    log.append(
        events.ASSOCIATES_ASKED,
        actor=move.actor,
        patient=str(move.request.patient_id),
        request=move.request.reference,
        obj=log.Obj("request", str(move.request.pk), move.version),
        after={"due_on": str(due)},
        extra={"count": count},
    )
