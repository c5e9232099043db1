"""What the person who asked is told when the answer is late: that it is, and what they can do."""

from datetime import date, datetime

from django.utils.translation import gettext as _

from requests_app.deadlines.calendars import day_of
from requests_app.deadlines.wording import in_words
from requests_app.kinds.models import Request
from requests_app.messages.models import Direction, Message, MessageText
from requests_app.practice import selectors as practice
from requests_app.practice.models import Duty

_WRITER = "system:sweep"


def tell(request: Request, *, now: datetime) -> Message:
    """Write it into the messages of the request, in the caller's transaction."""
    return Message.objects.create(
        request_id=request.pk,
        direction=Direction.TO_ASKER,
        text=MessageText(body(request, now=now)),
        written_by=_WRITER,
        written_by_name=practice.practice().name,
        written_at=now,
    )


def body(request: Request, *, now: datetime) -> str:
    """The words. Late is not dead: the right to an answer stays (45 CFR 164.530(d) for the rest)."""
    if request.due_on is None:
        raise ValueError("a request without a due day is never late")
    paragraphs = [
        _("The law asked us to answer you by %(day)s. We have not done so.")
        % {"day": in_words(request.due_on)},
        _("You keep your right to an answer, and we still owe it. You need not ask again."),
        _complain(day_of(now, request.site.time_zone)),
    ]
    return "\n\n".join(paragraphs)


def _complain(today: date) -> str:
    contact = practice.holder(Duty.COMPLAINT_CONTACT, on=today)
    to = _("You may complain to us or to the Secretary of Health and Human Services.")
    if contact is None:
        return to
    who = _("Complaints to us: %(title)s, %(telephone)s.")
    return f"{to} {who % {'title': contact.title, 'telephone': contact.telephone}}"
