"""What a message says: the practice's name, the reference, one fixed sentence, the front page.

Never the kind of request, never a name, never a date: mail is read on lock screens and by others.
"""

from collections.abc import Sequence
from email.utils import formataddr
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from requests_app.letters import language
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
    (Audience.OFFICE, Topic.ENDED): gettext_lazy(
        "Something that was in force has ended. See what follows from it."
    ),
    (Audience.ASKER, Topic.LATE): gettext_lazy(
        "We have not answered you in time. You can read what you can do."
    ),
    (Audience.OFFICER, Topic.DUE_SOON): gettext_lazy("This is due soon."),
    (Audience.OFFICER, Topic.DUE_TODAY): gettext_lazy("This is due today."),
    (Audience.OFFICER, Topic.OVERDUE): gettext_lazy("This is past its due date. Answer it now."),
    (Audience.ADMINISTRATOR, Topic.DUE_SOON): gettext_lazy("This is due soon."),
    (Audience.ADMINISTRATOR, Topic.DUE_TODAY): gettext_lazy("This is due today."),
    (Audience.ADMINISTRATOR, Topic.OVERDUE): gettext_lazy(
        "This is past its due date and the privacy office has not answered it."
    ),
    (Audience.OFFICER, Topic.DIGEST): gettext_lazy("What waits today:"),
    (Audience.OFFICER, Topic.STOPPED): gettext_lazy(
        "Something that was planned to be sent was stopped by its check at the moment of sending. "
        "It stands among the planned releases, with the reasons."
    ),
    (Audience.OFFICER, Topic.OUTAGE): gettext_lazy(
        "The service was not at work for a while. Deadlines may have passed meanwhile; "
        "they are listed in it. What is still useful is being sent now, once."
    ),
    (Audience.ADMINISTRATOR, Topic.OUTAGE): gettext_lazy(
        "The service was not at work for a while. See that worker and beat keep running."
    ),
    (Audience.ADMINISTRATOR, Topic.KEY_OLD): gettext_lazy(
        "The key-encryption key has reached the age at which it is to be changed."
    ),
    (Audience.ADMINISTRATOR, Topic.SET_UP): gettext_lazy(
        "The database or the service is set up differently than before. After an upgrade that is as "
        "it should be. If nobody here meant it, look into it at once."
    ),
    (Audience.OFFICER, Topic.SET_UP): gettext_lazy(
        "The database or the service is set up differently than before. Ask the administrator why."
    ),
    (Audience.OFFICER, Topic.HEAD): gettext_lazy(
        "Print this message and lock it away. With it anybody can check, years later, that nothing "
        "written until today was changed."
    ),
    (Audience.OFFICER, Topic.LOG_REVIEW): gettext_lazy(
        "The regular review of the log is due. Somebody of the privacy office looks at it and signs."
    ),
}
#: What the counts and instants of a message are called.
SAID = {
    "overdue": gettext_lazy("Past their due date"),
    "due_in_seven_days": gettext_lazy("Due within seven days"),
    "of_these_nobodys": gettext_lazy("Of all these, nobody works on"),
    "to_pass_on": gettext_lazy("Messages to pass on by other means"),
    "could_not_be_sent": gettext_lazy("Messages that could not be sent"),
    "since": gettext_lazy("From"),
    "until": gettext_lazy("Until"),
    "passed": gettext_lazy("Deadlines that passed"),
    "days": gettext_lazy("Days since it was first used"),
    "head": gettext_lazy("The log, as it stands today"),
    "changed": gettext_lazy("Things that have changed"),
    "not_as_made": gettext_lazy("Facts that are not as this release makes them"),
}


def message(row: OutboxRow, to: Sequence[str]) -> EmailMessage:
    """The message of an outbox row. LookupError for a topic this audience is never told of."""
    with translation.override(_language(row)):
        return _message(row, to)


def _language(row: OutboxRow) -> str:
    """The person who asked reads the language they asked to be answered in; the office, English."""
    if row.request is None or row.audience != Audience.ASKER:
        return language.ENGLISH
    return language.asked_for(row.request)


def _message(row: OutboxRow, to: Sequence[str]) -> EmailMessage:
    sentence = SENTENCES[Audience(row.audience), Topic(row.topic)]
    sender, name = practice(), _one_line(practice().name)
    about = row.request.reference if row.request else _("the privacy office's service")
    facts = {"page": settings.PUBLIC_ORIGIN}
    return EmailMessage(
        subject=f"{name}: {about}",
        body=f"{sentence}\n{_said(row)}\n{_reference(row)}"
        + _("Sign in: %(page)s/\n") % facts
        + _receipt(row)
        + f"\n{name}\n",
        from_email=formataddr((name, settings.MAIL_FROM or sender.email)),
        to=list(to),
        headers=_headers(row),
    )


def _said(row: OutboxRow) -> str:
    """The counts as they were when it was written, a line each; the same at each try."""
    return "".join(f"{SAID[name]}: {value}\n" for name, value in (row.said or {}).items())


def _reference(row: OutboxRow) -> str:
    if row.request is None:
        return ""
    return _("Reference: %(reference)s\n") % {"reference": row.request.reference}


def _receipt(row: OutboxRow) -> str:
    """Where the proof is that what they filed stands in the log."""
    if row.request is None or (row.audience, row.topic) != (Audience.ASKER, Topic.RECEIVED):
        return ""
    address = f"{settings.PUBLIC_ORIGIN}/api/v1/requests/{row.request.reference}/receipt"
    return _("Receipt, once you are signed in: %(address)s\n") % {"address": address}


def _headers(row: OutboxRow) -> dict[str, str]:
    """The id of the call behind it goes along: one id leads from there through every log to here."""
    traced = {"X-Request-ID": row.trace} if row.trace else {}
    return {"Message-ID": message_id(row.pk), "Auto-Submitted": "auto-generated", **traced}


def message_id(row: UUID) -> str:
    """The same at each try, whatever has been set anew meanwhile: the log's own name never changes."""
    return f"<{row}@{settings.LOG_ORIGIN.partition('/')[0]}>"


def _one_line(text: str) -> str:
    return " ".join(text.split())
