"""What a message says: the practice's name, the reference, one fixed sentence, the front page.

Never the kind of request, never a name, never a date: mail is read on lock screens and by others.
"""

from email.utils import formataddr
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from requests_app.outbox import Audience, OutboxRow, Topic
from requests_app.practice.selectors import practice

SENTENCES = {
    (Audience.ASKER, Topic.RECEIVED): gettext_lazy("We have received what you sent us."),
    (Audience.ASKER, Topic.MOVED): gettext_lazy("There is something new for you to read."),
    (Audience.ASKER, Topic.LETTER): gettext_lazy("There is a letter for you to read."),
    (Audience.ASKER, Topic.MESSAGE): gettext_lazy("There is a message for you to read."),
    (Audience.OFFICE, Topic.RECEIVED): gettext_lazy("Something new has come in."),
    (Audience.OFFICE, Topic.MOVED): gettext_lazy("There is something new to look at."),
    (Audience.OFFICE, Topic.LETTER): gettext_lazy("A letter has gone out."),
    (Audience.OFFICE, Topic.MESSAGE): gettext_lazy("There is a message to read."),
    (Audience.OFFICE, Topic.DUE_SOON): gettext_lazy("This is due soon."),
    (Audience.OFFICE, Topic.DUE_TODAY): gettext_lazy("This is due today."),
    (Audience.OFFICE, Topic.OVERDUE): gettext_lazy("This is past its due date. Answer it now."),
    (Audience.OFFICE, Topic.PASS_ON): gettext_lazy(
        "There is something to pass on by other means than mail."
    ),
    (Audience.OFFICE, Topic.URGENT): gettext_lazy("This is to be passed on at once."),
}


def message(row: OutboxRow, to: str) -> EmailMessage:
    """The message of an outbox row. LookupError for a topic this audience is never told of."""
    sentence = SENTENCES[Audience(row.audience), Topic(row.topic)]
    sender, name = practice(), _one_line(practice().name)
    reference, receipt = row.request.reference, ""
    if (row.audience, row.topic) == (Audience.ASKER, Topic.RECEIVED):
        address = f"{settings.PUBLIC_ORIGIN}/api/v1/requests/{reference}/receipt"
        receipt = _("Receipt, once you are signed in: %(address)s\n") % {"address": address}
    facts = {"sentence": sentence, "reference": reference, "page": settings.PUBLIC_ORIGIN}
    return EmailMessage(
        subject=f"{name}: {reference}",
        body=_("%(sentence)s\n\nReference: %(reference)s\nSign in: %(page)s/\n") % facts
        + receipt
        + f"\n{name}\n",
        from_email=formataddr((name, settings.MAIL_FROM or sender.email)),
        to=[to],
        headers=_headers(row),
    )


def _headers(row: OutboxRow) -> dict[str, str]:
    """The id of the call behind it goes along: one id leads from there through every log to here."""
    traced = {"X-Request-ID": row.trace} if row.trace else {}
    return {"Message-ID": message_id(row.pk), "Auto-Submitted": "auto-generated", **traced}


def message_id(row: UUID) -> str:
    """The same at each try, whatever has been set anew meanwhile: the log's own name never changes."""
    return f"<{row}@{settings.LOG_ORIGIN.partition('/')[0]}>"


def _one_line(text: str) -> str:
    return " ".join(text.split())
