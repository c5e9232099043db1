"""What a business associate answered to an inquiry for an accounting (164.528(a)(1))."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from audit import log
from audit.actors import Actor
from requests_app import events, questions, selectors
from requests_app.disclosures.associates import AssociateInquiry, Found, InquiryAnswer
from requests_app.errors import NotFound, NotNow
from requests_app.permissions import Permission, may, require
from requests_app.questions import choice, text


@dataclass(frozen=True)
class Answered:
    """What came back. What was disclosed is recorded in the disclosure log, line by line."""

    found: Found = choice(Found, name="what was found", question="What did they answer?")
    words: str | None = text(
        name="how they answered",
        question="How did they answer, and in which words?",
        max_length=2000,
        multiline=True,
        optional=True,
    )


def answer(inquiry: str, raw: object, *, actor: Actor, now: datetime) -> AssociateInquiry:
    """Record one answer, once. Late ones count too. Raises NotFound, NotNow, BadInput."""
    asked = questions.parse(Answered, raw, at="", today=now.date())
    require(actor, Permission.RECORD_DISCLOSURE)
    with transaction.atomic():
        rows = AssociateInquiry.objects.select_for_update(of=("self",))
        rows = rows.filter(pk=selectors.uuid_or_not_found(inquiry))
        row = selectors.one(rows.select_related("request", "associate"))
        if not may(actor, Permission.RECORD_DISCLOSURE, site=str(row.request.site_id)):
            raise NotFound
        if row.replied_at is not None:
            raise NotNow("This inquiry has been answered already.")
        row.replied_at, row.replied_by = now, actor.id
        row.found, row.answer = asked.found, InquiryAnswer(asked.words or "")
        row.save(update_fields=["replied_at", "replied_by", "found", "answer"])
        log.append(
            events.ASSOCIATE_ANSWERED,
            actor=actor,
            patient=str(row.request.patient_id),
            request=row.request.reference,
            obj=log.Obj("associate_inquiry", str(row.pk), None),
            after={"found": asked.found.value},
        )
    return row
