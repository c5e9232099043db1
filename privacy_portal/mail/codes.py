"""Sends the codes that were asked for: to their owners, and for nobody's address nothing at all."""

import contextlib
import logging
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import formataddr

from django.conf import settings
from django.core import mail
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from audit import clock, log
from audit.actors import system
from privacy_portal import events
from privacy_portal.accounts import looking_up
from privacy_portal.accounts.model_factors import MailedCode, Purpose
from privacy_portal.logging import log_event
from requests_app.practice.selectors import practice

logger = logging.getLogger("privacy_portal.mail")
LEASE = timedelta(minutes=1)
MOST_SENDINGS = 5


def drain(*, seconds: float) -> int:
    """Send what waits until none does or the time is over; how many were handed over.

    What could not be handed over is tried again after a minute, while the code still opens.
    """
    if not settings.MAIL_SET or not _waiting(clock.now()).exists():
        return 0
    until, sent = time.monotonic() + seconds, 0
    with contextlib.suppress(OSError), contextlib.closing(mail.get_connection()) as server:
        while time.monotonic() < until and (row := _claim(clock.now())) is not None:
            sent += _send(row, server)
    return sent


def _waiting(now: datetime) -> QuerySet[MailedCode]:
    free = Q(claimed_until=None) | Q(claimed_until__lte=now)
    replaced = Q(purpose=Purpose.INVITE, used_at__isnull=False)
    return MailedCode.objects.filter(
        free, ~replaced, sent_at=None, expires_at__gt=now, sendings__lt=MOST_SENDINGS
    )


def _claim(now: datetime) -> MailedCode | None:
    with transaction.atomic():
        row = _waiting(now).select_for_update(skip_locked=True).order_by("made_at").first()
        if row is not None:
            MailedCode.objects.filter(pk=row.pk).update(
                claimed_until=now + LEASE, sendings=row.sendings + 1
            )
    return row


def _send(row: MailedCode, server: BaseEmailBackend) -> bool:
    try:
        told = _told(row)
        if told is None:
            _done(row)
            return False
        taken = server.send_messages([_message(row, told.to)])
    except (OSError, ValueError):
        log_event(logger, "code.failed", level=logging.ERROR, object_id=row.pk)
        return False
    if taken:
        with transaction.atomic():
            _done(row)
            _note(row, told.reference)
    return bool(taken)


@dataclass(frozen=True, slots=True)
class Told:
    """To whom a code goes, and for which request if it is for one."""

    to: str
    reference: str | None = None


def _told(row: MailedCode) -> Told | None:
    """Whose code it is, as things stand when it is sent; None for nobody's."""
    if row.letter is None:
        raise ValueError("nothing lies in this row")
    if row.purpose == Purpose.LOOK_UP:
        meant = looking_up.meant_by(row, now=clock.now())
        return Told(meant[1], meant[0].reference) if meant else None
    nobody = row.purpose == Purpose.SIGN_IN and row.account_id is None
    return None if nobody else Told(row.letter.address)


def _done(row: MailedCode) -> None:
    MailedCode.objects.filter(pk=row.pk).update(sent_at=clock.now())


def _note(row: MailedCode, reference: str | None) -> None:
    account = log.Obj("account", str(row.account_id)) if row.account_id else None
    extra = {"purpose": row.purpose}
    log.append(
        events.CODE_MAILED, actor=system("mail"), request=reference, obj=account, extra=extra
    )


def _message(row: MailedCode, to: str) -> EmailMessage:
    """In both languages: who may be nobody we know yet has said nothing of theirs."""
    assert row.letter is not None  # _told has looked
    name, sender = _from()
    said = []
    for code in ("en", "es"):
        with translation.override(code):
            said.append(_body(row, row.letter.code))
    return EmailMessage(
        subject=_("%(name)s: what you asked for") % {"name": name},
        body="\n".join(said) + f"\n{name}\n",
        from_email=formataddr((name, sender)),
        to=[to],
        headers={"Auto-Submitted": "auto-generated"},
    )


def _body(row: MailedCode, code: str) -> str:
    facts = {"code": f"{code[:4]}-{code[4:]}", "page": settings.PUBLIC_ORIGIN}
    nobody = _("If you did not ask for this, you need do nothing.\n")
    if row.purpose == Purpose.INVITE:
        link = f"{settings.PUBLIC_ORIGIN}/invited/{row.pk}/{code}"
        return _(
            "An account was made for you. Open this link and choose a password:\n"
            "%(link)s\n"
            "It works once, for three days. Pass it on to nobody: whoever opens it has your account.\n"
        ) % {"link": link}
    if row.purpose == Purpose.SIGN_UP and row.account_id is not None:
        return (
            _(
                "Somebody asked for an account with this address. It has one already.\n"
                "Sign in: %(page)s/sign-in\n"
            )
            % facts
            + nobody
        )
    return (
        _(
            "Your code: %(code)s\n"
            "Type it on the page that asked for it, within fifteen minutes. Give it to nobody: we never"
            " ask for it by telephone or mail.\n"
        )
        % facts
        + nobody
    )


def _from() -> tuple[str, str]:
    """The practice's name and address; before it is set up, the service's own."""
    try:
        row = practice()
    except LookupError:
        return _("Privacy office"), settings.MAIL_FROM
    return " ".join(row.name.split()), settings.MAIL_FROM or row.email
